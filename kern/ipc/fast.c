/* SPDX-License-Identifier: 0BSD */
/* fast.c: the short way of the most frequent exchange.
 *
 * A waiting receiver means an empty queue; a passive one runs on the sender's time, so no ready queue and no clock
 * is touched; an active one is charged, nothing more.
 */
#include "ipc/fast.h"

#include "arch/context.h"
#include "debug/trace.h"
#include "ipc/donate.h"
#include "lib/assert.h"
#include "lib/bits.h"
#include "obj/cspace.h"
#include "obj/sched_context.h"
#include "obj/thread.h"

#define likely(x) __builtin_expect(!!(x), 1)

#define HEAD(type, right) ((type) | (right) << 8)

/* The object in T's slot if its type and right are as wanted; else NULL. */
static inline struct object *find(const struct thread *t, unsigned type, unsigned right)
{
	cap_t index = (cap_t)(t->regs.rax >> 32);
	const struct slot *s;

	if (index >= t->cspace->slots)
		return NULL;
	s = &t->cspace->page[index / SLOTS_PER_PAGE][index % SLOTS_PER_PAGE];
	return (s->head & HEAD(0xff, right)) == HEAD(type, right) ? s->object : NULL;
}

/* The fields of a message that has just been received for the first time. */
static inline uint64_t fresh_message(void)
{
	const struct message m = {
		.state = MESSAGE_RECEIVED, .kind = MESSAGE_SEND, .deliveries = 1, .plain = true};

	return m.all;
}

/* From FROM, which has just blocked, to TO, which runs on SC. */
static inline struct thread *switch_to(struct cpu *cpu, struct thread *to, struct sched_context *sc)
{
	if (KERN_DEBUG)
		TRACE(SWITCH, thread_number(to), to->state, to->priority);
	cpu->current = to;
	if (cpu->charging != sc)
		sched_context_charge(sc);
	context_switch(cpu, to);
	return to;
}

struct thread *fast_send(struct cpu *cpu, struct thread *t)
{
	struct message *m = &t->call;
	struct sched_context *sc = t->time;
	struct connection *c;
	struct endpoint *ep;
	struct receiver *first;
	struct thread *to;
	struct object *obj;

	if (!likely(t->regs.r14 == 0 && t->regs.rbx == DEADLINE_FOREVER && !(cpu->resched | t->special)))
		return NULL;
	obj = find(t, OBJ_CONNECTION, RIGHT_CONNECTION_SEND);
	if (!likely(obj))
		return NULL;
	c = container_of(obj, struct connection, object);
	ep = c->endpoint;
	first = ep->receivers.next;
	if (!likely(first->fast))
		return NULL;
	to = container_of(first, struct thread, receiver);
	if (!likely(to->priority <= t->priority && sc->lent_depth < LEND_DEPTH_MAX &&
		    !(to->special | to->extras)))
		return NULL;
	if (!to->own) {
		m->lent = sc;
		sc->lent_depth++;
		sc->holder = to;
		t->time = NULL;
		to->time = sc;
		to->cpu = cpu;
	} else {
		if (to->cpu != cpu || !sched_context_usable(to->time))
			return NULL;
		m->lent = NULL;
		sc = to->time;
	}

	ep->receivers.next = first->next;
	first->next->prev = &ep->receivers;
	m->all = fresh_message();
	m->endpoint = ep;
	m->connection = c;
	m->server = to;
	m->queued.kind = QUEUED_CALL;
	m->queued.priority = t->priority;
	m->queued.node.arrival = ep->queue.arrivals++;
	list_push_back(&ep->received, &m->link);
	c->in_flight++;
	t->state = THREAD_REPLY;
	to->state = THREAD_READY;
	to->current = m;
	to->priority = t->priority;

	to->regs.rax = (uint64_t)t->priority << INFO_PRIORITY_SHIFT | 1ull << INFO_DELIVERIES_SHIFT |
		       (uint64_t)ep->abandoned << INFO_ABANDONED_SHIFT;
	ep->abandoned = false;
	to->regs.rbx = (uint64_t)m->sequence << 32 | thread_number(t);
	to->regs.r14 = c->cookie;
	to->regs.r15 = t->stamp_who;
	to->regs.rbp = t->stamp_cred;
	return switch_to(cpu, to, sc);
}

/* What T would reply to if its call is of the short kind, or NULL. */
static inline struct message *current_of(const struct thread *t, const struct endpoint *ep)
{
	struct message *m = t->current;

	if (!likely(m && m->endpoint == ep && m->plain && m->kind == MESSAGE_SEND && !m->notice))
		return NULL;
	if (t->regs.rbx && t->regs.rbx != ((uint64_t)m->sequence << 32 | thread_number(m->sender)))
		return NULL;
	return m;
}

struct thread *fast_reply_receive(struct cpu *cpu, struct thread *t)
{
	struct message *m;
	struct sched_context *sc = t->time;
	struct connection *c;
	struct endpoint *ep;
	struct thread *to;
	struct object *obj;

	if (!likely(t->regs.r14 == 0 && t->regs.r15 == DEADLINE_FOREVER && !(cpu->resched | t->special)))
		return NULL;
	obj = find(t, OBJ_ENDPOINT, RIGHT_ENDPOINT_RECEIVE);
	if (!likely(obj))
		return NULL;
	ep = container_of(obj, struct endpoint, object);
	m = current_of(t, ep);
	if (!likely(m && tree_empty(&ep->queue) && t->serves == ep && !t->extras && !ep->dead))
		return NULL;
	c = m->connection;
	to = m->sender;
	if (!likely(c->object.caps + c->in_flight > 1 && to->cpu == cpu && to->priority >= t->priority &&
		    to->state == THREAD_REPLY && !to->special && !timeout_running(&to->timeout)))
		return NULL;
	if (m->lent) {
		if (sc != m->lent)
			return NULL;
		m->lent = NULL;
		sc->lent_depth--;
		sc->holder = to;
		t->time = NULL;
		to->time = sc;
	} else {
		sc = to->time;
		if (!t->own || !sched_context_usable(sc))
			return NULL;
	}

	m->state = MESSAGE_IDLE;
	m->sequence++;
	list_remove(&m->link);
	c->in_flight--;
	t->current = NULL;
	t->priority = t->base_priority;
	t->desc.address = 0;
	t->desc.receive_count = 0;
	t->desc.accept_count = 0;
	t->state = THREAD_RECEIVE;
	endpoint_push_receiver(ep, t, true);
	to->state = THREAD_READY;
	to->regs.rax = t->regs.rbp;
	return switch_to(cpu, to, sc);
}
