/* SPDX-License-Identifier: 0BSD */
/* send.c: sending a message, the whole of it; ipc/fast.c has the short way. */
#include <abi/errno.h>
#include "api/table.h"
#include "debug/trace.h"
#include "ipc/deliver.h"
#include "ipc/desc.h"
#include "ipc/donate.h"
#include "ipc/send.h"
#include "sched/preempt.h"
#include "sched/sched.h"

static struct thread *only_server(const struct endpoint *ep)
{
	return ep->server_count == 1 ? list_entry(list_first(&ep->servers), struct thread, serve_link) : NULL;
}

/* The one thread that can end what T waits for, or NULL when there may be several or none is known.
 */
static struct thread *only_helper(const struct thread *t)
{
	if (t->state == THREAD_REPLY) return t->call.server;
	return t->state == THREAD_SEND ? only_server(t->call.connection->home) : NULL;
}

bool send_would_deadlock(const struct thread *t, const struct endpoint *ep)
{
	const struct thread *helper = ep->receivers.next == &ep->receivers ? only_server(ep) : NULL;

	for (unsigned i = 0; helper && i < MESSAGE_HOPS_MAX; i++) {
		if (helper == t) return true;
		helper = only_helper(helper);
	}
	return false;
}

int64_t send_begin(struct thread *t, struct connection *c, enum message_kind kind, unsigned flags, uint64_t deadline_ns)
{
	struct endpoint *ep = c->endpoint;
	struct message *m = &t->call;
	struct thread *receiver;

	if (ep->dead) return -ESRVDEAD;
	if (deadline_ns != DEADLINE_FOREVER) {
		if (deadline_ns == DEADLINE_NOW && ep->receivers.next == &ep->receivers) return -EAGAIN;
		if (deadline_ns != DEADLINE_NOW && deadline_ns <= time_now()) return -ETIMEDOUT;
	}
	if (send_would_deadlock(t, ep)) return -EDEADLK;
	TRACE(SEND, thread_number(t), virt_to_phys(ep), c->cookie);
	m->all = 0; /* state, counts and notices */
	m->kind = kind;
	m->queued.kind = QUEUED_CALL;
	m->send_flags = (uint8_t)flags;
	m->plain = !t->desc.address;
	m->skip_bytes = 0;
	if (deadline_ns + 1 > 1) timeout_start(&t->timeout, deadline_ns);
	sched_block(t);
	receiver = deliver_start(m, c);
	if (receiver) deliver_hand_over(receiver);
	return SYS_BLOCKED;
}

int64_t sys_send(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return send_message(t, slot_object(slot, connection));
}

int64_t send_described(struct thread *t, struct connection *c)
{
	int64_t length = desc_send_length(t);

	if (length < 0) return length;
	t->call.length_bytes = (uint64_t)length;
	return send_begin(t, c, MESSAGE_SEND, (uint32_t)t->regs.rax >> 8, t->regs.rbx);
}

int64_t send_message(struct thread *t, struct connection *c)
{
	int64_t r;

	if ((uint32_t)t->regs.rax >> 8 & ~(SEND_ABANDON | SEND_AT_MOST_ONCE)) return -EINVAL;
	r = desc_load(t, t->regs.r14);
	return r < 0 ? r : send_described(t, c);
}
