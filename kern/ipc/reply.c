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

/* M is answered: it is IDLE afterwards. Whoever worked on it loses its time, unless that is who ends it, which sees to
 * itself. */
static void finish(struct message *m, int64_t status)
{
	struct thread *t = m->sender, *server;

	if (m->kind == MESSAGE_CLOSE) m->connection->told = true;
	server = message_detach(m);
	if (server && server != this_cpu()->current) sched_retime(server);
	if (m == &t->fault) {
		fault_resolved(t, status);
		return;
	}
	timeout_stop(&t->timeout);
	/* The reply may overtake the fault for its buffer. */
	if (t->state == THREAD_FAULT) sched_retime(message_detach(&t->fault));
	thread_result(t, status);
	sched_ready(t);
}

/* The reply's bytes into the sender's buffers, from where T->progress says, which is the end when this is
 * done. */
static int64_t copy_back(struct thread *t, struct message *m, int64_t length)
{
	struct thread *client = m->sender;
	uint64_t left = (uint64_t)length - t->progress;
	struct copy_vector from, to;
	uint64_t va;

	if (!left || m->plain || !client->desc.receive_count) return 0;
	if (!t->progress && left <= PAGE_SIZE && desc_copy_quick(t, 0, client) >= 0) {
		t->progress = (uint64_t)length;
		return 0;
	}
	from = desc_send_vector(t, t->progress);
	to = desc_receive_vector(client, t->progress);
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

/* T's data and capabilities for M's sender. */
static int64_t answer_more(struct thread *t, struct message *m)
{
	uint64_t before = t->progress;
	int64_t length = before ? (int64_t)t->transfer_done : desc_send_length(t);
	int64_t r = length < 0 ? length : desc_complete_sender(m);

	if (r < 0) return r;
	t->transfer_done = (uint64_t)length; /* if this is to be made again */
	r = copy_back(t, m, length);
	if (r < 0 || !t->desc.give_count) return r;
	if (t->progress != before && preempt_cut()) return SYS_RESTART;
	return grant_in_reply(t, m);
}

int64_t reply_prepare(struct thread *t, struct message *m)
{
	int64_t r = desc_load(t, t->regs.r14);

	if (r == 0 && t->desc.send_count | t->desc.give_count) r = answer_more(t, m);
	if (r < 0) return r;
	t->progress = 0;
	if (t->regs.r14) t->regs.r14 |= DESC_ACCEPTS; /* made again, the call does not come here again */
	return t->desc.give_count && preempt_cut() ? SYS_RESTART : 0;
}

/* T answers the message that its registers name. */
static int64_t answer(struct thread *t, struct endpoint *ep)
{
	struct message *m = reply_message(t, ep, t->regs.rbx);
	int64_t r;

	if ((uint32_t)t->regs.rax >> 8) return -EINVAL;
	if (!m) return -ESRCH;
	r = reply_prepare(t, m);
	if (r < 0) return r;
	if (m->kind == MESSAGE_SEND) __builtin_memcpy(m->sender->regs.w, t->regs.w, sizeof(t->regs.w));
	TRACE(REPLY, thread_number(t), m->id, t->regs.rbp);
	finish(m, (int64_t)t->regs.rbp);
	return 0;
}

int64_t sys_reply(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	int64_t r = answer(t, slot_object(slot, endpoint));

	sched_retime(t);
	return r;
}

/* Made again after a cut or a wake-up, the reply finds its message gone, which is no error. */
int64_t sys_reply_receive(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct endpoint *ep = slot_object(slot, endpoint);
	int64_t r = answer(t, ep);

	return r < 0 && r != -ESRCH ? r : receive_on(t, ep, t->regs.r14, t->regs.r15);
}
