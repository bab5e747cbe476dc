/* SPDX-License-Identifier: 0BSD */
/* sigjmp.c: jumps that put the signal mask back. sigsetjmp itself must be a macro: setjmp has to be
 * called in the frame that is jumped to. */
#include <setjmp.h>
#include <signal.h>

void __sigjmp_save(sigjmp_buf buf, int save)
{
	buf->__saved = save;
	if (save)
		pthread_sigmask(SIG_SETMASK, NULL, &buf->__mask);
}

void siglongjmp(sigjmp_buf buf, int value)
{
	if (buf->__saved)
		pthread_sigmask(SIG_SETMASK, &buf->__mask, NULL);
	longjmp(buf->__registers, value);
}
