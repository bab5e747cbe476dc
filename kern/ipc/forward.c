/* SPDX-License-Identifier: 0BSD */
/* forward.c: handing received messages on, and putting them back. */
#include "api/lookup.h"
#include "api/table.h"
#include "ipc/deliver.h"
#include "ipc/fault.h"
#include "ipc/receive.h"
#include "ipc/reply.h"
#include "ipc/send.h"
#include "ipc/withdraw.h"
#include "sched/sched.h"

static int64_t check_target(const struct message *m, const struct connection *c)
{
	if (c->endpoint->dead) return -ESRVDEAD;
	if (m->hops >= MESSAGE_HOPS_MAX) return -ELOOP;
	if (send_would_deadlock(m->sender, c->endpoint)) return -EDEADLK;
	return 0;
}

/* What T's registers say: message, words, Connection and bytes to hide. */
static int64_t forward(struct thread *t, struct endpoint *ep)
{
	struct message *m = reply_message(t, ep, t->regs.rbx);
	uint64_t skip = t->regs.rbp >> 32;
	struct thread *server, *receiver;
	int64_t ended;
	struct slot *to;
	struct connection *c;
	int64_t r;

	if ((uint32_t)t->regs.rax >> 8) return -EINVAL;
	if (!m) return -ESRCH;
	if (m->kind != MESSAGE_SEND || skip > message_length(m)) return -EINVAL;
	r = slot_lookup(t, (cap_t)t->regs.rbp, OBJ_CONNECTION, RIGHT_CONNECTION_SEND, &to);
	if (r < 0) return r;
	c = slot_object(to, connection);
	r = check_target(m, c);
	if (r < 0) return r;
	__builtin_memcpy(m->sender->regs.w, t->regs.w, sizeof(t->regs.w));
	if (m->sender->state == THREAD_FAULT) {
		sched_retime(message_detach(&m->sender->fault));
		m->sender->state = THREAD_REPLY;
	}
	m->skip_bytes += skip;
	server = message_detach(m);
	if (server != this_cpu()->current) sched_retime(server);
	m->queued.kind = QUEUED_CALL; /* perhaps a notice about it was queued */
	m->hops++;
	m->deliveries = 0;
	ended = m->unblocking;
	m->unblocking = 0;
	receiver = deliver_start(m, c);
	if (receiver) deliver_hand_over(receiver);
	if (ended) thread_interrupt(m->sender, -ended);
	return 0;
}

int64_t sys_forward(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	int64_t r = forward(t, slot_object(slot, endpoint));

	sched_retime(t);
	return r;
}

/* Made again, the call finds that the message has gone, which is no error. */
int64_t sys_forward_receive(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct endpoint *ep = slot_object(slot, endpoint);
	int64_t r = forward(t, ep);

	return r < 0 && r != -ESRCH ? r : receive_on(t, ep, t->regs.r14, t->regs.r15);
}

/* One received message back into the queue. The latest goes first, each in front of those of its
 * priority: that is the order in which they were received. */
static void requeue_one(struct endpoint *ep, struct message *m)
{
	struct thread *s = m->sender;
	int64_t ended = m->send_flags & SEND_AT_MOST_ONCE ? ESRVDEAD : m->unblocking;

	if (ended) {
		withdraw_message(m, -ended);
		return;
	}
	if (tree_linked(&m->queued.node)) endpoint_dequeue(ep, &m->queued);
	list_remove(&m->link);
	sched_retime(message_part(m));
	m->id += MESSAGE_ID_NEXT;
	m->notice = 0;
	m->queued.kind = m == &s->call ? QUEUED_CALL : QUEUED_FAULT;
	if (s->state == THREAD_FAULT && m == &s->call) {
		m->state = MESSAGE_HELD;
		m->queued.node.arrival = --ep->first_arrival;
		message_moving(m);
		return;
	}
	m->state = MESSAGE_QUEUED;
	if (m == &s->call) s->state = THREAD_SEND;
	endpoint_enqueue_first(ep, &m->queued);
	endpoint_wake(ep);
}

/* What is received while it goes on, be it what was put back, stays with who received it. */
int64_t sys_requeue(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct endpoint *ep = slot_object(slot, endpoint);
	struct list_node *last;

	if (arg[0]) return -EINVAL;
	if (!t->progress) list_append(&ep->returning, &ep->received);
	while ((last = list_last(&ep->returning))) {
		requeue_one(ep, list_entry(last, struct message, link));
		t->progress++;
		if (preempt_cut()) return SYS_RESTART;
	}
	return (int64_t)t->progress;
}
