/* SPDX-License-Identifier: 0BSD */
/* frame.c: the table of frames. */
#include "mm/frame.h"

#include <stddef.h>
#include "lib/assert.h"

struct frame *frame_table;
uint64_t frame_count;

void frame_set(const void *p, enum frame_kind kind, const void *owner)
{
	struct frame *f = frame_of(p);

	KASSERT(frame_number(p) < frame_count, "only RAM has a kind");
	KASSERT(f->kind == FRAME_PLAIN || kind == FRAME_PLAIN, "a kind ends before another begins");
	f->kind = kind;
	f->owner = owner ? frame_number(owner) & 0xfffffff : 0;
	f->live = 0;
	f->generation++;
}

void frame_init(struct frame *table, uint64_t count)
{
	frame_table = table;
	frame_count = count;
}
