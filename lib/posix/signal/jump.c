/* SPDX-License-Identifier: 0BSD */
/* jump.c: the part of sigsetjmp and siglongjmp that is about the mask. */
#include <setjmp.h>
#include "posix/internal.h"
#include "posix/signal.h"

void __sigjmp_save(sigjmp_buf buf, int save)
{
	buf->__saved = save;
	if (save)
		buf->__mask = posix_self()->record->blocked;
}

void siglongjmp(sigjmp_buf buf, int value)
{
	if (buf->__saved)
		posix_mask_replace(buf->__mask);
	longjmp(buf->__registers, value);
}
