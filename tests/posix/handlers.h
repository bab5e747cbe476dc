/* SPDX-License-Identifier: 0BSD */
/* handlers.h: what tests of signals install, and what it has seen. */
#pragma once

#include <signal.h>

extern volatile sig_atomic_t count, last; /* signals since the last handle(); the last one */
extern volatile sig_atomic_t depth, deepest;
extern volatile int order[8]; /* the last eight that `counts` saw */
extern siginfo_t known;	      /* what `tells` was told */

/* Handlers. */
void counts(int sig);
void tells(int sig, siginfo_t *info, void *context);

/* Installs HANDLER, or `tells`, and begins to count anew. */
void handle(int sig, void (*handler)(int), int flags);
void handle_info(int sig, int flags);

sigset_t set_of(int sig);
