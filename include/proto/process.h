/* SPDX-License-Identifier: 0BSD */
/* process.h: the pages that a process shares with `sys`, and what it finds on its stack.
 *
 * A program starts as the System V ABI says: rsp points to argc, argv, a null, the environment, a
 * null, the auxiliary vector. Everything else stands at fixed addresses (layout.h): clock page the
 * clock's scale and the count of processors; one page for all programs info page    who the process
 * is; `sys` writes it, so asking costs no message control area what the process tells `sys` about
 * its signals; `sys` reads it and believes it for this process alone
 *
 * Each thread has one record in the control area: the first thread of a process (and the one that
 * fork makes) number 0, others the number that `sys` chooses. A thread begins with its argument in
 * rdi, its record's number in rsi, and the thread pointer set. The library registers the record's
 * `area` and its own entry (thread_set_divert) before it catches a signal; a thread that has not
 * done so gets default actions.
 */
#pragma once

#include <stdint.h>
#include <abi/thread.h>

struct info_page {
	uint32_t pid, parent, group, session;
	uint32_t uid, euid, gid, egid;
	uint32_t cred; /* number of the credential record */
	uint32_t threads;
	uint64_t pending;	   /* signals pending for the process as a whole: bit n-1 is signal n */
	uint64_t boot_realtime_ns; /* nanoseconds since 1970 when the monotonic clock was 0 */
	uint64_t start_ns;
};

/* Masks of signals: bit n-1 is signal n. */
struct control_page {
	uint64_t ignored; /* SIG_IGN */
	uint64_t caught;  /* have a handler */
	uint64_t restart; /* not read by sys: for the library */
	uint64_t flags;	  /* CONTROL_ */
	uint64_t reserved[60];
};
enum {
	CONTROL_NOCLDWAIT = 1 << 0, /* children leave no status */
	CONTROL_NOCLDSTOP = 1 << 1,
};

struct thread_record {
	struct divert_area area; /* registered with thread_set_divert by sys */
	uint64_t blocked;	 /* signal mask; read by sys */
	uint64_t pending;	 /* written by sys: signals pending for this thread alone */
	uint64_t waiting;	 /* signals that a SIGNAL_WAIT would take */
	uint64_t thread_pointer;
	uint32_t tid; /* written by sys */
	uint32_t in_use;
	uint64_t library[27]; /* the library's own: alternate stack, cancel state */
};
_Static_assert(sizeof(struct thread_record) == 512, "eight in a page");

#define CONTROL_THREADS_MAX 1024
#define CONTROL_RECORDS_AT  4096 /* bytes behind the control page's start */
