/* SPDX-License-Identifier: 0BSD */
/* dispatch.c: from a system call's number to its handler.
 *
 * The table says what capability a call needs; look-up, type and right are one masked compare for
 * all calls. What goes wrong there is sorted out off the path.
 */
#include "api/dispatch.h"

#include "api/lookup.h"
#include "api/table.h"
#include "debug/stretch.h"
#include "debug/trace.h"
#include "ipc/deliver.h"
#include "sched/sched.h"

/* The slot that T's call names, if it is a TYPE with all of RIGHT: the everyday case of
 * slot_lookup, in line. */
static inline int find_slot(struct thread *t, uint8_t type, uint8_t right, struct slot **out)
{
	cap_t index = (cap_t)(t->regs.rax >> 32);
	struct slot *s = cspace_slot(t->cspace, index);

	if (unlikely(!slot_is(s, type, right))) return slot_lookup(t, index, type, right, out);
	if (slot_lookup_dead(s, type)) return -EBADF;
	*out = s;
	return 0;
}

static forced_inline int64_t call(struct thread *t)
{
	unsigned number = (uint8_t)t->regs.rax;
	const struct syscall *call = &syscall_table[number];
	struct slot *slot = NULL;

	if (call->type) {
		int r = find_slot(t, call->type, call->right, &slot);

		if (r < 0) return r;
	}
	return call->handler(t, slot, t->regs.w);
}

/* T's receive was made again and has failed for lack of its capability: it has no use for what it
 * was copying. */
static void give_up(struct thread *t)
{
	deliver_put_back(t);
	sched_retime(t);
}

void syscall_answer(struct thread *t, int64_t r)
{
	if (t->object.type != OBJ_THREAD) return; /* it deleted itself */
	if (r == SYS_RESTART) {
		t->restart = true;
		this_cpu()->counters.restarts++;
	} else if (r != SYS_BLOCKED) {
		thread_result(t, r);
		if (t->incoming) give_up(t);
	} else if (t->special & SPECIAL_INTERRUPT) {
		thread_interrupt(t, -EINTR);
	}
}

void syscall_dispatch(struct thread *t) { syscall_answer(t, call(t)); }

_Noreturn void syscall_long_way(struct cpu *cpu, struct thread *t)
{
	int64_t r;

	stretch_begin(cpu, (uint8_t)t->regs.rax);
	if (__builtin_expect(cpu->detour, 0)) {
		TRACE(SYSCALL, thread_number(t), (uint8_t)t->regs.rax, t->regs.rax >> 32);
		if (cpu->current != t) {
			t->restart = true; /* it was taken off this CPU: when it runs again */
			kernel_exit(cpu);
		}
	}
	r = call(t);
	/* Mostly the call is over and the caller goes on as it came. */
	if (__builtin_expect(!(cpu->resched | t->special) && r > SYS_RESTART && !KERN_DEBUG, 1)) {
		t->regs.rax = (uint64_t)r;
		t->progress = 0;
		stretch_end(cpu);
		exit_by_sysret(t, t);
	}
	syscall_answer(t, r);
	kernel_exit(cpu);
}
