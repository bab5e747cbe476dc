/* SPDX-License-Identifier: 0BSD */
/* setjmp.h: newlib's, and the jumps that keep the signal mask. */
#ifndef PARLEY_SETJMP_H
#define PARLEY_SETJMP_H

#include_next <setjmp.h>

#include <sys/signal.h>

typedef struct {
	jmp_buf __registers;
	int __saved;
	sigset_t __mask;
} sigjmp_buf[1];

#define sigsetjmp(buf, save) (__sigjmp_save((buf), (save)), setjmp((buf)->__registers))
#define _setjmp(buf)	     setjmp(buf)
#define _longjmp(buf, value) longjmp((buf), (value))

__BEGIN_DECLS
void __sigjmp_save(sigjmp_buf buf, int save);
void siglongjmp(sigjmp_buf buf, int value) __attribute__((noreturn));
__END_DECLS

#endif
