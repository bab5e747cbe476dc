/* SPDX-License-Identifier: 0BSD */
/* check_ipc.c: invariants of threads, messages and time: of one thread and what it points to, in a few hundred
 * instructions, for the way out of every call of a debug kernel. They hold whenever the kernel is left and at each cut.
 */
#include "debug/check.h"

#include "ipc/inherit.h"
#include "ipc/sync.h"
#include "lib/assert.h"
#include "sched/sched.h"

/* ---- messages ----------------------------------------------------------------------------------
 */

/* M, which is not IDLE, and the Connection that it was sent on. */
static void check_in_flight(const struct message *m)
{
	const struct connection *c = m->connection;

	KASSERT(c && c->object.type == OBJ_CONNECTION, "a message was sent on a Connection");
	KASSERT(c->state == CONNECTION_OPEN, "a message keeps its Connection open");
	KASSERT(c->in_flight > 0, "a Connection counts its messages");
	KASSERT(!m->lent || m->server, "time is lent to the server of a message");
	KASSERT(!m->lent || m->lent->lent_depth > 0, "lent time counts its links");
	KASSERT(!m->lent || m->sender->time != m->lent, "lent time is not with its lender");
}

/* The place in the queue of the RECEIVED M is free for a notice. */
static void check_notice(const struct message *m, uint8_t kind)
{
	bool linked = tree_linked(&m->queued.node);

	KASSERT(linked == (m->notice != 0), "a notice is queued until it is told");
	KASSERT(m->queued.kind == (linked ? QUEUED_NOTICE : kind), "the kind says what is queued");
}

static void check_message(const struct message *m)
{
	const struct thread *t = m->sender;
	const struct thread *server = m->server;
	uint8_t kind = m == &t->call ? QUEUED_CALL : QUEUED_FAULT;
	bool linked = tree_linked(&m->queued.node);

	if (m->state == MESSAGE_IDLE) {
		KASSERT(!linked && !m->notice, "an idle message is in no queue");
		return;
	}
	check_in_flight(m);
	if (m->state != MESSAGE_RECEIVED) KASSERT(linked == (m->state == MESSAGE_QUEUED), "QUEUED means in the queue");
	switch (m->state) {
	case MESSAGE_QUEUED:
		KASSERT(!server && m->queued.kind == kind, "nobody works on a queued message");
		break;
	case MESSAGE_TRANSFER:
		KASSERT(server && server->incoming == m, "its receiver copies it");
		break;
	case MESSAGE_HELD:
		KASSERT(m->moving, "its endpoint knows");
		KASSERT(!server && kind == QUEUED_CALL && t->state == THREAD_FAULT,
			"a call is held while its sender faults");
		break;
	default:
		KASSERT(!server || server->current == m, "a server knows what it works on");
		check_notice(m, kind);
	}
}

/* ---- threads -----------------------------------------------------------------------------------
 */

static void check_state(const struct thread *t)
{
	static const uint8_t call_state[THREAD_STATES] = {
	    [THREAD_SEND] = MESSAGE_QUEUED,
	    [THREAD_TRANSFER] = MESSAGE_TRANSFER,
	    [THREAD_REPLY] = MESSAGE_RECEIVED,
	};

	KASSERT(t->state < THREAD_STATES, "states are in the table");
	if (t->state == THREAD_FAULT) {
		KASSERT(t->fault.state != MESSAGE_IDLE, "somebody was told of the fault");
		KASSERT(t->call.state == MESSAGE_IDLE || t->call.state == MESSAGE_HELD ||
			    t->call.state == MESSAGE_RECEIVED,
			"a call that faults is neither queued nor copied");
	} else {
		KASSERT(t->fault.state == MESSAGE_IDLE, "only a thread that faults has a fault");
		KASSERT(t->call.state == call_state[t->state], "state and call agree");
	}
	if (t->state == THREAD_RECEIVE)
		KASSERT(t->receiver.next->prev == &t->receiver && t->receiver.prev->next == &t->receiver,
			"who receives is in the list");
	if (t->state == THREAD_READY || t->state == THREAD_INACTIVE)
		KASSERT(!timeout_running(&t->timeout), "a deadline is for something");
	KASSERT(tree_linked(&t->sync.node) == (t->state == THREAD_SYNC), "SYNC means in a queue");
}

static void check_work(const struct thread *t)
{
	const struct message *current = t->current, *incoming = t->incoming;

	KASSERT(!current || !incoming, "who receives has parked what it had");
	if (current)
		KASSERT(current->state == MESSAGE_RECEIVED && current->server == t,
			"a thread works on what it received");
	if (incoming) {
		KASSERT(incoming->state == MESSAGE_TRANSFER && incoming->server == t,
			"a thread copies what is in transfer to it");
		KASSERT(t->state == THREAD_READY || t->state == THREAD_FAULT,
			"a thread that copies does not wait for others");
	}
	if (t->state == THREAD_INACTIVE || t->state == THREAD_RECEIVE) KASSERT(!current && !incoming, "nothing to do");
}

static void check_time(const struct thread *t)
{
	KASSERT(!t->time || t->time->holder == t, "time and its holder know each other");
	KASSERT(!t->own || t->own->owner == t, "time and its owner know each other");
	KASSERT(t->state != THREAD_INACTIVE || !t->time, "who has ended holds no time");
	if (t->state == THREAD_READY) {
		KASSERT(!t->starved || !t->time, "who holds time does not wait for any");
	} else {
		KASSERT(!t->queued_ready && !t->starved && t->cpu->current != t, "who waits does not run");
		KASSERT(!t->time || t->time == t->own || !t->time->reserve_of, "who waits gives a reserve back");
	}
	if (t->starved)
		KASSERT(t->serves && (!t->serves->reserve || t->serves->reserve->holder),
			"a thread waits for a reserve that another holds, or for one");
	if (t->state == THREAD_READY && !(t->special & SPECIAL_SUSPENDED) && sched_context_usable(t->time))
		KASSERT(t->queued_ready || t->cpu->current == t, "who can run does or is queued");
	if (!t->queued_ready) return;
	KASSERT(!(t->special & SPECIAL_SUSPENDED), "who is suspended is not queued");
	KASSERT(sched_context_usable(t->time), "who can run has time");
	KASSERT(t->cpu->current != t, "the current thread is not queued");
	KASSERT(prio_map_test(&t->cpu->ready.map, t->priority), "the map knows the queue");
}

void check_thread(const struct thread *t)
{
	if (!KERN_DEBUG || t->object.type != OBJ_THREAD) return;
	check_message(&t->call);
	check_message(&t->fault);
	check_state(t);
	check_work(t);
	check_time(t);
}

/* One slot of CS, another at each call. */
static void check_some_slot(const struct cspace *cs)
{
	static uint32_t turn;
	const struct slot *s = cspace_slot(cs, cs->slots ? turn++ % cs->slots : 0);

	if (!slot_empty(s)) check_slot(s);
}

void check_exit(const struct thread *t)
{
	if (!KERN_DEBUG) return;
	KASSERT(t->state == THREAD_READY && !t->queued_ready, "who runs is ready and not queued");
	KASSERT(!(t->special & SPECIAL_SUSPENDED), "who is suspended does not run");
	KASSERT(sched_context_usable(t->time), "who runs has time");
	KASSERT(t->cpu == this_cpu() && t->cpu->current == t, "who runs does so here");
	KASSERT(prio_map_highest(&t->cpu->ready.map) <= t->priority, "nobody better is ready here");
	check_thread(t);
	check_some_slot(t->cspace);
}
