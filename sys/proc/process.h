/* SPDX-License-Identifier: 0BSD */
/* process.h: processes, threads and groups, as sys/proc sees them.
 *
 * A process is made by a build (build.h), which nobody else sees before it is complete. Then it is in the table until
 * its parent has waited for it: RUNNING, ENDING while its threads and its descriptor space are taken down, ZOMBIE when
 * nothing is left but this record. `stopped` is a flag beside RUNNING.
 *
 * A thread that is `ending` takes part in nothing any more.
 */
#pragma once

#include "lib/list.h"
#include "lib/tree.h"
#include "main/pulse.h"
#include "main/work.h"
#include "mem/task.h"
#include "path/path.h"
#include "proc/cred.h"
#include "proc/pending.h"
#include "proc/proc.h"

#include <proto/info.h>
#include <proto/process.h>

#define PROC_SYS 1u /* sys itself: a record without threads, parent of last resort */
/* What a HANDLE_RIGHT allows. */
#define RIGHT_IS_TERMINAL 1u
#define PROC_NAME_MAX	  32
#define PROC_LIMITS	  16
#define PROC_TIMERS	  3

struct session {
	uint32_t id; /* of the process that made it */
	uint32_t groups;
	uint32_t terminal;   /* 0: none */
	uint32_t foreground; /* group, as the terminal's server says */
	uint32_t server;     /* process that said it */
};

struct group {
	struct tree_node by_id;
	struct session *session;
	struct list members;
	uint32_t count;
};

enum process_state { PROCESS_BUILDING, PROCESS_RUNNING, PROCESS_ENDING, PROCESS_ZOMBIE };

/* What a parent can be told once. */
enum { NEWS_STOPPED = 1, NEWS_CONTINUED = 2 };

struct limit {
	uint64_t soft, hard;
};

/* setitimer's three. Only ITIMER_REAL's deadline is a time; the others count the process's processor time, which is
 * looked at when it could have come. */
struct interval {
	struct alarm alarm;
	struct process *process;
	uint64_t deadline_ns, period_ns;
};

struct process {
	struct handle handle; /* first */
	uint32_t pid;
	enum process_state state;
	uint32_t references; /* 1 while in the table, 1 for the handle's Connection */
	bool opened;	     /* the handle's Connection holds one */
	bool stopped, subreaper, executed, owns_info, replacing;
	uint8_t news; /* NEWS_ */
	uint8_t stop_signal;
	uint32_t status; /* as wait reports it, once ENDING */
	struct tree_node by_pid;

	struct process *parent;
	struct list children;
	struct list_node sibling;
	struct group *group;
	struct list_node in_group;

	struct list threads;   /* struct thread, also those that are ending */
	uint32_t thread_count; /* those that are not */
	struct account *account;
	struct space *space; /* of the first thread; holds a reference, as for the next two */
	struct fds *fds;
	struct context *context;
	struct build *build; /* a replacement that is under way */

	struct cred *cred;
	struct pending pending;
	struct interval timers[PROC_TIMERS];
	struct alarm cpu_limit;
	struct limit limits[PROC_LIMITS];
	struct list waiting;  /* threads of it that wait for children */
	struct list watchers; /* requests by its handle that wait for its end */

	uint64_t start_ns, dead_ns, children_ns; /* times of threads that have ended, of children waited for */
	uint64_t resident_max, faults;
	char name[PROC_NAME_MAX];
	char *command; /* arguments, NUL between; heap, command_bytes */
	uint32_t command_bytes;
	struct work work; /* end */
	uint32_t end_stage;
};

struct wait_for {
	uint32_t what, id, options;
};

struct thread {
	struct task task; /* first */
	struct process *process;
	struct list_node in_process;
	struct tree_node by_tid;
	uint32_t tid;
	int record; /* number in the control area; -1: none */
	struct thread_record *area;
	struct context *context;
	struct pending pending;
	bool started, ending, suspended;
	bool server, counted;	       /* place.c */
	uint8_t cpu;		       /* where it was put; a passive server follows its client */
	uint64_t cpus;		       /* where it may be, and what it makes: bit n is CPU n */
	uint8_t policy, priority;      /* as in SCHED_SET */
	uint64_t budget_ns, period_ns; /* 0: no limit of its own */
	/* The one request of it that may be open, and how it is given up when the thread ends. */
	struct parked *parked;
	void (*give_up)(struct thread *t);
	void (*notice)(struct thread *t, unsigned bits); /* NULL: UNBLOCK ends it with EINTR */
	struct build *build;				 /* the build that it has asked for */
	struct list_node waits;				 /* in process->waiting */
	struct wait_for wait_for;
	uint64_t sigwait; /* signals that an open SIGNAL_WAIT takes */
	struct alarm deadline;
	/* end */
	struct work work;
	struct space *unmap_space; /* NULL, or where its stack is, to be unmapped */
	uint64_t unmap_at, unmap_end;
};

static inline struct thread *thread_of(struct request *q)
{
	return container_of(q->handle, struct thread, task.handle);
}
static inline struct thread *thread_at(struct list_node *node) { return list_entry(node, struct thread, in_process); }

extern struct process *process_sys;

/* ---- process.c ---- */
/* A record that is in no table yet, with what PARENT passes on; one reference. */
int process_new(struct process *parent, struct account *account, struct process **out);
/* Puts a new one into the table: from now on it is seen. Cannot fail. */
void process_publish(struct process *p);
void process_get(struct process *p);
void process_put(struct process *p);
/* Process PID if it is running, ending or a zombie. NULL: none. */
struct process *process_lookup(uint32_t pid);
/* The first one whose number is at least PID. */
struct process *process_from(uint32_t pid);
/* Ends it: STATUS as wait reports it. Returns at once; threads are destroyed and then the rest, as work. */
void process_end(struct process *p, uint32_t status);
/* The parent has waited for it: its record goes. */
void process_reap(struct process *p);
/* Writes what the info page says. */
void process_info_update(struct process *p);
/* Stamps all its threads anew. */
void process_stamp(struct process *p);
uint64_t process_time_ns(const struct process *p);
/* One more capability for the reply of Q: P's handle. -ENOMEM, -EMFILE. */
int process_give(struct process *p, struct request *q);
/* Command line and name are FROM's; nothing if there is no memory. */
void process_copy_command(struct process *p, const struct process *from);
/* Replaces the command line; takes over TEXT (heap). The last part of argument NUMBER is the name. */
void process_set_command(struct process *p, char *text, uint32_t bytes, uint32_t number);
/* The next number for a process or thread; 0: there are no more. */
uint32_t process_next_number(void);
bool process_alive(const struct process *p);

/* ---- thread.c ---- */
/* A stopped thread of P, bound to the containers, with a record in the control area. */
int thread_new(struct process *p, struct account *account, struct space *space, struct fds *fds,
	       struct context *context, struct thread **out);
/* Lets it run. Cannot fail. */
void thread_start(struct thread *t, uint64_t entry, uint64_t stack, uint64_t arg, uint64_t thread_pointer);
/* Gives it its number, before it is started. */
void thread_number(struct thread *t, uint32_t tid);
/* It takes part in nothing any more, and its open request is given up. To be followed by thread_destroy. */
void thread_leave(struct thread *t);
/* What a capability in T's table stands for, if it is of KIND; else NULL. */
struct handle *thread_handle(struct thread *t, cap_t slot, enum handle_kind kind);
/* Takes it down and frees it. FDS_THEN as in fds_put. */
void thread_destroy(struct thread *t, struct work *fds_then);
struct thread *thread_lookup(uint32_t tid);
void thread_stamp(struct thread *t);
void thread_suspend(struct thread *t);
void thread_resume(struct thread *t);
/* Parks T's request. -ENOMEM. */
int thread_park(struct thread *t, struct request *q, void (*give_up)(struct thread *t));
/* Answers the parked request (words in t->parked->q). */
void thread_answer(struct thread *t, int64_t status);

/* ---- group.c ---- */
struct group *group_lookup(uint32_t id);
/* A group of its own for P, in the session of its present one (OWN_SESSION: in a new one). -ENOMEM. */
int group_make(struct process *p, bool own_session);
void group_join(struct process *p, struct group *g);
void group_leave(struct process *p);
bool group_orphaned(const struct group *g);
/* P has another parent, or ends: if its group is orphaned now and has stopped members, they get SIGHUP and SIGCONT. */
void group_check_orphaned(struct process *p);
/* P ends: if it leads a session with a terminal, the foreground group is hung up. */
void group_session_ends(struct process *p);
/* The first group whose number is at least ID. */
struct group *group_from(uint32_t id);
uint32_t group_id(const struct group *g);
/* Whether P may set Q's group: 0 or setpgid's error. */
int group_may_set(const struct process *p, const struct process *q, uint32_t group);

/* ---- wait.c ---- */
/* CHILD has something to tell: wakes who waits for it. */
void wait_news(struct process *child);
/* P has ended: tells those who wait by its handle. */
void wait_watched(struct process *p);
/* A child ended that nobody will wait for, or changed hands: those who wait may have none left. */
void wait_recheck(struct process *parent);

/* ---- build.c ---- */
struct build;
/* The process that is being given a new image ends. */
void build_abort(struct build *b);

/* ---- limit.c, timer.c ---- */
void limit_init(struct process *p, const struct process *parent);
void timers_stop(struct process *p);
/* RLIMIT_CPU has changed, or is inherited. */
void timer_cpu_limit(struct process *p);
/* Whether PARENT may have one more child: 0 or EAGAIN. */
int limit_process(const struct process *parent);
void timers_init(struct process *p);

/* ---- sched.c ---- */
#define SCHED_OTHER  0
#define SCHED_FIFO   1
#define SCHED_RR     2
#define SCHED_NICE_0 20
/* Sets kernel priority and slice as t->policy and t->priority say. */
void sched_apply(struct thread *t);
/* The priority alone: what T may raise itself and its pulses to depends on its user. */
void sched_apply_priority(struct thread *t);
/* 0; EINVAL; EPERM: P may not. */
int sched_allowed(const struct process *p, uint32_t policy, uint32_t priority);

/* ---- place.c ---- */
#define PLACE_CPUS 64
/* T's set of processors is MAKER's, and where no other is better it begins where MAKER is. */
void place_like(struct thread *t, const struct thread *maker);
/* Of CPUS those that there are. -EINVAL: none. */
int place_among(uint64_t *cpus);
/* Chooses the processor of T, which has not started. Cannot fail. */
void place_begin(struct thread *t);
/* T has started, begins or ends to wait, stops, goes on or ends: whether it counts may be different now. */
void place_update(struct thread *t);
/* T shall run on CPUS alone, from now on. -EINVAL: there are none of them; -EBUSY: it would have to move, and waits with
 * a deadline. */
int place_confine(struct thread *t, uint64_t cpus);
