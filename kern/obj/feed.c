/* SPDX-License-Identifier: 0BSD */
/* feed.c: the memory that an object was fed.
 *
 * An Untyped that is fed turns in place into Fed: it keeps its slot and its place in the tree, so
 * whoever owns the memory below can revoke it and thereby end the object. Pages are handed out from
 * the runs one by one and come back to one free list; whole runs come back when the object dies.
 */
#include <abi/errno.h>
#include "lib/assert.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "obj/object.h"

static uint32_t run_pages(const struct feed *run) { return 1u << (run->slot->size_log2 - PAGE_SHIFT); }

struct feeds *object_feeds(struct object *obj)
{
	KASSERT(object_ops[obj->type]->feeds_offset, "only what can be fed has feeds");
	return (struct feeds *)((char *)obj + object_ops[obj->type]->feeds_offset);
}

int feed_check(const struct feeds *f, const struct object *obj, const struct slot *u)
{
	if (obj->dead || obj->dying || u->size_log2 < PAGE_SHIFT || !frame_is_ram(u->base)) return -EINVAL;
	if (slot_has_children(u)) return -EBUSY;
	return f->count < FEEDS_MAX ? 0 : -ENOSPC;
}

int feed_add(struct feeds *f, struct object *obj, struct slot *u)
{
	int error = feed_check(f, obj, u);

	KASSERT(u->type == OBJ_UNTYPED, "the dispatcher checks the type");
	if (error) return error;
	u->type = OBJ_FED;
	u->fed_to = obj;
	f->run[f->count++] = (struct feed){.slot = u};
	return 0;
}

void *feed_page(struct feeds *f)
{
	void *page = f->free_list;

	if (page) {
		f->free_list = *(void **)page;
		f->free_pages--;
		return memset(page, 0, PAGE_SIZE);
	}
	for (unsigned i = f->count; i-- > 0;) {
		struct feed *run = &f->run[i];

		if (run->used_pages < run_pages(run)) {
			page = phys_to_virt(run->slot->base + run->used_pages++ * (uint64_t)PAGE_SIZE);
			return memset(page, 0, PAGE_SIZE);
		}
	}
	return NULL;
}

void feed_free(struct feeds *f, void *page)
{
	*(void **)page = f->free_list;
	f->free_list = page;
	f->free_pages++;
}

bool feed_return_step(struct feeds *f)
{
	f->free_list = NULL;
	f->free_pages = 0;
	if (f->count > 0) {
		struct feed *run = &f->run[--f->count];

		KASSERT(run->slot->type == OBJ_FED, "the table and the slot agree");
		run->slot->type = OBJ_UNTYPED;
		run->slot->watermark = 0;
		*run = (struct feed){0};
	}
	return f->count == 0;
}

uint64_t feed_available(const struct feeds *f)
{
	uint64_t pages = f->free_pages;

	for (unsigned i = 0; i < f->count; i++) pages += run_pages(&f->run[i]) - f->run[i].used_pages;
	return pages;
}

unsigned feed_index(const struct feeds *f, const struct slot *s)
{
	unsigned i = 0;

	while (i < f->count && f->run[i].slot != s) i++;
	KASSERT(i < f->count, "a Fed slot is in its object's table");
	return i;
}
