/* SPDX-License-Identifier: 0BSD */
/* reply.c: ending messages by replies. */
#include <abi/memory.h>
#include "ipc/reply.h"

#include <abi/errno.h>
#include "api/table.h"
#include "debug/trace.h"
#include "ipc/desc.h"
#include "ipc/donate.h"
#include "ipc/fault.h"
#include "ipc/grant.h"
#include "ipc/inherit.h"
#include "ipc/receive.h"
#include "ipc/withdraw.h"
#include "sched/preempt.h"
#include "sched/sched.h"

struct message *reply_message(struct thread *t, struct endpoint *ep, uint64_t id)
{
	if (id) return message_from_id(ep, id);
	return t->current && t->current->connection->home == ep ? t->current : NULL;
}

/* M ends. Whoever worked on it loses its time, unless that is who ends it, which sees to itself. */
static void detach(struct message *m)
{
	struct thread *server = message_detach(m);

	if (server && server != this_cpu()->current) sched_retime(server);
}

struct thread *reply_finish(struct message *m, int64_t status)
{
	struct thread *t = m->sender;

	if (m == &t->fault) {
		detach(m);
		fault_resolved(t, status);
		return NULL;
	}
	if (m->kind == MESSAGE_CLOSE) m->connection->told = true;
	detach(m);
	timeout_stop(&t->timeout);
	if (t->state == THREAD_FAULT) {
		/* The reply overtook the fault for its buffer. */
		sched_retime(message_detach(&t->fault));
	}
	thread_result(t, status);
	t->state = THREAD_READY;
	return t;
}

/* The reply's bytes into the sender's buffers, from where T->progress says, which is the end when this is
 * done. */
static int64_t copy_back(struct thread *t, struct message *m, int64_t length)
{
	struct thread *client = m->sender;
	struct copy_vector from = desc_send_vector(t, t->progress);
	struct copy_vector to = desc_receive_vector(client, t->progress);
	uint64_t left = (uint64_t)length - t->progress;
	uint64_t va;

	if (!left || m->plain || !to.count) return 0;
	switch (copy_pieces(&from, &to, &left, &va)) {
	case COPY_CUT:
		t->progress = (uint64_t)length - left;
		return SYS_RESTART;
	case COPY_SOURCE_ABSENT:
		t->progress = 0;
		return fault_own(t, va, left, PROT_READ);
	case COPY_SOURCE_FAULT:
		return -EFAULT;
	case COPY_TARGET_ABSENT:
		t->progress = 0;
		fault_sender(client, va, left, PROT_WRITE);
		return -EABSENT;
	case COPY_DONE:
	case COPY_TARGET_FAULT:
		break; /* the client gave a bad buffer: what fits has been copied */
	}
	t->progress = (uint64_t)length;
	return 0;
}

/* Everything of T's reply to M that can fail or be cut. 0 when only reply_finish is left to do. */
static int64_t prepare(struct thread *t, struct message *m)
{
	int64_t r = desc_load(t, t->regs.r14);
	uint64_t before = t->progress;
	int64_t length;

	if (r < 0 || !t->desc.address) return r;
	length = before ? (int64_t)t->transfer_done : desc_send_length(t);
	if (length < 0) return length;
	t->transfer_done = (uint64_t)length; /* if this is to be made again */
	r = copy_back(t, m, length);
	if (r < 0 || !t->desc.give_count) return r;
	if (t->progress != before && preempt_cut()) return SYS_RESTART;
	return grant_in_reply(t, m);
}

/* T answers the message that its registers name. *CLIENT: who may run because of it. */
static int64_t answer(struct thread *t, struct endpoint *ep, struct thread **client)
{
	struct message *m = reply_message(t, ep, t->regs.rbx);
	int64_t r;

	*client = NULL;
	if (!m) return -ESRCH;
	if (t->regs.r14) {
		r = prepare(t, m);
		if (r < 0) return r;
	}
	if (m->kind == MESSAGE_SEND) {
		for (unsigned i = 0; i < MESSAGE_WORDS; i++) m->sender->regs.w[i] = t->regs.w[i];
	}
	t->progress = 0;
	TRACE(REPLY, thread_number(t), m->id, t->regs.rbp);
	*client = reply_finish(m, (int64_t)t->regs.rbp);
	return 0;
}

int64_t sys_reply(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct endpoint *ep = slot_object(slot, endpoint);
	struct thread *client;
	int64_t r;

	if ((uint32_t)t->regs.rax >> 8) return -EINVAL;
	r = answer(t, ep, &client);
	if (client) sched_ready(client);
	sched_retime(t);
	return r;
}

/* T is going to wait and CLIENT may run: without the ready queue if nobody else is better. */
static int64_t receive_and_switch(struct thread *t, struct endpoint *ep, struct thread *client, bool replied)
{
	bool direct = client && tree_empty(&ep->queue) && client->cpu == this_cpu();
	int64_t r;

	if (client && !direct) sched_ready(client);
	r = receive_on(t, ep, t->regs.r14, t->regs.r15, replied);
	if (!direct) return r;
	if (r == SYS_BLOCKED && !this_cpu()->current)
		sched_direct(client);
	else
		sched_ready(client);
	return r;
}

/* Made again after a cut or a wake-up, the reply finds its message gone, which is no error. */
int64_t sys_reply_receive(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct endpoint *ep = slot_object(slot, endpoint);
	struct thread *client;
	int64_t r;

	if ((uint32_t)t->regs.rax >> 8) return -EINVAL;
	r = answer(t, ep, &client);
	if (r < 0 && r != -ESRCH) return r;
	if (client && t->regs.r14 && t->desc.give_count) { /* that was work enough before a cut */
		sched_ready(client);
		client = NULL;
		if (donate_has_time(t) && preempt_cut()) return SYS_RESTART;
	}
	return receive_and_switch(t, ep, client, r == 0);
}
