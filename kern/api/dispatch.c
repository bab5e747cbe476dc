/* SPDX-License-Identifier: 0BSD */
/* dispatch.c: from a system call's number to its handler.
 *
 * The table says what capability a call needs; look-up, type and right are one masked compare for all calls.
 * What goes wrong there is sorted out off the path.
 */
#include "api/dispatch.h"

#include <abi/errno.h>
#include "api/lookup.h"
#include "api/table.h"
#include "debug/trace.h"
#include "sched/exit.h"

static int64_t call(struct thread *t)
{
	unsigned number = (uint8_t)t->regs.rax;
	const struct syscall *call = &syscall_table[number];
	struct slot *slot = NULL;

	if (number >= SYSCALL_COUNT)
		return -ENOSYS;
	TRACE(SYSCALL, thread_number(t), number, t->regs.rax >> 32);
	if (call->type) {
		int64_t r = slot_lookup(t, (cap_t)(t->regs.rax >> 32), call->type, call->right, &slot);

		if (r < 0)
			return r;
	}
	return call->handler(t, slot, t->regs.w);
}

void syscall_answer(struct thread *t, int64_t r)
{
	if (t->object.type != OBJ_THREAD)
		return; /* it deleted itself */
	if (r == SYS_RESTART)
		t->restart = true;
	else if (r != SYS_BLOCKED)
		thread_result(t, r);
}

void syscall_dispatch(struct thread *t)
{
	syscall_answer(t, call(t));
}

_Noreturn void syscall_long_way(struct cpu *cpu, struct thread *t)
{
	cpu->counters.entries++;
	if (__builtin_expect(cpu->current != t, 0))
		t->restart = true; /* it was taken off this CPU meanwhile: when it runs again */
	else
		syscall_dispatch(t);
	kernel_exit(cpu);
}
