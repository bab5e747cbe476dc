/* SPDX-License-Identifier: 0BSD */
/* divert.c: making a thread run something else first. */
#include "ipc/divert.h"

#include <abi/errno.h>
#include "api/registers.h"
#include "debug/trace.h"
#include "mm/walk.h"
#include "obj/thread.h"

/* Where T's area may be written, or NULL when its page is not present. */
static struct divert_area *area_of(struct thread *t) { return walk_page(t->vspace, t->divert_area, WALK_WRITE); }

int64_t divert_post(struct thread *t, uint64_t bits)
{
	if (!t->divert_entry) return -EAGAIN;
	t->divert_bits |= bits;
	t->special |= SPECIAL_DIVERT;
	return 0;
}

void divert_enter(struct thread *t)
{
	struct divert_area *area = area_of(t);

	TRACE(DIVERT, thread_number(t), t->divert_bits, 0);
	t->special &= ~(uint32_t)(SPECIAL_DIVERT | SPECIAL_INTERRUPT);
	if (!area || area->busy) return;
	registers_get(t, &area->registers);
	area->busy = 1;
	area->bits = t->divert_bits;
	t->divert_bits = 0;
	t->regs.w[0] = area->bits;
	t->regs.w[1] = t->divert_area;
	t->regs.rip = t->divert_entry;
}

int64_t divert_leave(struct thread *t)
{
	struct divert_area *area = area_of(t);

	if (!area || !area->busy || registers_set(t, area->registers) < 0) return -EAGAIN;
	area->busy = 0;
	if (t->divert_bits) t->special |= SPECIAL_DIVERT;
	return 0;
}
