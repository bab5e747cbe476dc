/* SPDX-License-Identifier: 0BSD */
/* heap.c: the end of the program's data, which newlib's malloc moves.
 *
 * Memory behind the program is mapped in steps, each at least an eighth of what there is, so that
 * few calls send a message. What the end moved back over is given back, and is zero when it comes
 * again: calloc relies on that.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <parley/program.h>

#include "posix/files.h"
#include "posix/mem/map.h"

#define STEP_MIN (256ull << 10)
#define STEP_MAX (64ull << 20)

static uint32_t heap_lock;
/* [base, end) is in use, [base, mapped) is there; 0: nothing was asked for yet. */
static uint64_t base, end, mapped;

static void begin(void) { base = end = mapped = page_up((uint64_t)program_end); }

static uint64_t step_for(uint64_t needed)
{
	uint64_t step = (mapped - base) / 8;

	if (step < STEP_MIN)
		step = STEP_MIN;
	if (step > STEP_MAX)
		step = STEP_MAX;
	return page_up(step > needed ? step : needed);
}

static int64_t map_more(uint64_t bytes)
{
	if (mapped + bytes < mapped || mapped + bytes > LAYOUT_MMAP_MIN)
		return -ENOMEM;
	return posix_map(mapped, bytes, PROT_READ | PROT_WRITE, 0, CAP_NONE, MEM_FIXED | MEM_NOREPLACE);
}

/* Makes [base, to) be there. A step that does not fit is tried again without anything to spare. */
static int64_t grow(uint64_t to)
{
	uint64_t needed = page_up(to - mapped), step = step_for(needed);
	int64_t r = map_more(step);

	if (r < 0 && step > needed) {
		step = needed;
		r = map_more(step);
	}
	if (r < 0)
		return -ENOMEM;
	mapped += step;
	return 0;
}

static void shrink(uint64_t to)
{
	uint64_t first = page_up(to);

	if (first >= end || posix_region(MEM_ADVISE, (void *)first, end - first, MEM_ADVICE_DROP) < 0)
		first = end;
	memset((void *)to, 0, first - to);
}

/* Moves the end. Answers where it was, or -ENOMEM. */
static int64_t move(int64_t by)
{
	uint64_t was, to;
	int64_t r = 0;

	if (!base)
		begin();
	was = end;
	to = was + (uint64_t)by;
	if (by > 0 ? to < was : to > was || to < base)
		return -ENOMEM;
	if (to > mapped)
		r = grow(to);
	else if (to < was)
		shrink(to);
	if (r == 0)
		end = to;
	return r < 0 ? r : (int64_t)was;
}

void *sbrk(ptrdiff_t by)
{
	int64_t r;

	posix_lock(&heap_lock);
	r = move(by);
	posix_unlock(&heap_lock);
	return (void *)posix_result(r);
}

int brk(void *to)
{
	int64_t r;

	posix_lock(&heap_lock);
	if (!base)
		begin();
	r = move((int64_t)((uint64_t)to - end));
	posix_unlock(&heap_lock);
	return posix_zero(r);
}
