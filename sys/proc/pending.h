/* SPDX-License-Identifier: 0BSD */
/* pending.h: sets of signals, and what is known of each that is pending. Portable.
 *
 * A set holds a bit a signal; behind it stands a queue of records. A standard signal has at most one record, the first
 * that came; of 34 and up each that is queued has one. A signal without a record (there was no memory, or the queue
 * was full) is known by its number alone.
 */
#pragma once

#include "lib/list.h"

#include <stdbool.h>
#include <stdint.h>
#include <proto/signal.h>

#define SIGNAL_BIT(number) (1ull << ((number)-1))
#define SIGNALS_STOP	   (SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))
#define SIGNALS_SURE	   (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP)) /* never blocked, ignored or caught */
/* The library's own do nothing where it has no handler. */
#define SIGNALS_QUIET                                                                                                  \
	(SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGURG) | SIGNAL_BIT(SIGWINCH) | SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(32) |      \
	 SIGNAL_BIT(33))
#define SIGNAL_LAST	 64
#define SIGNAL_QUEUE_MAX 128 /* records of one process that count */

struct signal {
	struct list_node node;
	uint32_t number;
	int32_t code;
	uint32_t pid, uid;
	uint64_t value; /* or an address */
	uint32_t status;
};

struct pending {
	uint64_t set;
	struct list queue;
	uint32_t count;
};

void pending_init(struct pending *p);
/* Adds what *S says. MUST_QUEUE: -EAGAIN where no record can be kept; else the bit alone is set then. */
int pending_add(struct pending *p, const struct signal *s, bool must_queue);
/* Takes the lowest signal of MASK out: *S. False: none. */
bool pending_take(struct pending *p, uint64_t mask, struct signal *s);
/* Forgets all of MASK. */
void pending_drop(struct pending *p, uint64_t mask);
/* Moves all of FROM to the end of TO. */
void pending_move(struct pending *to, struct pending *from);

/* What a process does about a signal, by the masks of its control area. */
enum signal_action { SIGNAL_IGNORE, SIGNAL_CATCH, SIGNAL_STOP, SIGNAL_END };
enum signal_action signal_action(unsigned number, uint64_t ignored, uint64_t caught);
