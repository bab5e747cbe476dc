/* SPDX-License-Identifier: 0BSD */
/* receive.c: receiving the most urgent message or pulse. */
#include "ipc/receive.h"

#include <abi/errno.h>
#include "api/table.h"
#include "ipc/deliver.h"
#include "ipc/desc.h"
#include "ipc/donate.h"
#include "ipc/inherit.h"
#include "ipc/withdraw.h"
#include "obj/sched_context.h"
#include "sched/preempt.h"
#include "sched/sched.h"

void current_park(struct thread *t)
{
	struct message *m = t->current;

	t->pulse_priority = 0;
	if (m) {
		t->current = NULL;
		donate_return(m);
		m->server = NULL;
	}
	if (t->priority != t->base_priority) inherit_update(t);
}

/* A pulse's registers; its priority is T's until the next receive. */
static int64_t pulse_finish(struct thread *t, enum message_kind kind, uint8_t priority, uint64_t id, uint64_t cookie,
			    uint64_t bits)
{
	t->regs.w[0] = bits;
	t->regs.rbx = id;
	t->regs.r14 = cookie;
	t->regs.r15 = 0;
	t->regs.rbp = 0;
	t->pulse_priority = priority;
	if (t->priority != priority) inherit_update(t);
	if (!t->time) sched_retime(t);
	return (int64_t)((uint64_t)kind << INFO_KIND_SHIFT | (uint64_t)priority << INFO_PRIORITY_SHIFT);
}

int64_t receive_event(struct thread *t, struct event *e)
{
	uint64_t bits = e->bits;

	e->bits = 0;
	return pulse_finish(t, MESSAGE_PULSE, e->priority, 0, e->cookie, bits);
}

static int64_t receive_pulse(struct thread *t, struct endpoint *ep, struct queued *q)
{
	struct connection *c;
	struct message *m;
	uint8_t bits;

	endpoint_dequeue(ep, q);
	switch (q->kind) {
	case QUEUED_EVENT:
		return receive_event(t, container_of(q, struct event, queued));
	case QUEUED_DISCONNECT:
		c = container_of(q, struct connection, pulse);
		c->state = CONNECTION_DISCONNECTED;
		return pulse_finish(t, MESSAGE_DISCONNECT, q->priority, connection_number(c), c->cookie, 0);
	default:
		m = container_of(q, struct message, queued);
		bits = m->notice;
		m->notice = 0;
		q->kind = m == &m->sender->call ? QUEUED_CALL : QUEUED_FAULT;
		return pulse_finish(t, MESSAGE_NOTICE, q->priority, m->id, m->connection->cookie, bits);
	}
}

/* The first of EP's queue: a pulse or the beginning of a message. */
static int64_t receive_first(struct thread *t, struct endpoint *ep)
{
	struct queued *q = container_of(tree_first(&ep->queue), struct queued, node);
	struct message *m = container_of(q, struct message, queued);

	if (q->kind != QUEUED_CALL && q->kind != QUEUED_FAULT) return receive_pulse(t, ep, q);
	deliver_take(t, m);
	return deliver_continue(t);
}

void receive_queued(struct thread *t, struct endpoint *ep)
{
	struct queued *q = container_of(tree_first(&ep->queue), struct queued, node);

	if (q->kind == QUEUED_CALL || q->kind == QUEUED_FAULT) {
		deliver_take(t, container_of(q, struct message, queued));
		message_moving(t->incoming);
		t->restart = true;
	} else {
		thread_result(t, receive_pulse(t, ep, q));
	}
}

static int64_t wait(struct thread *t, struct endpoint *ep, uint64_t deadline_ns)
{
	if (ep->dead) return -ESRVDEAD;
	if (deadline_ns == DEADLINE_NOW) return -EAGAIN;
	if (deadline_ns != DEADLINE_FOREVER && deadline_ns <= time_now()) return -ETIMEDOUT;
	sched_block(t);
	t->state = THREAD_RECEIVE;
	t->progress = 0; /* of a message that went back: the next one may come by the fast path */
	endpoint_push_receiver(ep, &t->receiver, deadline_ns == DEADLINE_FOREVER);
	if (deadline_ns != DEADLINE_FOREVER) timeout_start(&t->timeout, deadline_ns);
	return SYS_BLOCKED;
}

static int64_t receive_or_wait(struct thread *t, struct endpoint *ep, uint64_t desc_va, uint64_t deadline_ns)
{
	int64_t r = 0;

	if (t->incoming && t->incoming->connection->home != ep)
		deliver_put_back(t); /* made again, the call names another endpoint */
	if (!t->incoming) {
		current_park(t);
		endpoint_enlist(ep, t);
		r = desc_load(t, desc_va);
		if (r < 0) return r;
	}
	while (t->incoming || !tree_empty(&ep->queue)) {
		r = t->incoming ? deliver_continue(t) : receive_first(t, ep);
		if (r != DELIVER_NEXT) return r;
		if (preempt_cut()) return SYS_RESTART;
	}
	return wait(t, ep, deadline_ns);
}

int64_t receive_on(struct thread *t, struct endpoint *ep, uint64_t desc_va, uint64_t deadline_ns)
{
	int64_t r = receive_or_wait(t, ep, desc_va, deadline_ns);

	/* A passive T that goes on has given back the time of its last message, or lost that of one
	 * which was withdrawn while T received it, or has got time that is used up. */
	if (!sched_context_usable(t->time) || t->cpu->current != t) sched_retime(t);
	return r;
}

int64_t sys_receive(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct endpoint *ep = slot_object(slot, endpoint);

	if ((uint32_t)t->regs.rax >> 8) return -EINVAL;
	return receive_on(t, ep, t->regs.r14, t->regs.r15);
}
