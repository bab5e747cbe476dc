/* SPDX-License-Identifier: 0BSD */
/* thread.h: what the library keeps of each thread, and how the calling thread finds it.
 *
 * The thread pointer (base of FS) is the address of this structure; the thread's TLS block lies just
 * below it (x86-64's variant II). pthread_t is its address. The structure of the first thread lies
 * in the program's own memory, those of others at the end of their stacks (thread/memory.c).
 *
 * All live structures hang in one list under posix_threads_lock.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <proto/process.h>

#define posix_thread __pthread /* the tag that pthread_t points to */

struct posix_poller;
struct _pthread_cleanup_context;

/* cancel: what was asked for and what the thread allows; a word of atomic bits. */
enum {
	CANCEL_WANTED = 1 << 0,
	CANCEL_DISABLED = 1 << 1,
	CANCEL_ASYNC = 1 << 2,
	CANCEL_ENDING = 1 << 3, /* pthread_exit has begun: nothing cancels it any more */
};

/* state: who gives the memory back. */
enum {
	THREAD_JOINABLE,
	THREAD_DETACHED_STATE,
	THREAD_JOINING,
	THREAD_ENDED,
};

/* created: a thread's memory may only go when its creator has done with it. */
enum { CREATING, CREATING_WAITED, CREATED };

/* A thread that ends with more than these leaves the others to be found by the kernel. */
#define THREAD_ROBUST_MAX 8

struct __pthread {
	struct __pthread *self; /* at the thread pointer, where compilers look for it */
	struct thread_record *record;
	uint32_t record_number;
	uint32_t tid;
	uint32_t owner;		/* its name in lock words: within the process, kept over fork */
	uint32_t kernel_number; /* its name in lock words that the kernel reads; 0: not asked yet */

	/* How waits end: written by the thread itself alone (signal/divert.c), read in windows. */
	uint32_t stop;	     /* a cancellation is wanted and may happen at the next point */
	uint32_t no_restart; /* a handler without SA_RESTART ran */
	uint32_t handled;    /* count of handlers that ran */
	uint32_t cancel;     /* CANCEL_ */

	/* Signals that the thread sent to itself and that `sys` knows nothing of: by kill, by raise. */
	uint64_t own_user, own_raised;

	struct posix_poller *poller;
	uint32_t scratch_slot; /* where dup2 puts what it replaces */
	uint32_t state;	       /* THREAD_JOINABLE ... */
	uint32_t ended;	       /* waited for by pthread_join: 1 when nothing touches its memory */
	uint32_t created;      /* CREATING: its creator still writes here */

	void *(*start)(void *);
	void *argument;
	void *result;
	struct _pthread_cleanup_context *cleanup; /* innermost first */
	void *robust[THREAD_ROBUST_MAX];	  /* robust mutexes that it owns */

	/* Its memory: [memory, memory + memory_bytes) is what was mapped, the stack lies behind the
	 * guard. NULL: the caller's own or the first thread's. */
	char *memory;
	size_t memory_bytes, guard_bytes;
	char *stack;
	size_t stack_bytes;

	struct __pthread *next, *previous; /* all threads */
	uint64_t initial_mask;		   /* signals blocked at its beginning */
	char name[16];
	void *value[PTHREAD_KEYS_MAX]; /* of keys */
};

static inline struct __pthread *posix_self(void)
{
	struct __pthread *self;

	__asm__("mov %%fs:0, %0" : "=r"(self));
	return self;
}

/* All threads: the first one heads the list for ever. */
extern struct __pthread *posix_first_thread;
extern uint32_t posix_threads_lock;
extern uint32_t posix_threads_live; /* those that have not ended */
/* Takes a thread out of the list. */
void posix_thread_unlist(struct __pthread *thread);

/* A lock for the library's own short critical sections: any thread may take it, signals or not, but
 * no handler must (block signals first where a handler could). */
void posix_lock(uint32_t *lock);
void posix_unlock(uint32_t *lock);

/* Fills in *self for record `number` and makes it known: the rest must be zero. */
void posix_thread_init(struct __pthread *self, uint32_t number);
/* What a new thread does first: registers the divert entry. */
void posix_thread_enter(struct __pthread *self);

/* The size of a TLS block with the structure behind it, and laying one out that ends at `end`:
 * returns the structure. tls.c. */
size_t posix_tls_bytes(void);
struct __pthread *posix_tls_place(char *end);

/* Acts on a wanted cancellation if the thread allows it; may not return. */
void posix_cancel_point(void);

/* The thread's number as the kernel says it. */
uint32_t posix_kernel_number(struct __pthread *self);
