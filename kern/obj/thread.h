/* SPDX-License-Identifier: 0BSD */
/* thread.h: threads.
 *
 * One 4 KiB object: registers, bindings, two message records, FPU state. There is no kernel stack:
 * a thread that waits is described by `state` and its message records alone, and a system call that
 * was preempted by `restart` and `progress`.
 *
 *   INACTIVE   not started, or ended for good
 *   READY      runnable, or starved of time (sched.h)
 *   SEND       `call` is QUEUED
 *   TRANSFER   `call` is being copied by its receiver
 *   REPLY      `call` is RECEIVED
 *   RECEIVE    waits at an endpoint
 *   FAULT      `fault` is in use; what `call` was doing goes on afterwards
 *   SYNC       waits on an address or a lock word
 *   SLEEP      waits for a time
 *
 * `suspended` is independent: a suspended thread goes through its states but does not run.
 */
#pragma once

#include <abi/thread.h>
#include "arch/regs.h"
#include "ipc/sync_queue.h"
#include "mm/frame.h"
#include "obj/endpoint.h"
#include "obj/event.h"
#include "sched/timeout.h"

struct cpu;
struct cspace;
struct vspace;
struct sched_context;

/* Reasons not to take a fast path; thread.special is 0 when there is none. */
enum {
	SPECIAL_SUSPENDED = 1 << 0,
	SPECIAL_DIVERT = 1 << 1,    /* divert bits are pending */
	SPECIAL_INTERRUPT = 1 << 2, /* with them: a wait that begins before ends at once */
};

#define PIECE_UNREAD 0xffffffffffffffffull

/* What a thread asked for in a message call, copied from its descriptor; valid while the call
 * lasts. */
struct transfer_desc {
	uint64_t address; /* of the message_desc; 0: words alone */
	union {		  /* as in struct message_desc */
		struct {
			uint16_t send_count, receive_count;
			uint8_t give_count, accept_count, land_flags, give_flags;
		};
		uint64_t counts;
	};
	union {
		struct {
			cap_t land_min, land_max;
		};
		uint64_t land;
	};
	/* The only piece to send / to fill, when there is one alone: read along with the header. */
	struct message_piece send_piece, receive_piece; /* length PIECE_UNREAD: not read */
};

struct thread {
	struct object object;
	uint64_t pad; /* the end of regs is 16-byte aligned: the processor pushes there */
	struct regs regs;
	/* Touched by the fast path */
	union {
		struct {
			uint32_t special;	/* SPECIAL_ bits */
			uint8_t pulse_priority; /* of the pulse that it works on; 0: none */
			uint8_t lent_priority;	/* by queued senders of the endpoint it serves */
			uint8_t lock_priority;	/* by waiters for locks that it owns */
		};
		uint64_t extras; /* all of the above: 0 on the fast path */
	};
	uint8_t state;	  /* enum thread_state */
	uint8_t priority; /* effective */
	uint8_t base_priority;
	bool restart; /* the system call in `regs` is to be made again before user mode */
	struct cspace *cspace;
	struct vspace *vspace;
	struct sched_context *time; /* held now */
	struct sched_context *own;  /* its own; NULL: passive */
	struct cpu *cpu;	    /* where it runs or will run */
	struct message *current;    /* the message that it works on */
	uint64_t fs_base;
	uint64_t stamp_who, stamp_cred;
	struct receiver receiver;
	struct message call;
	/* Bindings */
	struct list_node cspace_link, vspace_link;
	struct binding faults, home, process;
	uint8_t max_priority;	 /* of itself and of pulses, when it sets them */
	struct endpoint *serves; /* in its `servers` */
	struct list_node serve_link;
	/* System call state */
	uint64_t progress;
	struct transfer_desc desc;
	bool restart_after_fault; /* FAULT: taken inside a system call, which is then made again */
	struct message *incoming; /* TRANSFER: the message that it, as receiver, is copying */
	uint64_t transfer_done;	  /* bytes copied so far of the transfer in progress; of a reply: all there are */
	/* Time */
	struct timeout timeout; /* of whatever it waits for */
	struct list_node ready_link;
	struct tree_node starve_node; /* in `starved` of the endpoint that it serves */
	bool queued_ready;	      /* in its CPU's ready queue */
	bool starved;
	/* Waiting on an address, owning locks: sync.h */
	struct sync_waiter sync;
	struct tree locks; /* queues of the contended locks that it owns, the most urgent first */
	bool locks_lost;   /* it is ending: it owns no lock any more */
	/* Faults */
	struct message fault;
	uint64_t fault_words[MESSAGE_WORDS];
	/* Divert */
	uint64_t divert_entry, divert_area, divert_bits;
	struct event_source ended; /* signalled when it becomes INACTIVE for good */
	/* FPU state, saved and restored by XSAVE or FXSAVE; arch/fpu.h */
	uint8_t fpu[2688] __attribute__((aligned(64)));
};

_Static_assert(sizeof(struct thread) <= 4096, "as in object.def");
_Static_assert((offsetof(struct thread, regs) + sizeof(struct regs)) % 16 == 0, "pushes are aligned");

extern const struct object_ops thread_ops;

/* The number under which programs see T. Identity, not authority. */
static inline uint64_t thread_number(const struct thread *t) { return frame_number(t); }

/* Ends whatever T waits for; its call answers RESULT (negative errno) and it is READY. Messages
 * that it sent are withdrawn. No effect when it does not wait. */
void thread_unwait(struct thread *t, int64_t result);

/* A deadline or a divert ends T's wait with RESULT; a message that is being served at an endpoint
 * with UNBLOCK is only announced to its server (unless sent with SEND_ABANDON). */
void thread_interrupt(struct thread *t, int64_t result);

/* T stops for good: unwaits, gives back time, signals its end. The object stays until its last
 * capability goes. */
void thread_end(struct thread *t);

/* Bindings. NULL unbinds. T does not run on another CPU when it gets another VSpace. */
void thread_bind_cspace(struct thread *t, struct cspace *cs);
void thread_bind_vspace(struct thread *t, struct vspace *v);
/* The container behind LINK is being destroyed: its thread loses it and can run no more. */
void thread_lose_cspace(struct list_node *link);
bool thread_lose_vspace(struct list_node *link); /* false: not yet, it runs on another CPU */

/* T suspended: false while it still runs on another CPU (call again). */
bool thread_suspend(struct thread *t);
void thread_resume(struct thread *t);

/* T's system call ends with RESULT; nothing of it is left to be done again. */
static inline void thread_result(struct thread *t, int64_t result)
{
	t->regs.rax = (uint64_t)result;
	t->restart = false;
	t->progress = 0;
}
