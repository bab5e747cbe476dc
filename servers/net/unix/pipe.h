/* SPDX-License-Identifier: 0BSD */
/* pipe.h: pipes and FIFOs.
 *
 * A pipe is a queue and three nodes, its ends: one for those that read, one for those that write,
 * one for those that opened a FIFO for both. So the poll bits of an end are those of all its open
 * files.
 *
 * A FIFO is a pipe that a file names; it exists while somebody has it open or waits to. An open
 * that must wait for the other side is a kept request in `opening`.
 */
#pragma once

#include "srv/srv.h"
#include "name.h"
#include "queue.h"

enum pipe_end { PIPE_READ, PIPE_WRITE, PIPE_BOTH, PIPE_ENDS };

struct pipe {
	struct srv_node end[PIPE_ENDS];
	struct queue queue;
	unsigned readers, writers; /* open files */
	struct name name;	   /* FIFOs */
	struct list opening;	   /* kept opens: own is the end's node */
};

/* PATH_SOCKET with type 0: a new pipe, both ends given with the answer. */
int64_t pipe_make(struct srv_request *r);

/* SOCK_NAME_FIFO. */
int64_t pipe_open_fifo(struct srv_request *r);

/* An open that waits in `opening` ends. */
int64_t pipe_unblock(struct srv_request *kept);
