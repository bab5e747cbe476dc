/* SPDX-License-Identifier: 0BSD */
/* space.c: address spaces as a whole: made with the fixed pages, torn down in pieces. */
#include "mem/space.h"

#include "lib/string.h"
#include "mem/heap.h"
#include "mem/pages.h"
#include "mem/slot.h"

#include <abi/boot.h>
#include <abi/memory.h>
#include <parley/syscall.h>
#include <proto/layout.h>

#define FEED_LOG2     16 /* tables for a small program's four corners, and some */
#define CONTROL_BYTES (CONTROL_RECORDS_AT + CONTROL_THREADS_MAX * sizeof(struct thread_record))

struct list space_list = LIST_INIT(space_list);
static uint32_t last_id;
static struct memobj *clock_object;

/* The first page of the boot page as an object that all spaces map. */
void space_init(void)
{
	struct chunk *c;
	struct mapping *m;
	struct leaf *leaf;
	cap_t slot;

	if (memobj_new(&account_root, PAGE_BYTES, &clock_object) < 0 || slot_take(&slot) < 0 ||
	    os_extent_slice(BOOT_SLOT_BOOTPAGE, 0, PAGE_LOG2, slot) < 0 || chunk_foreign(slot, 0, &c) < 0)
		sys_panic("no clock page");
	c->object = true;
	m = mapping_new(c, 0);
	leaf = leaf_get(&clock_object->leaves, 0);
	if (!m || !leaf)
		sys_panic("no clock page");
	leaf_set(leaf, 0, m);
}

static int fixed_region(struct space *s, uint64_t address, uint64_t bytes, uint32_t prot, uint32_t flags,
			struct memobj *object)
{
	struct region like = {.prot = prot, .flags = flags | REGION_FIXED | REGION_FORKLESS, .object = object};
	struct region *r;
	uint64_t first = address / PAGE_BYTES;

	return region_new(s, &like, first, first + (bytes + PAGE_BYTES - 1) / PAGE_BYTES, &r);
}

static void *fixed_page(struct space *s, uint64_t address, unsigned order)
{
	struct region *r = region_find(s, address / PAGE_BYTES);
	struct mapping *m;

	if (pages_zero(s, r, address / PAGE_BYTES, order, &m) < 0)
		return NULL;
	return chunk_window(m->chunk, (uint32_t)(address / PAGE_BYTES - m->base));
}

static int fixed_pages(struct space *s)
{
	int r = fixed_region(s, LAYOUT_CONTROL, CONTROL_BYTES, PROT_READ | PROT_WRITE, 0, NULL);

	if (r == 0)
		r = fixed_region(s, LAYOUT_INFO, PAGE_BYTES, PROT_READ, 0, NULL);
	if (r == 0)
		r = fixed_region(s, LAYOUT_CLOCK, PAGE_BYTES, PROT_READ, REGION_SHARED, clock_object);
	if (r < 0)
		return r;
	s->control = fixed_page(s, LAYOUT_CONTROL, 1);
	s->info = s->control ? fixed_page(s, LAYOUT_INFO, 0) : NULL;
	return s->info ? 0 : -ENOMEM;
}

/* ---- the end ---- */

static void clear_some(struct space *s, struct leaf *leaf)
{
	pages_clear(s, leaf, leaf_start(leaf), leaf_end(leaf), true);
	leaf_trim(&s->leaves, leaf);
}

static void space_free(struct space *s)
{
	kobj_unfeed(s->account, &s->feeds);
	if (s->pager)
		pager_put(s->pager);
	account_put(s->account);
	heap_delete(s);
}

/* The VSpace first: then all that is mapped is not, without a call for each. */
static int teardown_step(struct work *w)
{
	struct space *s = container_of(w, struct space, teardown);
	struct leaf *leaf = leaf_from(&s->leaves, 0);
	struct region *r;

	if (s->vspace.slot != CAP_NONE) {
		kobj_delete(&s->vspace);
		return SYS_MORE;
	}
	if (leaf) {
		clear_some(s, leaf);
		return SYS_MORE;
	}
	r = region_from(s, 0);
	if (r) {
		region_delete(r);
		return SYS_MORE;
	}
	space_free(s);
	return 0;
}

void space_put(struct space *s)
{
	if (--s->references)
		return;
	handle_close(&s->handle);
	list_remove(&s->all);
	s->info = NULL;
	s->control = NULL;
	work_add(&s->teardown);
}

void space_gone(struct handle *h) { space_put(container_of(h, struct space, handle)); }

/* ---- the beginning ---- */

int space_new(struct account *account, struct space **out)
{
	struct space *s = heap_new(struct space);
	int r;

	if (!s)
		return -ENOMEM;
	r = kobj_make(&s->vspace, OBJ_VSPACE, 0, account);
	if (r < 0) {
		heap_delete(s);
		return r;
	}
	handle_init(&s->handle, HANDLE_SPACE);
	s->id = ++last_id;
	s->references = 1;
	s->account = account_get(account);
	s->teardown.step = teardown_step;
	list_push_back(&space_list, &s->all);
	r = kobj_feed(&s->vspace, &s->feeds, FEED_LOG2);
	if (r == 0)
		r = fixed_pages(s);
	if (r < 0)
		space_put(s);
	else
		*out = s;
	return r;
}

struct space *space_get(struct space *s)
{
	s->references++;
	return s;
}

struct space *space_lookup(uint32_t id)
{
	list_for_each (node, &space_list) {
		struct space *s = list_entry(node, struct space, all);

		if (s->id == id)
			return s;
	}
	return NULL;
}

int space_open(struct space *s, cap_t *slot)
{
	bool first = !s->handle.connection;
	int r = handle_open(&s->handle, slot);

	if (r == 0 && first)
		space_get(s);
	return r;
}

struct space *space_of(cap_t slot)
{
	struct handle *h = handle_of(slot, HANDLE_SPACE);

	return h ? container_of(h, struct space, handle) : NULL;
}
