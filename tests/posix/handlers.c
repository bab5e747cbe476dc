/* SPDX-License-Identifier: 0BSD */
/* handlers.c: see handlers.h. */
#include "handlers.h"
#include "lib/test.h"

volatile sig_atomic_t count, last, depth, deepest;
volatile int order[8];
siginfo_t known;

void counts(int sig)
{
	last = sig;
	order[count++ & 7] = sig;
}

void tells(int sig, siginfo_t *info, void *context)
{
	known = *info;
	count++;
	last = sig;
}

void handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_flags = flags};

	action.sa_handler = handler;
	count = last = depth = deepest = 0;
	EXPECT_OK(sigaction(sig, &action, NULL));
}

void handle_info(int sig, int flags)
{
	struct sigaction action = {.sa_flags = flags | SA_SIGINFO};

	action.sa_sigaction = tells;
	count = last = 0;
	EXPECT_OK(sigaction(sig, &action, NULL));
}

sigset_t set_of(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	return set;
}
