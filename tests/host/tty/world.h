/* SPDX-License-Identifier: 0BSD */
/* world.h: what the terminal server sees, made up: clients, `sys`, the server framework, the time.
 *
 * A *call* is a request of a process; it is answered or waits, and runs again when the server says
 * so. `sys` is a table of processes and a list of the signals that were sent.
 */
#pragma once

#include "../../../servers/char/tty/pty.h"
#include "../../../servers/char/tty/tty.h"
#include "host/harness.h"

#define WAITS SRV_LATER

struct process {
	uint32_t pid, group, session, terminal;
	uint64_t ignored, blocked;
	uint32_t uid;
	bool orphaned; /* its group is */
};

/* An open file. */
struct file {
	struct srv_open open;
};

struct call {
	struct srv_request request; /* first */
	int64_t status;		    /* WAITS: not answered */
	int64_t (*run)(struct srv_request *r);
	char in[8192], out[8192];
	uint64_t out_bytes;
};

extern uint64_t world_now_ns, world_timer_ns;
extern char world_signals[512]; /* "group:signal ..." */

/* Everything afresh: no processes. */
void world_begin(void);
/* A process; a group of its own in `session` if `group` is 0. */
struct process *world_process(uint32_t pid, uint32_t group, uint32_t session);
/* The time passes; the timer goes off if it is due. */
void world_sleep_until(uint64_t now_ns);

/* Opens a node. 0 or -errno. */
int64_t world_open(struct process *p, struct srv_node *node, uint32_t flags, struct file *out);
void world_close(struct file *file);

/* Calls answer their status at once; what was put lies in call->out, closed by a NUL. Then all that
 * can run has run. */
int64_t world_read(struct call *call, struct process *p, struct file *file, uint64_t length);
int64_t world_write(struct call *call, struct process *p, struct file *file, const char *text, uint64_t length);
int64_t world_control(struct call *call, struct process *p, struct file *file, uint64_t request, uint64_t value,
		      const void *in, uint64_t in_bytes);

/* What `sys` answers to the server. */
int64_t world_send(cap_t to, struct os_words *words, const struct message_desc *desc);
