/* SPDX-License-Identifier: 0BSD */
/* world.h: processes, threads, signals and path names for tests, on top of kit.h. */
#pragma once

#include "sys/kit.h"

#include <proto/posix.h>
#include <proto/process.h>
#include <proto/signal.h>

#define BIT(number) (1ull << ((number)-1))
/* Longer than anything should take; a test that runs into it fails. */
#define PATIENCE_NS (20 * OS_S)

/* One message to CAP_SELF_PROCESS without data: words w1.. in and out. */
int64_t proc_call(unsigned op, uint32_t flags, uint64_t w1, uint64_t w2, uint64_t w3, uint64_t w4,
		  struct os_words *out);
/* kill(2) */
int64_t proc_kill(int64_t pid, unsigned number);
/* waitid: pid, or 0 or an error; *status. */
int64_t proc_wait(unsigned what, int64_t id, uint32_t options, uint32_t *status);
/* Waits for PID's end: its status. */
uint32_t status_of(int64_t pid);
uint32_t proc_pid(void);

static inline volatile struct control_page *control(void) { return (volatile struct control_page *)LAYOUT_CONTROL; }
static inline const volatile struct info_page *info(void) { return (const volatile struct info_page *)LAYOUT_INFO; }
static inline volatile struct thread_record *record(unsigned n)
{
	return (volatile struct thread_record *)(LAYOUT_CONTROL + CONTROL_RECORDS_AT +
						 n * sizeof(struct thread_record));
}

/* What parent and children share; zero at the start of each test that calls share(). */
struct shared {
	uint32_t flag[16];
	uint64_t value[16];
};
extern struct shared *shared;
void share_begin(void);
void share_end(void);
void flag_set(unsigned i, uint32_t value);
/* A child that sets flag 0, and sleeps until it is killed. */
void child_sleep(void *arg);
/* Waits until flag I is VALUE: false after PATIENCE_NS and a failed check. */
bool flag_wait(unsigned i, uint32_t value);

/* From now on this thread, whose record is N, catches MASK: `caught` gets what SIGNAL_TAKE says. */
void catch_signals(unsigned n, uint64_t mask);
struct caught {
	uint32_t count, number;
	int32_t code;
	uint32_t pid, uid, status;
	uint64_t value;
};
extern volatile struct caught caught;

/* A thread of this process: its id; it runs run(arg) on a stack of its own and ends with thread_done. */
int64_t thread_begin(void (*run)(void *arg), void *arg, cap_t context);
_Noreturn void thread_done(void);

/* A path message to TO with a text: words in and out; the answer's data. */
int64_t path_call(cap_t to, unsigned op, uint64_t w1, const char *text, struct os_words *words, void *reply,
		  uint64_t reply_bytes, cap_t *landed);
int64_t ns_call(cap_t to, unsigned op, uint32_t flags, uint64_t w1, const char *text, cap_t give,
		struct os_words *words);
/* Empties a slot. */
void drop(cap_t slot);
