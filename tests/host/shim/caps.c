/* SPDX-License-Identifier: 0BSD */
/* caps.c: the world of capability tests: construction, checks, calls. */
#include "host/shim/caps.h"

#include <stdio.h>
#include "api/lookup.h"
#include "api/table.h"
#include "host/check/all.h"
#include "lib/assert.h"
#include "mm/frame.h"

/* Slots that stand in no CSpace: a page of their own, as at boot. */
enum { OWN_UNTYPED, OWN_CSPACE, OWN_FEED, OWN_NEW, OWN_SLOTS };

#define OWN_PHYS     0x2000ull /* page 1 is the top page table of shim/mm.c */
#define OWN_BASE     0x100000ull
#define ROOT_BASE(i) ((1ull + (i)) << HOST_ROOT_LOG2)

struct cspace *host_root;
bool (*host_preempt)(void);

static struct slot *own(unsigned i) { return (struct slot *)phys_to_virt(OWN_PHYS) + i; }

__attribute__((weak)) bool preempt_cut(void) { return host_preempt && host_preempt(); }

static void own_untyped(struct slot *s, uint64_t base, unsigned size_log2)
{
	*s = (struct slot){.type = OBJ_UNTYPED, .rights = RIGHTS_ALL, .size_log2 = (uint8_t)size_log2};
	s->base = base;
	slot_root(s);
}

static void give_root(cap_t index, uint64_t base, unsigned size_log2)
{
	struct slot *to;

	own_untyped(own(OWN_NEW), base, size_log2);
	KASSERT(!cspace_slot_at(host_root, index, &to), "the root CSpace is fed");
	slot_move(to, own(OWN_NEW));
}

void host_caps_begin(void)
{
	host_preempt = NULL;
	host_memory_reset();
	for (unsigned i = 0; i < OWN_SLOTS; i++)
		*own(i) = (struct slot){0};
	own_untyped(own(OWN_UNTYPED), OWN_BASE, HOST_ROOT_LOG2);
	while (!untyped_make_step(own(OWN_UNTYPED), OBJ_CSPACE, 13, own(OWN_CSPACE)))
		;
	untyped_make_step(own(OWN_UNTYPED), OBJ_UNTYPED, 16, own(OWN_FEED));
	host_root = cspace_of_object(own(OWN_CSPACE)->object);
	KASSERT(!cspace_feed(host_root, own(OWN_FEED)), "nobody preempts yet");
	for (cap_t i = 0; i < HOST_ROOTS; i++)
		give_root(i, ROOT_BASE(i + 1), HOST_ROOT_LOG2);
	give_root(HOST_DEVICE, 1ull << 32, 20);
}

/* A piece of the end may need many calls when preempted; but not without end. */
static void finish(int (*f)(struct slot *), struct slot *s)
{
	for (unsigned tries = 0; f(s); tries++)
		KASSERT(tries < 10000000, "each call makes progress");
}

static bool nothing_left(void)
{
	bool ok = true;

	for (unsigned type = 0; type < OBJ_TYPES; type++) {
		if (host_objects(type)) {
			printf("%u objects of type %u are left\n", host_objects(type), type);
			ok = false;
		}
	}
	for (uint64_t i = 0; i < frame_count; i++) {
		if (frame_at(i)->kind != FRAME_PLAIN) {
			printf("frame %lu is of kind %u\n", (unsigned long)i, frame_at(i)->kind);
			ok = false;
		}
	}
	return ok;
}

bool host_caps_end(void)
{
	bool ok = true;

	host_caps_check();
	for (cap_t i = 0; i <= HOST_DEVICE; i++)
		finish(slot_revoke, cspace_slot(host_root, i));
	host_caps_check();
	for (cap_t i = 0; i <= HOST_DEVICE; i++)
		ok = ok && !untyped_reset(cspace_slot(host_root, i));
	/* Dead Connections name no object and are in no Untyped: the CSpace ends with them. */
	for (cap_t i = HOST_DEVICE + 1; i < host_root->slots; i++) {
		const struct slot *s = cspace_slot(host_root, i);

		if (!slot_empty(s) && s->type != OBJ_DEAD) {
			printf("slot %u holds type %u\n", i, s->type);
			ok = false;
		}
	}
	finish(slot_delete, own(OWN_CSPACE));
	finish(slot_revoke, own(OWN_UNTYPED));
	ok = ok && !untyped_reset(own(OWN_UNTYPED));
	return nothing_left() && ok;
}

/* Each CSpace has a run of capabilities in the list, or a zombie, or is known by what it was fed.
 */
static void each_cspace_in(const struct slot *root, void (*f)(struct cspace *cs))
{
	const struct object *last = NULL;

	for (const struct slot *s = root; s; s = slot_next(s)) {
		bool zombie = s->type == OBJ_ZOMBIE && s->object->type == OBJ_CSPACE;

		if ((s->type == OBJ_CSPACE || zombie) && s->object != last)
			f(cspace_of_object(s->object));
		last = s->object;
	}
}

static const struct slot *first_of(const struct slot *s)
{
	while (slot_prev(s))
		s = slot_prev(s);
	return s;
}

void host_each_cspace(void (*f)(struct cspace *cs))
{
	each_cspace_in(own(OWN_UNTYPED), f);
	for (cap_t i = 0; i < HOST_ROOTS; i++)
		each_cspace_in(first_of(cspace_slot(host_root, i)), f);
}

/* Trees that do not begin at a root Untyped begin in some CSpace or in a Connection. */
static void check_table(struct cspace *cs)
{
	check_cspace(cs);
	for (uint32_t page = 0; page < cs->pages; page++) {
		if (cs->page[page] == cspace_empty_page)
			continue;
		for (unsigned i = 0; i < SLOTS_PER_PAGE; i++) {
			const struct slot *s = &cs->page[page][i];

			if (s->type == OBJ_CONNECTION)
				check_tree(first_of(s));
		}
	}
}

void host_caps_check(void)
{
	check_tree(own(OWN_UNTYPED));
	for (cap_t i = 0; i <= HOST_DEVICE; i++) {
		const struct slot *root = cspace_slot(host_root, i);

		KASSERT(root->type == OBJ_UNTYPED || root->type == OBJ_FED, "roots stay");
		KASSERT(i == HOST_DEVICE || root->base == ROOT_BASE(i + 1), "roots stay where they are");
		check_tree(first_of(root));
	}
	host_each_cspace(check_table);
}

/* ---- calls -------------------------------------------------------------------------------------
 */

#define CALL(call, OBJECT, RIGHT)                                                                                      \
	[SYS_##call] = {.handler = sys_##call, .type = OBJ_##OBJECT, .right = RIGHT_##OBJECT##_##RIGHT}

static const struct syscall calls[SYSCALL_COUNT] = {
    CALL(untyped_retype, UNTYPED, RETYPE), CALL(untyped_reset, UNTYPED, RETYPE), CALL(cspace_feed, CSPACE, MANAGE),
    CALL(cspace_copy, CSPACE, WRITE),	   CALL(cspace_derive, CSPACE, WRITE),	 CALL(cspace_move, CSPACE, WRITE),
    CALL(cspace_replace, CSPACE, WRITE),   CALL(cspace_delete, CSPACE, WRITE),	 CALL(cspace_revoke, CSPACE, WRITE),
    CALL(cspace_flags, CSPACE, WRITE),	   CALL(cspace_clone, CSPACE, WRITE),	 CALL(cspace_drop, CSPACE, WRITE),
    CALL(cspace_info, CSPACE, READ),
};

__attribute__((weak)) int slot_lookup(struct thread *t, cap_t index, uint8_t type, uint8_t rights, struct slot **out)
{
	static struct slot self;
	struct slot *s;

	if (!t->cspace)
		return -EBADF;
	s = cspace_slot(t->cspace, index);
	if (index == CAP_SELF_CSPACE) {
		self = (struct slot){.type = OBJ_CSPACE, .rights = RIGHTS_ALL};
		self.object = &t->cspace->object;
		s = &self;
	}
	if (s->type != type || (slot_has_object(s) && s->object->dead))
		return -EBADF;
	if ((s->rights & rights) != rights)
		return -EACCES;
	*out = s;
	return 0;
}

int64_t host_call(struct thread *t, unsigned number, cap_t slot, const uint64_t arg[6])
{
	struct slot *s;
	int64_t result = slot_lookup(t, slot, calls[number].type, calls[number].right, &s);

	if (!result)
		result = calls[number].handler(t, s, arg);
	if (result != SYS_RESTART)
		t->progress = 0;
	return result;
}

int64_t host_call_all(struct thread *t, unsigned number, cap_t slot, const uint64_t arg[6])
{
	int64_t result;

	do
		result = host_call(t, number, slot, arg);
	while (result == SYS_RESTART);
	return result;
}

void host_bind(struct thread *t, struct cspace *cs)
{
	if (t->cspace)
		list_remove(&t->cspace_link);
	t->cspace = cs;
	if (cs)
		list_push_back(&cs->threads, &t->cspace_link);
}

__attribute__((weak)) void thread_lose_cspace(struct list_node *link)
{
	host_bind(list_entry(link, struct thread, cspace_link), NULL);
}
