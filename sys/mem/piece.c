/* SPDX-License-Identifier: 0BSD */
/* piece.c: cutting Untypeds and joining them again.
 *
 * A family is the array of pieces that one parent was cut into: all of one size, at most 64, in slots in a row. It
 * counts how many are in use. A free piece is an Untyped with nothing derived and watermark 0, in the list of its size;
 * so taking and giving are a few instructions and no call. The newest freed is taken first.
 */
#include "mem/piece.h"

#include "lib/bits.h"
#include "lib/list.h"
#include "mem/heap.h"
#include "mem/memory.h"
#include "mem/slot.h"
#include "mem/zone.h"

#include <parley/syscall.h>

#define LOG2_MIN  8
#define LOG2_MAX  20
#define CHILD_MAX 64u

struct piece {
	struct list_node node; /* free list of its size */
	struct family *family;
	uint16_t log2;
	uint16_t index; /* in its family */
	bool cut;	/* has been made a family of its own */
};

struct family {
	struct piece *parent; /* NULL: a zone */
	struct zone *zone;
	cap_t first;
	uint32_t count, used;
	struct piece piece[];
};

static struct list free_pieces[LOG2_MAX + 1];
static uint64_t used_bytes, kept_bytes, zone_bytes, records;
static bool initialised;

static void init(void)
{
	for (unsigned i = 0; i <= LOG2_MAX; i++)
		list_init(&free_pieces[i]);
	initialised = true;
}

cap_t piece_slot(const struct piece *p) { return p->family->first + p->index; }

unsigned piece_log2(const struct piece *p) { return p->log2; }

static size_t family_bytes(unsigned count) { return sizeof(struct family) + count * sizeof(struct piece); }

/* Cuts the Untyped in slot FROM, of 2^from_log2 bytes. */
static struct family *family_new(cap_t from, unsigned from_log2, unsigned log2)
{
	unsigned count = min(CHILD_MAX, 1u << (from_log2 - log2));
	struct family *f = heap_alloc(family_bytes(count));

	if (!f)
		return NULL;
	records += family_bytes(count);
	f->count = count;
	if (slot_take_run(count, &f->first) < 0) {
		records -= family_bytes(count);
		heap_free(f, family_bytes(count));
		return NULL;
	}
	if (os_untyped_retype(from, OBJ_UNTYPED, log2, count, CAP_SELF_CSPACE, f->first) < 0) {
		for (unsigned i = 0; i < count; i++)
			slot_delete(f->first + i);
		records -= family_bytes(count);
		heap_free(f, family_bytes(count));
		return NULL;
	}
	for (unsigned i = 0; i < count; i++) {
		f->piece[i].family = f;
		f->piece[i].log2 = (uint16_t)log2;
		f->piece[i].index = (uint16_t)i;
		list_push_back(&free_pieces[log2], &f->piece[i].node);
	}
	return f;
}

/* What is cut to get pieces of a size; 0: a zone. */
static unsigned parent_log2(unsigned log2) { return log2 < 12 ? 12 : log2 < 16 ? 16 : 0; }

static bool cut_zone(unsigned log2)
{
	struct zone *z = zone_take_untyped(log2);
	struct family *f;

	if (!z)
		return false;
	f = family_new(z->untyped, z->log2, log2);
	if (!f) {
		zone_give_untyped(z);
		return false;
	}
	f->zone = z;
	zone_bytes += 1ull << z->log2;
	return true;
}

static bool cut(unsigned log2)
{
	unsigned from = parent_log2(log2);
	struct piece *parent;
	struct family *f;

	if (!from)
		return cut_zone(log2);
	parent = piece_take(from);
	if (!parent)
		return false;
	f = family_new(piece_slot(parent), from, log2);
	if (!f) {
		piece_give(parent);
		return false;
	}
	f->parent = parent;
	parent->cut = true;
	used_bytes -= 1ull << from;
	return true;
}

struct piece *piece_take(unsigned log2)
{
	struct list_node *node;
	struct piece *p;

	if (!initialised)
		init();
	if (log2 < LOG2_MIN || log2 > LOG2_MAX ||
	    (list_empty(&free_pieces[log2]) && !cut(log2) && (!memory_reclaim() || !cut(log2))))
		return NULL;
	node = list_pop_front(&free_pieces[log2]);
	p = list_entry(node, struct piece, node);
	p->family->used++;
	used_bytes += 1ull << log2;
	return p;
}

bool piece_try_give(struct piece *p)
{
	if (os_untyped_reset(piece_slot(p)) < 0)
		return false;
	p->family->used--;
	used_bytes -= 1ull << p->log2;
	list_push_front(&free_pieces[p->log2], &p->node);
	return true;
}

void piece_give(struct piece *p)
{
	bool given = !p || piece_try_give(p);

	SYS_ASSERT(given, "what was made of a piece is gone when it is given back");
}

/* Takes a family without used pieces apart. */
static bool family_join(struct family *f)
{
	bool zone = f->zone != NULL;

	for (unsigned i = 0; i < f->count; i++) {
		list_remove(&f->piece[i].node);
		slot_delete(f->first + i);
	}
	if (zone) {
		zone_bytes -= 1ull << f->zone->log2;
		zone_give_untyped(f->zone);
	} else {
		f->parent->cut = false;
		used_bytes += 1ull << f->parent->log2;
		piece_give(f->parent);
	}
	records -= family_bytes(f->count);
	heap_free(f, family_bytes(f->count));
	return zone;
}

static bool trim_size(unsigned log2)
{
	bool freed = false;
	struct list_node *node = list_first(&free_pieces[log2]);

	while (node) {
		struct family *f = list_entry(node, struct piece, node)->family;

		node = list_next(&free_pieces[log2], node);
		if (f->used)
			continue;
		freed |= family_join(f);
		node = list_first(&free_pieces[log2]);
	}
	return freed;
}

bool piece_trim(void)
{
	bool freed = false;

	if (!initialised)
		return false;
	for (unsigned log2 = LOG2_MIN; log2 <= LOG2_MAX; log2++)
		freed |= trim_size(log2);
	return freed;
}

void piece_keep(struct piece *p) { kept_bytes += 1ull << p->log2; }

uint64_t piece_used_bytes(void) { return used_bytes - kept_bytes; }

uint64_t piece_zone_bytes(void) { return zone_bytes; }

uint64_t piece_records(void) { return records; }
