/* SPDX-License-Identifier: 0BSD */
/* step.h: the list of steps of PROC_BUILD.
 *
 * `sys` does them in order on a blank process (or on blank containers that replace the caller's,
 * with BUILD_REPLACE) and starts it at the end. If one fails nothing has happened. At most
 * BUILD_STEPS_MAX. Slots name capabilities in the caller's own table. `bytes` is the count and
 * `from` the offset of bytes that travel behind the steps.
 *
 * Order: containers first (space, descriptors, filesystem context), then what fills them, then
 * threads.
 */
#pragma once

#include <stdint.h>

#define BUILD_STEPS_MAX 128
#define BUILD_BYTES_MAX (2u << 20) /* arguments and environment of exec: 2 MiB and what belongs to them */

enum build_step {
	/* address space: one of */
	STEP_SPACE_NEW,	  /* empty, with the fixed pages of layout.h */
	STEP_SPACE_CLONE, /* copy on write of the caller's; control page: `signals` of the caller's
			     thread only */
	STEP_SPACE_SHARE, /* the caller's own, or slot a's */
	/* descriptor space: one of */
	STEP_FDS_NEW,
	STEP_FDS_CLONE, /* of the caller's, but for CLOFORK; with flag CLOEXEC dropped */
	STEP_FDS_SHARE,
	/* filesystem context: one of */
	STEP_FS_COPY,  /* of the caller's */
	STEP_FS_SHARE, /* the caller's; a: slot of another, or 0 */
	STEP_ACCOUNT,  /* a: slot; else the caller's */
	/* filling */
	STEP_MAP,   /* a: address, b: length, c: PROT_ | MEM_ flags << 8, d: offset, e: object's slot
		     or 0 */
	STEP_WRITE, /* a: address, b: bytes, c: from; into private memory, EFAULT: else, or of a file and not there yet */
	STEP_GIVE, /* a: caller's slot, b: slot there (replacing), c: SLOT_ flags, d: rights, 0: all */
	STEP_TAKE, /* a: slot there to be emptied, b: how many from there on (0: one) */
	STEP_MOVE, /* a: slot there, b: slot there: copy, as dup2 does */
	STEP_DROP_CLOEXEC,
	STEP_CONTROL, /* a: ignored signals, b: blocked signals of the first thread, c: 1: caught
			 ones to default */
	STEP_GROUP,   /* a: process group to join, 0: its own */
	STEP_SESSION, /* its own session */
	STEP_CRED,    /* a: 1: effective ids back to real (spawn's RESETIDS); 2: a set-id program: b
			 uid or -1, c gid or -1, as its filesystem's server vouches */
	STEP_SCHED,   /* a: policy, b: priority, c: budget ns, d: its period ns (c 0: no limit) */
	STEP_CPUS,    /* a: processors that the first thread, and what it makes, may use: bit n is CPU n (without the
			 step: the caller's); b: 1: a server: it mostly waits, and is not counted */
	STEP_NAME,    /* b: bytes, c: from: arguments, NUL between: what /proc shows; a: the number of the one that
			 names the program */
	STEP_THREAD,  /* a: entry, b: stack pointer, c: argument (rdi), d: thread pointer */
};

struct proc_step {
	uint32_t step;
	uint32_t flags;
	uint64_t a, b, c, d, e;
};

_Static_assert(sizeof(struct proc_step) == 48, "an array of these travels in a message");
