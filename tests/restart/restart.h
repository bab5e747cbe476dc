/* SPDX-License-Identifier: 0BSD */
/* restart.h: loads: what workers do to a server that is killed meanwhile.
 *
 * A load's `round` is run again and again, in several processes at a time. It calls saw() for each operation, so that
 * every error is counted under the operation's name, and wrong() for data that is not what it must be.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct allowed {
	const char *operation;
	int error;
};

struct load {
	const char *server;
	void (*begin)(unsigned worker); /* once in each worker; may be NULL */
	void (*round)(unsigned worker, unsigned n);
	const struct allowed *allowed; /* ends with NULL */
	void (*end)(void);	       /* once in each worker; may be NULL */
};

extern const struct load load_null, load_log, load_proc, load_unix, load_ram, load_tty;

/* Answers `result`; -1 is counted with errno. */
ssize_t saw(const char *operation, ssize_t result);
void wrong(const char *what, long number);
/* Times the operation that follows, until saw(): the longest is reported. */
void starts(void);
