/* SPDX-License-Identifier: 0BSD */
/* context.c: contexts made and entered by hand. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <ucontext.h>
#include "posix/internal.h"
#include "posix/signal.h"

_Static_assert(offsetof(ucontext_t, __fpregs) == 304, "context.S");

int posix_context_kept(ucontext_t *context);
void posix_context_end(const ucontext_t *link);
extern const char posix_context_begin[];

/* The part of keeping a context that is no register. */
int posix_context_kept(ucontext_t *context)
{
	context->uc_flags = 0;
	context->uc_sigmask = posix_self()->record->blocked;
	return 0;
}

int setcontext(const ucontext_t *context)
{
	if (!context->uc_mcontext.fpregs) {
		uint32_t mxcsr = *(const uint32_t *)context->__fpregs;
		uint16_t control = *(const uint16_t *)(context->__fpregs + 4);

		__asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(mxcsr), "m"(control));
	}
	posix_mask_replace(context->uc_sigmask);
	posix_context_load(context);
}

/* The entry has returned. */
void posix_context_end(const ucontext_t *link)
{
	if (link)
		setcontext(link);
	exit(0);
}

void makecontext(ucontext_t *context, void (*entry)(void), int argc, ...)
{
	static const uint8_t in_register[6] = {REG_RDI, REG_RSI, REG_RDX, REG_RCX, REG_R8, REG_R9};
	greg_t *g = context->uc_mcontext.gregs;
	uint64_t *stack = (uint64_t *)context->uc_stack.ss_sp + context->uc_stack.ss_size / 8;
	int on_stack = argc > 6 ? argc - 6 : 0;
	va_list args;

	stack = (uint64_t *)(((uint64_t)(stack - on_stack) & ~15ull)) - 1;
	va_start(args, argc);
	for (int i = 0; i < argc; i++) {
		if (i < 6)
			g[in_register[i]] = va_arg(args, long);
		else
			stack[i - 5] = va_arg(args, uint64_t);
	}
	va_end(args);
	stack[0] = (uint64_t)posix_context_begin; /* where the entry returns to */
	g[REG_RBX] = (greg_t)context->uc_link;
	g[REG_RBP] = 0;
	g[REG_RSP] = (greg_t)stack;
	g[REG_RIP] = (greg_t)entry;
}
