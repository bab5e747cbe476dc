/* SPDX-License-Identifier: 0BSD */
/* address_space.c: fixtures for tests of kern/mm. Bit numbers are written out: Intel SDM vol.3 4.5.
 */
#include "host/address_space.h"

#include <string.h>
#include "host/harness.h"
#include "host/shim/mm.h"
#include "sched/preempt.h"

unsigned int calls;

struct slot *make_slot(void) { return memset(host_frames(1, 1), 0, sizeof(struct slot)); }

struct vspace *make_vspace(void)
{
	struct vspace *v = memset(host_frames(2, 2), 0, sizeof(*v));

	v->object.type = OBJ_VSPACE;
	v->object.size_log2 = 13;
	v->object.caps = 1;
	frame_set(v, FRAME_VSPACE, v);
	vspace_ops.init(&v->object);
	return v;
}

struct slot *feed_pages(struct vspace *v, unsigned int pages_log2)
{
	struct slot *u = make_slot();

	u->type = OBJ_UNTYPED;
	u->size_log2 = (uint8_t)(pages_log2 + PAGE_SHIFT);
	u->base = virt_to_phys(host_frames(1ull << pages_log2, 1ull << pages_log2));
	slot_root(u);
	EXPECT_EQ(vspace_feed(v, u), 0);
	return u;
}

struct slot *make_device(uint64_t phys, unsigned int pages_log2)
{
	struct slot *e = make_slot();

	e->type = OBJ_EXTENT;
	e->rights = RIGHTS_ALL;
	e->size_log2 = (uint8_t)(pages_log2 + PAGE_SHIFT);
	e->base = phys;
	slot_root(e);
	return e;
}

struct slot *make_extent(unsigned int pages_log2)
{
	uint64_t pages = 1ull << pages_log2;

	return make_device(virt_to_phys(host_frames(pages, pages)), pages_log2);
}

struct translation translate(struct vspace *v, uint64_t va)
{
	uint64_t *table = v->top;

	for (unsigned int level = 3;; level--) {
		uint64_t *entry = &table[va >> (12 + 9 * level) & 511];
		uint64_t e = *entry;
		uint64_t span = 1ull << (12 + 9 * level);

		if (!(e & 1))
			return (struct translation){.level = level, .entry = entry};
		if (level > 0 && !(e & 0x80)) {
			table = phys_to_virt(e & 0x000ffffffffff000);
			continue;
		}
		return (struct translation){
		    .present = true,
		    .user = e & 4,
		    .write = e & 2,
		    .exec = !(e >> 63),
		    .device = e & 0x200,
		    .dirty = e & 0x40,
		    .level = level,
		    .phys = (e & 0x000ffffffffff000 & ~(span - 1)) + (va & (span - 1)),
		    .entry = entry,
		};
	}
}

static bool table_agrees(struct vspace *v, uint64_t *table, unsigned int level, uint64_t *tables)
{
	const struct frame *f = frame_of(table);
	unsigned int live = 0;
	bool ok = true;

	for (unsigned int i = 0; i < (level == 3 ? 256 : 512); i++) {
		if (!(table[i] & 1)) {
			ok = EXPECT_EQ(table[i], 0) && ok;
			continue;
		}
		live++;
		if (level == 0 || table[i] & 0x80)
			continue;
		++*tables;
		ok = table_agrees(v, phys_to_virt(table[i] & 0x000ffffffffff000), level - 1, tables) && ok;
	}
	if (level == 3)
		return ok;
	return EXPECT_EQ(f->live, live) && EXPECT(live > 0) && EXPECT_EQ(f->kind, FRAME_PAGE_TABLE) &&
	       EXPECT_EQ(f->owner, frame_number(v)) && ok;
}

bool tables_agree(struct vspace *v)
{
	uint64_t tables = 0;
	uint64_t fed = 0;
	bool ok = table_agrees(v, v->top, 3, &tables);

	for (unsigned int i = 0; i < v->feeds.count; i++)
		fed += 1ull << (v->feeds.run[i].slot->size_log2 - PAGE_SHIFT);
	return EXPECT_EQ(v->tables, tables) && EXPECT_EQ(feed_available(&v->feeds) + tables, fed) &&
	       EXPECT_EQ(v->top[511], 0xeeeeeeeeeeeeeeee) && ok;
}

#define UNTIL_DONE(call)                                                                                               \
	({                                                                                                             \
		uint64_t progress = 0;                                                                                 \
		int64_t result_;                                                                                       \
		calls = 0;                                                                                             \
		do                                                                                                     \
			calls++;                                                                                       \
		while ((result_ = (call)) == SYS_RESTART);                                                             \
		result_;                                                                                               \
	})

int64_t map(struct slot *e, struct vspace *v, uint64_t va, uint64_t first, uint64_t count, unsigned int prot)
{
	return UNTIL_DONE(extent_map(e, v, va, first, count, prot, &progress));
}

int64_t unmap(struct slot *e, uint64_t first, uint64_t count)
{
	return UNTIL_DONE(extent_unmap(e, first, count, &progress));
}

int64_t protect(struct slot *e, uint64_t first, uint64_t count, unsigned int prot)
{
	return UNTIL_DONE(extent_protect(e, first, count, prot, &progress));
}

int64_t protect_va(struct vspace *v, uint64_t va, uint64_t pages, unsigned int prot)
{
	return UNTIL_DONE(vspace_protect(v, va, pages, prot, &progress));
}
