/* SPDX-License-Identifier: 0BSD */
/* stack.c: the alternate stack of a thread: two words in its record, read by the divert entry. */
#include <errno.h>
#include "posix/internal.h"
#include "posix/signal.h"

int sigaltstack(const stack_t *restrict stack, stack_t *restrict old)
{
	uint64_t *alt = posix_self()->record->library;
	uint64_t base = alt[LIBRARY_ALT_BASE], bytes = alt[LIBRARY_ALT_BYTES];
	bool on_it = (uint64_t)__builtin_frame_address(0) - base < bytes;

	if (stack) {
		if (on_it)
			return posix_zero(-EPERM);
		if (stack->ss_flags & ~SS_DISABLE)
			return posix_zero(-EINVAL);
		if (!(stack->ss_flags & SS_DISABLE) && stack->ss_size < MINSIGSTKSZ)
			return posix_zero(-ENOMEM);
	}
	if (old)
		*old = (stack_t){(void *)base, !bytes ? SS_DISABLE : on_it ? SS_ONSTACK : 0, bytes};
	if (stack) {
		/* The size last, and 0 between: a divert sees no half of both. */
		*(volatile uint64_t *)&alt[LIBRARY_ALT_BYTES] = 0;
		*(volatile uint64_t *)&alt[LIBRARY_ALT_BASE] = (uint64_t)stack->ss_sp;
		*(volatile uint64_t *)&alt[LIBRARY_ALT_BYTES] = stack->ss_flags & SS_DISABLE ? 0 : stack->ss_size;
	}
	return 0;
}
