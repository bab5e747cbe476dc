/* SPDX-License-Identifier: 0BSD */
/* fault.c: what a thread does wrong becomes a signal.
 *
 * Such a signal goes to the thread itself and now: if it is blocked or ignored, or if the thread is just entering or
 * leaving a handler, nobody could take it, and the process ends. */
#include "proc/signal.h"

#include <abi/fault.h>
#include <abi/memory.h>
#include <parley/syscall.h>

struct fault {
	unsigned number;
	int32_t code;
	uint64_t address;
};

/* In no region: MAPERR. In one that does not allow it: ACCERR. In one that does: there is nothing behind it. */
static struct fault page_fault(struct task *t, uint64_t at, uint64_t access)
{
	uint64_t page = at & ~(PAGE_BYTES - 1);
	struct info_region region;

	if (space_regions(t->space, &page, &region, 1) == 0 || at < region.start || at >= region.end)
		return (struct fault){SIGSEGV, SEGV_MAPERR, at};
	if ((region.protection & access) != access)
		return (struct fault){SIGSEGV, SEGV_ACCERR, at};
	return (struct fault){SIGBUS, BUS_ADRERR, at};
}

/* What kind of signal the words of a fault message are. */
static struct fault classify(struct task *t, const uint64_t *w)
{
	uint64_t ip = w[FAULT_WORD_IP];
	uint64_t at = w[FAULT_WORD_ADDRESS];

	switch (w[FAULT_WORD_KIND] & 0xff) {
	case FAULT_PAGE:
		return page_fault(t, at, w[FAULT_WORD_ACCESS]);
	case FAULT_DIVIDE:
		return (struct fault){SIGFPE, FPE_INTDIV, ip};
	case FAULT_DEBUG:
		return (struct fault){SIGTRAP, TRAP_TRACE, ip};
	case FAULT_BREAKPOINT:
		return (struct fault){SIGTRAP, TRAP_BRKPT, ip};
	case FAULT_OVERFLOW:
		return (struct fault){SIGSEGV, SI_KERNEL, 0};
	case FAULT_ILLEGAL:
		return (struct fault){SIGILL, ILL_ILLOPN, ip};
	case FAULT_FLOAT:
		return (struct fault){SIGFPE, FPE_FLTINV, ip};
	case FAULT_ALIGNMENT:
		return (struct fault){SIGBUS, BUS_ADRALN, 0};
	case FAULT_SYSCALL:
		return (struct fault){SIGSYS, SI_KERNEL, ip};
	}
	return (struct fault){SIGSEGV, SI_KERNEL, 0};
}

/* The thread will enter its handler: true. */
static bool divert(struct thread *t, const struct fault *f)
{
	struct process *p = t->process;
	uint64_t bit = SIGNAL_BIT(f->number);
	struct signal s = {.number = f->number, .code = f->code, .pid = p->pid, .value = f->address};

	if (!t->area || t->area->area.busy || t->area->blocked & bit || !(signal_caught(p) & bit))
		return false;
	pending_drop(&t->pending, bit);
	pending_add(&t->pending, &s, false);
	t->area->pending = t->pending.set;
	if (os_thread_divert(t->task.thread.slot, bit, 0) >= 0)
		return true;
	pending_drop(&t->pending, bit);
	t->area->pending = t->pending.set;
	return false;
}

int64_t proc_fault(struct task *task, struct request *q)
{
	struct thread *t = container_of(task, struct thread, task);
	struct fault f;

	if (q->words.w[FAULT_WORD_KIND] & FAULT_IN_MESSAGE)
		return -EFAULT;
	if (t->ending || t->process->state != PROCESS_RUNNING)
		return -EFAULT;
	f = classify(task, q->words.w);
	if (divert(t, &f))
		return 0;
	signal_report(t, f.number, f.address, q->words.w[FAULT_WORD_IP]);
	process_end(t->process, WAIT_SIGNALED(f.number));
	return SYS_LATER;
}
