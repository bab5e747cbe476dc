/* SPDX-License-Identifier: 0BSD */
/* action.c: what a signal does: sigaction. */
#include <errno.h>
#include <string.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"

struct sigaction posix_action[NSIG];
uint32_t posix_actions_lock;
uint64_t posix_signal_onstack;
uint64_t posix_fpu_bytes;

static uint32_t cpuid(uint32_t leaf, uint32_t *ecx)
{
	uint32_t eax = leaf, ebx, edx;

	__asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(*ecx), "=d"(edx));
	return ebx;
}

/* The size of an XSAVE area, if the kernel has switched XSAVE on (Intel SDM vol.1 13.2). */
void posix_signal_prepare(void)
{
	uint32_t ecx = 0;

	if (posix_fpu_bytes)
		return;
	cpuid(1, &ecx);
	if (ecx & (1u << 27)) {
		ecx = 0;
		posix_fpu_bytes = (cpuid(0xd, &ecx) + 63) & ~63ull;
	}
}

/* Tells `sys` and the entry of an action. Under the lock. */
static void publish(int sig, const struct sigaction *action)
{
	uint64_t bit = SIGNAL_BIT(sig);
	bool ignored = action->sa_handler == SIG_IGN;
	bool caught = !ignored && action->sa_handler != SIG_DFL;

	posix_signal_onstack = (posix_signal_onstack & ~bit) | (action->sa_flags & SA_ONSTACK ? bit : 0);
	posix_control->ignored = (posix_control->ignored & ~bit) | (ignored ? bit : 0);
	posix_control->caught = (posix_control->caught & ~bit) | (caught ? bit : 0);
	if (sig == SIGCHLD)
		posix_control->flags = (action->sa_flags & SA_NOCLDWAIT || ignored ? CONTROL_NOCLDWAIT : 0) |
				       (action->sa_flags & SA_NOCLDSTOP ? CONTROL_NOCLDSTOP : 0);
}

/* What begins as ignored was so before exec: the table does not know it yet. */
static struct sigaction action_now(int sig)
{
	struct sigaction action = posix_action[sig];

	if (action.sa_handler == SIG_DFL && (posix_control->ignored & SIGNAL_BIT(sig)))
		action.sa_handler = SIG_IGN;
	return action;
}

/* By its action, or by default. */
static bool is_ignored(int sig, const struct sigaction *action)
{
	const uint64_t by_default = SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGURG) | SIGNAL_BIT(SIGWINCH);

	return action->sa_handler == SIG_IGN || (action->sa_handler == SIG_DFL && (by_default & SIGNAL_BIT(sig)));
}

/* What is pending of a signal that is ignored from now on goes. */
static void forget(int sig)
{
	const struct thread_record *record = posix_self()->record;
	uint64_t bit = SIGNAL_BIT(sig);
	siginfo_t info;

	while (((*(const volatile uint64_t *)&record->pending | posix_info->pending) & bit) &&
	       posix_signal_take(bit, &info))
		;
}

int sigaction(int sig, const struct sigaction *restrict act, struct sigaction *restrict old)
{
	struct sigaction before, now;
	uint64_t mask;

	if (!posix_is_signal(sig) || (act && (SIGNAL_BIT(sig) & (SIGNALS_FOREVER | SIGNALS_OWN))))
		return posix_zero(-EINVAL);
	if (act) {
		posix_signal_prepare();
		now = *act;
	}
	mask = posix_mask_all();
	posix_lock(&posix_actions_lock);
	before = action_now(sig);
	if (act) {
		posix_action[sig] = now;
		publish(sig, &now);
	}
	posix_unlock(&posix_actions_lock);
	if (act && is_ignored(sig, &now))
		forget(sig);
	posix_mask_replace(mask);
	if (old)
		*old = before;
	return 0;
}
