/* SPDX-License-Identifier: 0BSD */
/* ucontext.h: changing from one flow of control to another by hand. */
#ifndef PARLEY_UCONTEXT_H
#define PARLEY_UCONTEXT_H

#include <sys/ucontext.h>

__BEGIN_DECLS
int getcontext(ucontext_t *context);
int setcontext(const ucontext_t *context);
void makecontext(ucontext_t *context, void (*entry)(void), int argc, ...);
int swapcontext(ucontext_t *__restrict from, const ucontext_t *__restrict to);
__END_DECLS

#endif
