/* SPDX-License-Identifier: 0BSD */
/* text.c: what is printed about a signal. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "posix/internal.h"
#include "posix/signal.h"

void psiginfo(const siginfo_t *info, const char *message)
{
	const char *text = strsignal(info->si_signo);

	if (message && *message)
		fprintf(stderr, "%s: ", message);
	fprintf(stderr, "%s (code %d, process %d)\n", text ? text : "?", info->si_code, info->si_pid);
}
