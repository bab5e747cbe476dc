/* SPDX-License-Identifier: 0BSD */
/* account.c: limits and what is used of them. Numbers alone; what is charged where, the callers know. */
#include "mem/account.h"

#include "mem/heap.h"
#include "mem/kobj.h"

struct account account_root;
struct list account_list = LIST_INIT(account_list);
static uint32_t last_id;

static void init(struct account *a)
{
	handle_init(&a->handle, HANDLE_ACCOUNT);
	a->id = ++last_id;
	a->references = 1;
	list_init(&a->given);
	list_push_back(&account_list, &a->all);
}

void account_init(uint64_t pages)
{
	init(&account_root);
	account_root.limit[ACCOUNT_IS_MEMORY] = pages;
	account_root.limit[ACCOUNT_IS_OBJECTS] = 1u << 20;
	account_root.limit[ACCOUNT_IS_PROCESSES] = 1u << 16;
}

struct account *account_new(void)
{
	struct account *a = heap_new(struct account);

	if (a)
		init(a);
	return a;
}

struct account *account_get(struct account *a)
{
	a->references++;
	return a;
}

/* What is left of its limits goes to the root. */
void account_put(struct account *a)
{
	if (--a->references)
		return;
	for (unsigned i = 0; i < ACCOUNT_KINDS; i++) {
		SYS_ASSERT(a->used[i] == 0, "whatever is charged holds a reference");
		account_root.limit[i] += a->limit[i];
	}
	handle_close(&a->handle);
	list_remove(&a->all);
	heap_delete(a);
}

/* Its Connection's reference: taken by whoever opens the handle first. */
void account_gone(struct handle *h) { account_put(container_of(h, struct account, handle)); }

int account_open(struct account *a, cap_t *slot)
{
	bool first = !a->handle.connection;
	int r = handle_open(&a->handle, slot);

	if (r == 0 && first)
		account_get(a);
	return r;
}

struct account *account_of(cap_t slot)
{
	struct handle *h = handle_of(slot, HANDLE_ACCOUNT);

	return h ? container_of(h, struct account, handle) : NULL;
}

struct account *account_lookup(uint32_t id)
{
	list_for_each (node, &account_list) {
		struct account *a = list_entry(node, struct account, all);

		if (a->id == id)
			return a;
	}
	return NULL;
}

int account_charge(struct account *a, enum account_what what, uint64_t amount)
{
	if (amount > a->limit[what] - a->used[what]) {
		account_sweep(a, 16);
		if (amount > a->limit[what] - a->used[what])
			return what == ACCOUNT_IS_MEMORY ? -ENOMEM : -EAGAIN;
	}
	a->used[what] += amount;
	return 0;
}

void account_uncharge(struct account *a, enum account_what what, uint64_t amount)
{
	SYS_ASSERT(amount <= a->used[what], "only what was charged comes back");
	a->used[what] -= amount;
}

int account_move(struct account *from, struct account *to, enum account_what what, uint64_t amount)
{
	if (amount > from->limit[what] - from->used[what])
		return -ENOMEM;
	from->limit[what] -= amount;
	to->limit[what] += amount;
	return 0;
}

int account_set_limit(struct account *a, enum account_what what, uint64_t amount)
{
	if (amount < a->used[what])
		return -EBUSY;
	a->limit[what] = amount;
	return 0;
}
