/* SPDX-License-Identifier: 0BSD */
/* wait.c: sleeping on a word. Signal handlers run meanwhile and are no reason to stop. */
#include <errno.h>
#include "posix/internal.h"
#include "posix/threads.h"

int64_t posix_wait_word(uint32_t *word, uint32_t expected, uint64_t deadline_ns, int shared)
{
	int64_t r = os_sync_wait((uint64_t)word, expected, deadline_ns, shared ? SYNC_SHARED : 0);

	return r == -EINTR ? 0 : r;
}

void posix_wake_word(uint32_t *word, uint32_t count, int shared)
{
	os_sync_wake((uint64_t)word, count, shared ? SYNC_SHARED : 0);
}
