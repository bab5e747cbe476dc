/* SPDX-License-Identifier: 0BSD */
/* signal.c: the older interfaces of signals, over sigaction and its companions. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* As BSD's: the handler stays, its signal is blocked meanwhile, and calls go on behind it. */
_sig_func_ptr signal(int sig, _sig_func_ptr handler)
{
	struct sigaction new = {.sa_flags = SA_RESTART}, old;

	new.sa_handler = handler;
	return sigaction(sig, &new, &old) ? SIG_ERR : old.sa_handler;
}

int siginterrupt(int sig, int flag)
{
	struct sigaction action;

	if (sigaction(sig, NULL, &action))
		return -1;
	if (flag)
		action.sa_flags &= ~SA_RESTART;
	else
		action.sa_flags |= SA_RESTART;
	return sigaction(sig, &action, NULL);
}

static int mask_one(int how, int sig, sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	return sigaddset(&set, sig) ? -1 : sigprocmask(how, &set, old);
}

int sighold(int sig)
{
	return mask_one(SIG_BLOCK, sig, NULL);
}

int sigrelse(int sig)
{
	return mask_one(SIG_UNBLOCK, sig, NULL);
}

int sigignore(int sig)
{
	struct sigaction action = {0};

	action.sa_handler = SIG_IGN;
	return sigaction(sig, &action, NULL);
}

int sigpause(int sig)
{
	sigset_t mask;

	if (sigprocmask(SIG_BLOCK, NULL, &mask) || sigdelset(&mask, sig))
		return -1;
	return sigsuspend(&mask);
}

_sig_func_ptr sigset(int sig, _sig_func_ptr handler)
{
	struct sigaction new = {0}, old;
	sigset_t mask;

	new.sa_handler = handler;
	if (sigaction(sig, handler == SIG_HOLD ? NULL : &new, &old) ||
	    mask_one(handler == SIG_HOLD ? SIG_BLOCK : SIG_UNBLOCK, sig, &mask))
		return SIG_ERR;
	return sigismember(&mask, sig) ? SIG_HOLD : old.sa_handler;
}

void psiginfo(const siginfo_t *info, const char *message)
{
	const char *separator = message && *message ? ": " : "";

	fprintf(stderr, "%s%s%s (code %d, process %d, address %p)\n", message ? message : "",
		separator, strsignal(info->si_signo), info->si_code, (int)info->si_pid,
		info->si_addr);
}
