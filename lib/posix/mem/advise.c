/* SPDX-License-Identifier: 0BSD */
/* advise.c: what is to become of the pages of regions that there are.
 *
 * Pages of a file are its server's cache, whoever maps them: so what is written to shared memory
 * has arrived, and msync has only to say whether there is such memory.
 */
#include <errno.h>
#include <sys/mman.h>

#include "posix/mem/map.h"

/* The region at or above ADDRESS: its start and end. 0, or -ENOENT. */
static int64_t region_at(uint64_t address, uint64_t *start, uint64_t *end)
{
	struct os_words w = {{MEM_QUERY, address}};
	int64_t r = posix_send(CAP_SELF_PROCESS, &w, NULL);

	*start = w.w[1];
	*end = w.w[1] + w.w[2];
	return r < 0 ? r : *end > address ? 0 : -EIO;
}

/* Whether all pages of the range belong to regions: 0, or -ENOMEM. */
static int64_t all_mapped(const void *address, size_t length)
{
	uint64_t at = page_of((uint64_t)address), last = at, start, end;

	if (__builtin_add_overflow((uint64_t)address, (uint64_t)length, &last))
		return -ENOMEM;
	while (at < last) {
		int64_t r = region_at(at, &start, &end);

		if (r < 0 || start > at)
			return r == 0 || r == -ENOENT ? -ENOMEM : r;
		at = end;
	}
	return 0;
}

static bool aligned(const void *address) { return page_of((uint64_t)address) == (uint64_t)address; }

int msync(void *address, size_t length, int flags)
{
	if (!aligned(address) || (flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)) ||
	    (flags & MS_ASYNC && flags & MS_SYNC))
		return (int)posix_failed(-EINVAL);
	if (posix_self()->stop)
		posix_cancel_point();
	return posix_zero(all_mapped(address, length));
}

/* Pins whole pages that have any byte of the range. */
int mlock(const void *address, size_t length)
{
	uint64_t from = page_of((uint64_t)address);
	int64_t r = all_mapped(address, length);

	if (r == 0 && length)
		r = posix_region(MEM_ADVISE, (void *)from, (uint64_t)address + length - from, MEM_ADVICE_PIN);
	return posix_zero(r);
}

/* Pinned pages stay so as long as they are mapped: locking says what must not wait, and nothing
 * that may. */
int munlock(const void *address, size_t length) { return posix_zero(all_mapped(address, length)); }

static int64_t pin_all(void)
{
	uint64_t at = 0, start, end;
	int64_t r;

	while ((r = region_at(at, &start, &end)) == 0) {
		r = posix_region(MEM_ADVISE, (void *)start, end - start, MEM_ADVICE_PIN);
		if (r < 0)
			return r;
		at = end;
	}
	return r == -ENOENT ? 0 : r;
}

int mlockall(int flags)
{
	if (flags == 0 || (flags & ~(MCL_CURRENT | MCL_FUTURE)))
		return (int)posix_failed(-EINVAL);
	posix_pin_future(flags & MCL_FUTURE);
	return posix_zero(flags & MCL_CURRENT ? pin_all() : 0);
}

int munlockall(void)
{
	posix_pin_future(false);
	return 0;
}

/* Answers an error number. Nothing that is told here may change what memory holds. */
int posix_madvise(void *address, size_t length, int advice)
{
	if (!aligned(address) || advice < POSIX_MADV_NORMAL || advice > POSIX_MADV_DONTNEED)
		return EINVAL;
	if (length == 0)
		return 0;
	if (advice == POSIX_MADV_WILLNEED)
		return (int)-posix_region(MEM_ADVISE, address, length, MEM_ADVICE_POPULATE);
	return (int)-all_mapped(address, length);
}

/* The older call's DONTNEED gives pages back: they are zero, or the file's, when they are touched
 * again. */
int madvise(void *address, size_t length, int advice)
{
	int error;

	if (advice == MADV_DONTNEED || advice == MADV_FREE) {
		if (!aligned(address))
			return (int)posix_failed(-EINVAL);
		return posix_zero(length ? posix_region(MEM_ADVISE, address, length, MEM_ADVICE_DROP) : 0);
	}
	error = posix_madvise(address, length, advice);
	return error ? (int)posix_failed(-error) : 0;
}
