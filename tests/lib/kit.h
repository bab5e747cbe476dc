/* SPDX-License-Identifier: 0BSD */
/* kit.h: what tests and benchmarks are made with: objects, threads, address spaces, endpoints.
 *
 * Everything that a test makes comes out of one Untyped, the arena, and lands in slots that are
 * counted up. So the end of a test is always the same: the arena is revoked, which must destroy
 * everything, and reset, which must find nothing left; all slots must be empty and page tables be
 * as many as before. A test need not clean up, and a leak fails it.
 *
 * Functions that make something answer its slot, or CAP_NONE after a message and a failed check.
 */
#pragma once

#include "lib/test.h"

#include <stddef.h>

#include <abi/boot.h>
#include <abi/endpoint.h>
#include <abi/memory.h>
#include <abi/thread.h>
#include <parley/clock.h>
#include <parley/debug.h>
#include <parley/message.h>
#include <parley/program.h>
#include <parley/syscall.h>

#define KIT_PRIORITY   100 /* of the main thread and, unless said otherwise, of all others */
#define KIT_WAIT_NS    (20 * OS_S)
#define KIT_ARENA_LOG2 25

/* Once, at the start of the program. */
void kit_init(void);
/* Around each test. */
void kit_begin(void);
void kit_end(void);
/* Within a test: what it made is gone before its next case. */
void kit_next(void);
/* kit_end: all threads are gone. */
void kit_threads_forget(void);

/* A fresh slot number, empty. kit_slots: the first of COUNT in a row. */
cap_t kit_slot(void);
cap_t kit_slots(uint32_t count);
/* FIRST and all slots after it are empty again: they are given out anew. */
void kit_slots_back(cap_t first);
/* A capability that does not come from the arena: deleted at the end of the test. */
void kit_foreign(cap_t slot);
/* The Untyped that everything comes from. */
cap_t kit_arena(void);

/* An object out of the arena. */
cap_t kit_make(enum object_type type, uint32_t size_log2);
cap_t kit_event(void);
cap_t kit_endpoint(void);      /* with 16 Connections and a reserve SchedContext */
cap_t kit_bare_endpoint(void); /* with nothing */
cap_t kit_connect(cap_t endpoint, uint64_t cookie);
/* The same, and tells the Connection's number. */
cap_t kit_connect_number(cap_t endpoint, uint64_t cookie, uint64_t *number);
/* An Event attached to ENDPOINT. */
cap_t kit_event_at(cap_t endpoint, uint64_t cookie, uint32_t priority);
/* A copy in another slot with RIGHTS. */
cap_t kit_copy(cap_t slot, uint32_t rights);

/* An address space that has this program mapped as here, data and the main stack shared. */
cap_t kit_space(void);
/* 2^size_log2 bytes of zeroed memory mapped at VA in this address space. */
cap_t kit_map(uint64_t va, uint32_t size_log2);
/* Whether the kernel may read, or write, what is at VA in this address space: what a fault would
 * tell, without one. kit_writable overwrites struct thread_registers there. */
bool kit_readable(uint64_t va);
bool kit_writable(uint64_t va);
/* A CSpace with one page of slots; caps[i] is in slot 1 + i. */
cap_t kit_small_cspace(const cap_t *caps, unsigned count);
/* A range of addresses, 1 GiB, that nobody uses. */
#define KIT_VA 0x100000000000ull

struct kit_how {
	uint32_t priority; /* 0: KIT_PRIORITY */
	uint32_t cpu;
	cap_t vspace; /* 0: this one */
	cap_t cspace; /* 0: this one */
	cap_t fault;  /* 0: none */
	cap_t serves; /* an endpoint: a passive thread that serves it; 0: has its own time */
	bool stopped; /* made, but not started */
};

struct kit_thread {
	cap_t cap;
	cap_t sched;
	void (*run)(void *arg);
	void *arg;
	uint64_t stack_top;
	cap_t endpoint; /* kit_server: what `arg` points to */
	uint32_t done;	/* `run` has returned */
	int64_t result; /* for tests */
};

/* A thread that runs run(arg), with its own SchedContext. */
struct kit_thread *kit_thread(void (*run)(void *arg), void *arg);
struct kit_thread *kit_thread_with(const struct kit_how *how, void (*run)(void *arg), void *arg);
/* Starts one that was made stopped. */
int64_t kit_thread_go(struct kit_thread *t);
/* Waits until it has returned: false after KIT_WAIT_NS and a failed check. */
bool kit_join(struct kit_thread *t);
/* Prints what all threads of the test are doing: for failures. */
void kit_show_threads(void);
/* Waits until it is in STATE. */
bool kit_wait_state(const struct kit_thread *t, enum thread_state state);
/* The same, but no check: false also when it has returned before. */
bool kit_reaches(const struct kit_thread *t, enum thread_state state);
enum thread_state kit_state(const struct kit_thread *t);
uint32_t kit_priority(const struct kit_thread *t);
/* The commonest server: receives at ENDPOINT, in its own address space if OTHER, without time of
 * its own if PASSIVE. */
struct kit_thread *kit_server(void (*run)(void *arg), cap_t *endpoint, bool other, bool passive);
/* Waits until *FLAG is VALUE. */
bool kit_wait_for(const uint32_t *flag, uint32_t value);
static inline uint32_t kit_read(const uint32_t *flag) { return __atomic_load_n(flag, __ATOMIC_ACQUIRE); }
static inline void kit_write(uint32_t *flag, uint32_t value) { __atomic_store_n(flag, value, __ATOMIC_RELEASE); }
/* Lets others work for a moment. */
void kit_pause(void);

/* Sends words {w0, w1, 0 ...}, words alone: the answer; *words, if not NULL, gets the reply. */
int64_t kit_send(cap_t connection, uint64_t w0, uint64_t w1, struct os_words *words);
int64_t kit_send_until(cap_t connection, uint64_t w0, uint64_t deadline_ns, unsigned flags);
/* Replies {w0, 0 ...} to ID. */
int64_t kit_reply(cap_t endpoint, uint64_t id, int64_t status, uint64_t w0);

/* A server thread that answers each message with status word 0 and the words increased by 1. */
struct kit_thread *kit_echo_server(cap_t *endpoint, bool other, bool passive);
