/* SPDX-License-Identifier: 0BSD */
/* things.c: see things.h. */
#include "host/fuzz/ipc/things.h"

#include <abi/memory.h>
#include "api/lookup.h"
#include "api/table.h"
#include "mm/extent.h"

const struct thing things[THINGS] = {
#define T4(...)                                                                                                        \
	{__VA_ARGS__}, {__VA_ARGS__}, {__VA_ARGS__}, { __VA_ARGS__ }
#define T3(...)                                                                                                        \
	{__VA_ARGS__}, {__VA_ARGS__}, { __VA_ARGS__ }
    T3(OBJ_THREAD, 12, 12, 0),	T3(OBJ_THREAD, 12, 12, 0), T3(OBJ_THREAD, 12, 12, 0),	 T3(OBJ_VSPACE, 13, 17, 16),
    T3(OBJ_CSPACE, 12, 15, 14), T4(OBJ_EXTENT, 16, 16, 0), T4(OBJ_ENDPOINT, 10, 13, 12), T4(OBJ_SCHED, 9, 12, 0),
    T4(OBJ_SCHED, 9, 12, 0),	T4(OBJ_EVENT, 8, 12, 0),   T3(OBJ_TIMER, 8, 12, 0),
};

struct cspace *root;
struct thread nobody;

struct slot *at(cap_t index) { return cspace_slot(root, index); }

struct object *object(unsigned i)
{
	const struct slot *s = at(OBJECT(i));

	return s->type == things[i].type && slot_has_object(s) && !s->object->dead && !s->object->dying ? s->object
													: NULL;
}

unsigned some_thing(unsigned type)
{
	unsigned i;

	do
		i = (unsigned)rnd(THINGS);
	while (things[i].type != type);
	return i;
}

struct object *some_object(unsigned type) { return object(some_thing(type)); }

struct thread *world_thread(unsigned n)
{
	struct object *obj = object(n);

	return obj ? container_of(obj, struct thread, object) : NULL;
}

cap_t world_slot(const struct cspace *cs, unsigned type)
{
	cap_t found[64], from = (cap_t)rnd(128);
	unsigned n = 0;

	for (cap_t i = from; n < array_len(found) && (i = cspace_used_from(cs, i)) < cs->slots; i++) {
		if (type == OBJ_NONE || cspace_slot(cs, i)->type == type)
			found[n++] = i;
	}
	for (cap_t i = 0; n < array_len(found) && (i = cspace_used_from(cs, i)) < from && i < cs->slots; i++) {
		if (type == OBJ_NONE || cspace_slot(cs, i)->type == type)
			found[n++] = i;
	}
	return n && rnd(64) ? found[rnd(n)] : (cap_t)rnd(160);
}

int64_t call(unsigned number, cap_t slot, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	struct slot *s;
	uint64_t arg[6] = {a, b, c, d, e, f};
	int64_t r = slot_lookup(&nobody, slot, syscall_table[number].type, 0, &s);

	return r ? r : syscall_table[number].handler(&nobody, s, arg);
}

static struct slot *extent_for(struct vspace *v, uint64_t va, uint64_t *base)
{
	for (unsigned i = 0; i < 3; i++) {
		if (object(FIRST_SPACE + i) != &v->object)
			continue;
		*base = va >= SHARED_VA ? SHARED_VA : PRIVATE_VA;
		return at(va >= SHARED_VA ? SHARED(i) : OBJECT(FIRST_EXTENT + i));
	}
	return NULL;
}

void world_map(struct vspace *v, uint64_t va)
{
	uint64_t base, progress = 0;
	struct slot *e = extent_for(v, va, &base);

	if (e && e->type == OBJ_EXTENT && va >= base && va - base < REGION_PAGES * PAGE_SIZE)
		extent_map(e, v, base, (va - base) / PAGE_SIZE, 1, PROT_READ | PROT_WRITE, &progress);
}

void unmap_some(void)
{
	unsigned i = (unsigned)rnd(3);
	struct slot *e = at(rnd(2) ? SHARED(i) : OBJECT(FIRST_EXTENT + i));
	uint64_t progress = 0, first = rnd(REGION_PAGES), count = 1 + rnd(3);

	if (e->type == OBJ_EXTENT && first + count <= extent_pages(e))
		extent_unmap(e, first, count, &progress);
}

void map_some(struct vspace *v)
{
	for (unsigned i = 0; i < REGION_PAGES; i++) {
		if (rnd(4))
			world_map(v, PRIVATE_VA + i * PAGE_SIZE);
		if (rnd(4))
			world_map(v, SHARED_VA + i * PAGE_SIZE);
	}
}
