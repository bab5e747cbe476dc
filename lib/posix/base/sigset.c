/* SPDX-License-Identifier: 0BSD */
/* sigset.c: sets of signals. Bit n - 1 stands for signal n. */
#include <errno.h>
#include <signal.h>

#define BIT(sig) (1ul << ((sig)-1))

static int known(int sig)
{
	if (sig > 0 && sig < NSIG)
		return 1;
	errno = EINVAL;
	return 0;
}

int sigemptyset(sigset_t *set)
{
	*set = 0;
	return 0;
}

/* Not the two that are the library's own: nobody can block them. */
int sigfillset(sigset_t *set)
{
	*set = ~(BIT(32) | BIT(33));
	return 0;
}

int sigaddset(sigset_t *set, int sig)
{
	if (!known(sig))
		return -1;
	*set |= BIT(sig);
	return 0;
}

int sigdelset(sigset_t *set, int sig)
{
	if (!known(sig))
		return -1;
	*set &= ~BIT(sig);
	return 0;
}

int sigismember(const sigset_t *set, int sig)
{
	return known(sig) ? (*set & BIT(sig)) != 0 : -1;
}

int sigisemptyset(const sigset_t *set)
{
	return *set == 0;
}

int sigandset(sigset_t *set, const sigset_t *left, const sigset_t *right)
{
	*set = *left & *right;
	return 0;
}

int sigorset(sigset_t *set, const sigset_t *left, const sigset_t *right)
{
	*set = *left | *right;
	return 0;
}
