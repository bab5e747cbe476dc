/* SPDX-License-Identifier: 0BSD */
/* divert.c: choosing and running the handler of a diverted thread.
 *
 * posix_divert_dispatch runs in the divert: the area is busy and no other divert comes. It fills the
 * frame, takes the signal from `sys`, blocks what the handler wants blocked, and ends the divert into
 * posix_signal_run, which is ordinary code with the frame on its stack. One signal at a time: the
 * others are posted to the thread itself and come in as soon as the first has its frame, as if they
 * had arrived a moment later.
 *
 * Waits end by what is said here: a thread that stood before the system call of a window goes on behind it
 * with EINTR, and no_restart and handled tell the caller which kind of handler ran. They are
 * written after the handler, since the handler may wait itself.
 */
#include <errno.h>
#include <string.h>
#include <parley/message.h>
#include <parley/syscall.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"

#define FRAME_BYTES 1280 /* as divert.S has it */

_Static_assert(offsetof(struct thread_record, blocked) == 256, "divert.S");
_Static_assert(offsetof(struct thread_record, library) == 296, "divert.S");
_Static_assert(sizeof(struct signal_frame) <= FRAME_BYTES && FRAME_BYTES % 64 == 0, "divert.S");
_Static_assert(offsetof(struct signal_frame, context.uc_mcontext.gregs) == 40, "divert.S");
_Static_assert(offsetof(struct signal_frame, context.uc_mcontext.fpregs) == 224, "divert.S");

_Noreturn void posix_divert_dispatch(uint64_t bits, struct thread_record *record, int64_t number, void *fpu,
				     struct signal_frame *frame);
void posix_signal_deliver(struct signal_frame *frame);
extern const char posix_signal_run[];

static void context_fill(ucontext_t *context, const struct thread_record *record, void *fpu)
{
	const struct thread_registers *r = &record->area.registers;
	greg_t *g = context->uc_mcontext.gregs;

#define KEEP(NAME, field) g[REG_##NAME] = (greg_t)r->field
	KEEP(R8, r8), KEEP(R9, r9), KEEP(R10, r10), KEEP(R11, r11);
	KEEP(R12, r12), KEEP(R13, r13), KEEP(R14, r14), KEEP(R15, r15);
	KEEP(RDI, rdi), KEEP(RSI, rsi), KEEP(RBP, rbp), KEEP(RBX, rbx);
	KEEP(RDX, rdx), KEEP(RAX, rax), KEEP(RCX, rcx), KEEP(RSP, rsp);
	KEEP(RIP, rip), KEEP(EFL, rflags);
#undef KEEP
	g[REG_CSGSFS] = g[REG_ERR] = g[REG_TRAPNO] = g[REG_CR2] = 0;
	g[REG_OLDMASK] = (greg_t)record->blocked;
	context->uc_mcontext.fpregs = fpu;
	context->uc_flags = 0;
	context->uc_link = NULL;
	context->uc_stack =
	    (stack_t){(void *)record->library[LIBRARY_ALT_BASE], record->library[LIBRARY_ALT_BYTES] ? 0 : SS_DISABLE,
		      record->library[LIBRARY_ALT_BYTES]};
	context->uc_sigmask = record->blocked;
}

/* Goes on behind the system call of a window instead of into it. */
static void leave_window(ucontext_t *context)
{
	greg_t *g = context->uc_mcontext.gregs;

	if (g[REG_RIP] >= (greg_t)posix_window_begin && g[REG_RIP] < (greg_t)posix_window_end) {
		g[REG_RIP] = (greg_t)posix_window_interrupted;
		g[REG_RAX] = -EINTR;
	}
}

void posix_signal_info(siginfo_t *info, const struct os_words *w)
{
	memset(info, 0, sizeof(*info));
	info->si_signo = (int)w->w[1];
	info->si_code = (int)w->w[2];
	info->si_pid = (pid_t)w->w[3];
	switch (info->si_signo) {
	case SIGILL:
	case SIGTRAP:
	case SIGBUS:
	case SIGFPE:
	case SIGSEGV:
		if (info->si_code > 0) {
			info->si_pid = 0;
			info->si_addr = (void *)w->w[5];
			return;
		}
		break;
	case SIGCHLD:
		if (info->si_code > 0) {
			info->si_uid = (uid_t)w->w[4];
			info->si_status = (int)w->w[6];
			return;
		}
	}
	info->si_uid = (uid_t)w->w[4];
	info->si_value.sival_ptr = (void *)w->w[5];
}

int64_t posix_signal_take(uint64_t set, siginfo_t *info)
{
	struct os_words w;
	int64_t r;

	do {
		w = (struct os_words){{PROTO_WORD0(PROC_SIGNAL_TAKE, 0, 0), set}};
		r = os_send_words(CAP_SELF_PROCESS, &w);
	} while (r == -EINTR);
	if (r < 0 || !w.w[1])
		return 0;
	posix_signal_info(info, &w);
	return info->si_signo;
}

/* The action for SIG as it is now, and what SA_RESETHAND makes of it. */
static struct sigaction action_of(int sig)
{
	struct sigaction action;

	posix_lock(&posix_actions_lock);
	action = posix_action[sig];
	if ((action.sa_flags & (int)SA_RESETHAND) && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
		posix_action[sig].sa_handler = SIG_DFL;
		posix_control->caught &= ~SIGNAL_BIT(sig);
	}
	posix_unlock(&posix_actions_lock);
	return action;
}

/* A cancellation: ends the thread at once, or what it waits for, or nothing yet. */
static void take_cancellation(struct __pthread *self, struct signal_frame *frame)
{
	uint32_t cancel = self->cancel;

	if (!(cancel & CANCEL_WANTED) || (cancel & (CANCEL_DISABLED | CANCEL_ENDING)))
		return;
	self->stop = 1;
	self->no_restart = 1;
	self->handled++;
	leave_window(&frame->context);
	if (cancel & CANCEL_ASYNC)
		frame->end = posix_cancel_point;
}

/* SIG if the thread sent it to itself (posix_signal_self): another one that `sys` has comes after it. */
static bool take_own(struct __pthread *self, int sig, siginfo_t *info)
{
	uint64_t bit = SIGNAL_BIT(sig);
	bool raised = self->own_raised & bit;

	if (!raised && !(self->own_user & bit))
		return false;
	self->own_raised &= ~bit;
	self->own_user &= ~bit;
	memset(info, 0, sizeof(*info));
	info->si_signo = sig;
	info->si_code = raised ? SI_TKILL : SI_USER;
	info->si_pid = (pid_t)posix_info->pid;
	info->si_uid = posix_info->uid;
	if ((self->record->pending | posix_info->pending) & bit)
		os_thread_divert(CAP_SELF_THREAD, bit, 0);
	return true;
}

bool posix_signal_self(int sig, bool raised)
{
	struct __pthread *self = posix_self();
	uint64_t bit = SIGNAL_BIT(sig);

	if (!(posix_control->caught & bit) || (self->record->blocked & bit))
		return false;
	__atomic_fetch_or(raised ? &self->own_raised : &self->own_user, bit, __ATOMIC_RELAXED);
	os_thread_divert(CAP_SELF_THREAD, bit, 0);
	return true;
}

/* Takes SIG and settles what is to be run for it. */
static void take(struct __pthread *self, struct signal_frame *frame, int sig)
{
	struct sigaction action;

	if (!take_own(self, sig, &frame->info) && !posix_signal_take(SIGNAL_BIT(sig), &frame->info))
		return;
	if (sig == SIGCANCEL) {
		take_cancellation(self, frame);
		return;
	}
	action = action_of(sig);
	if (action.sa_handler == SIG_IGN)
		return;
	if (action.sa_handler == SIG_DFL) { /* since it was sent: let `sys` do it */
		posix_kill_thread(self->tid, sig);
		return;
	}
	frame->action = action;
	leave_window(&frame->context);
	self->record->blocked |=
	    (action.sa_mask & ~(SIGNALS_FOREVER | SIGNALS_OWN)) | (action.sa_flags & SA_NODEFER ? 0 : SIGNAL_BIT(sig));
}

_Noreturn void posix_divert_dispatch(uint64_t bits, struct thread_record *record, int64_t number, void *fpu,
				     struct signal_frame *frame)
{
	struct __pthread *self = posix_self();
	struct thread_registers *r = &record->area.registers;
	uint64_t left = bits & record->blocked;

	context_fill(&frame->context, record, fpu);
	frame->action.sa_handler = NULL;
	frame->end = NULL;
	frame->no_restart = self->no_restart;
	frame->handled = self->handled;
	bits &= ~left;
	if (number >= 0) {
		bits &= ~(1ull << number);
		take(self, frame, (int)number + 1);
	}
	if (left) { /* blocked since it was sent: another thread's, or nobody's for now */
		struct os_words w = {{PROTO_WORD0(PROC_SIGNAL_POLL, 0, 0)}};

		os_send_words(CAP_SELF_PROCESS, &w);
	}
	if (bits)
		os_thread_divert(CAP_SELF_THREAD, bits, 0);
	r->rip = (uint64_t)posix_signal_run;
	r->rsp = (uint64_t)frame;
	r->rflags = 0x202;
	os_thread_undivert();
	__builtin_trap();
}

void posix_signal_deliver(struct signal_frame *frame)
{
	const struct sigaction *action = &frame->action;
	struct __pthread *self = posix_self();
	int error;

	if (frame->end)
		frame->end();
	if (!action->sa_handler)
		return;
	error = errno;
	if (action->sa_flags & SA_SIGINFO)
		action->sa_sigaction(frame->info.si_signo, &frame->info, &frame->context);
	else
		action->sa_handler(frame->info.si_signo);
	errno = error;
	self->no_restart = frame->no_restart | !(action->sa_flags & SA_RESTART);
	self->handled = frame->handled + 1;
	posix_mask_replace(frame->context.uc_sigmask);
}
