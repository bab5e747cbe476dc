/* SPDX-License-Identifier: 0BSD */
/* deliver.c: bringing a message from a sender to a receiver. */
#include <abi/memory.h>
#include "ipc/deliver.h"

#include <abi/errno.h>
#include "debug/trace.h"
#include "ipc/desc.h"
#include "ipc/donate.h"
#include "ipc/fault.h"
#include "ipc/grant.h"
#include "ipc/inherit.h"
#include "ipc/withdraw.h"
#include "lib/assert.h"
#include "lib/string.h"
#include "obj/sched_context.h"
#include "sched/preempt.h"
#include "sched/sched.h"

/* How much of a reply buffer must be present before a message is delivered. */
#define REPLY_BUFFER_CHECK_MAX 65536

/* A list of more pieces is worth a cut. */
#define LONG_LIST 16

static void set_sender_state(struct message *m, enum thread_state state)
{
	if (m->kind != MESSAGE_FAULT) m->sender->state = state;
}

/* What M says in words. A CLOSE says nothing: its sender's registers are those of the close call.
 */
static const uint64_t *words_of(const struct message *m)
{
	static const uint64_t none[MESSAGE_WORDS];

	if (m->kind == MESSAGE_FAULT) return m->sender->fault_words;
	return m->kind == MESSAGE_CLOSE ? none : m->sender->regs.w;
}

/* M is in T's hands: registers, lists, priority. Answers the info word. */
static int64_t finish(struct thread *t, struct message *m, unsigned caps)
{
	struct endpoint *ep = m->connection->home;
	struct thread *s = m->sender;
	const uint64_t *words = words_of(m);
	uint64_t info = message_length(m);

	TRACE(RECEIVE, thread_number(t), virt_to_phys(ep), m->id);
	message_settled(m);
	m->state = MESSAGE_RECEIVED;
	m->deliveries = min(m->deliveries + 1, 31);
	list_push_back(&ep->received, &m->link);
	set_sender_state(m, THREAD_REPLY);
	t->incoming = NULL;
	t->current = m;
	__builtin_memcpy(t->regs.w, words, sizeof(t->regs.w)); /* in line */
	info |= (uint64_t)m->queued.priority << INFO_PRIORITY_SHIFT;
	info |= (uint64_t)m->deliveries << INFO_DELIVERIES_SHIFT;
	info |= (uint64_t)caps << INFO_CAPS_SHIFT;
	info |= (uint64_t)m->kind << INFO_KIND_SHIFT;
	if (ep->abandoned) info |= INFO_ABANDONED;
	ep->abandoned = false;
	t->regs.rbx = m->id;
	t->regs.r14 = m->connection->cookie;
	t->regs.r15 = s->stamp_who;
	t->regs.rbp = s->stamp_cred;
	if (m->queued.priority != t->priority) inherit_update(t);
	if (!t->time) sched_retime(t);
	return (int64_t)info;
}

void deliver_take(struct thread *t, struct message *m)
{
	if (tree_linked(&m->queued.node)) endpoint_dequeue(m->connection->home, &m->queued);
	m->state = MESSAGE_TRANSFER;
	m->server = t;
	set_sender_state(m, THREAD_TRANSFER);
	t->incoming = m;
	t->transfer_done = 0;
	t->progress = 0;
	donate_lend(m);
	/* Taking it may be cut, and then T must come back as soon as its sender would. */
	if (m->queued.priority > t->priority) inherit_update(t);
}

struct thread *deliver_start(struct message *m, struct connection *c)
{
	const struct transfer_desc *d = &m->sender->desc;
	struct endpoint *ep = c->endpoint;
	struct thread *t;

	connection_get(c);
	m->connection = c;
	t = endpoint_pop_receiver(ep);
	if (!t) {
		set_sender_state(m, THREAD_SEND);
		m->state = MESSAGE_QUEUED;
		m->server = NULL; /* the fast path leaves the last one there */
		endpoint_enqueue(ep, &m->queued, m->sender->priority);
		return NULL;
	}
	m->queued.priority = m->sender->priority;
	m->queued.node.arrival = ep->queue.arrivals++; /* its place, should it be queued again */
	deliver_take(t, m);
	if (!t->own) t->cpu = m->sender->cpu;
	/* Neither data nor a capability, nor room for data that would have to be there. */
	if (m->plain || !(d->send_count | d->receive_count | d->give_count))
		thread_result(t, finish(t, m, 0));
	else
		t->restart = true;
	return t;
}

/* T, which is current, goes on with its receive call as far as it can now. */
static void run(struct thread *t)
{
	int64_t r;

	if (!t->incoming) return;
	r = deliver_continue(t);
	if (r == SYS_RESTART || r == DELIVER_NEXT)
		t->restart = true;
	else if (r != SYS_BLOCKED)
		thread_result(t, r);
	if (!sched_context_usable(t->time))
		sched_retime(t); /* the message, and the time that came with it, went back */
}

void deliver_hand_over(struct thread *t)
{
	struct cpu *cpu = this_cpu();

	if (cpu->current)
		sched_ready(t);
	else
		sched_direct(t);
	if (!t->incoming) return;
	/* The sender has worked on a long list; the receiver may have to go through another. */
	if (t->incoming->sender->desc.send_count > LONG_LIST && preempt_cut() && !t->incoming) return;
	if (cpu->current == t && !cpu->resched) {
		t->restart = false;
		run(t);
	} else {
		message_moving(t->incoming);
	}
}

/* The message's data into T's buffers. COPY_DONE when all that fits is there. */
static enum copy_result copy_data(struct thread *t, struct message *m, uint64_t *fault_va)
{
	struct thread *s = m->sender;
	uint64_t left = m->length_bytes - m->skip_bytes - t->transfer_done;
	int64_t quick = t->transfer_done || left > PAGE_SIZE ? -1 : desc_copy_quick(s, m->skip_bytes, t);
	uint64_t start = left;
	struct copy_vector from, to;
	enum copy_result result;

	if (quick >= 0) {
		t->transfer_done = (uint64_t)quick;
		return COPY_DONE;
	}
	from = desc_send_vector(s, m->skip_bytes + t->transfer_done);
	to = desc_receive_vector(t, t->transfer_done);
	if (!from.count || !to.count || !left) return COPY_DONE;
	result = copy_pieces(&from, &to, &left, fault_va);
	t->transfer_done += start - left;
	return result;
}

int64_t deliver_hold_sender(struct thread *t, struct message *m, uint64_t va, uint64_t length, unsigned access)
{
	message_part(m);
	m->state = MESSAGE_HELD;
	message_moving(m);
	fault_sender(m->sender, va, length, access);
	return DELIVER_NEXT;
}

void deliver_put_back(struct thread *t)
{
	struct message *m = t->incoming;

	if (!m) return;
	message_part(m);
	message_settled(m);
	m->state = MESSAGE_QUEUED;
	set_sender_state(m, THREAD_SEND);
	endpoint_enqueue_again(m->connection->home, &m->queued);
	endpoint_wake(m->connection->home);
}

static int64_t data_failed(struct thread *t, struct message *m, enum copy_result why, uint64_t va)
{
	switch (why) {
	case COPY_CUT:
		return SYS_RESTART;
	case COPY_SOURCE_ABSENT:
		return deliver_hold_sender(t, m, va, m->length_bytes - m->skip_bytes - t->transfer_done, PROT_READ);
	case COPY_TARGET_ABSENT:
		return fault_own(t, va, 1, PROT_WRITE);
	case COPY_SOURCE_FAULT:
		withdraw_message(m, -EFAULT);
		return DELIVER_NEXT;
	default:
		return -EFAULT;
	}
}

/* Whether the first part of the sender's reply buffer is there; T->progress says how much of it was
 * looked at before. */
static enum copy_result check_reply_buffer(struct thread *t, struct message *m, uint64_t *va)
{
	struct copy_vector reply;
	uint64_t left = REPLY_BUFFER_CHECK_MAX - t->progress;
	enum copy_result result;

	if (!m->sender->desc.receive_count) return COPY_DONE;
	reply = desc_receive_vector(m->sender, t->progress);
	result = copy_present(&reply, &left, va);
	t->progress = reply.offset_bytes;
	return result;
}

/* The part of taking M over that may fail or be cut. Negative: not done; else how many capabilities
 * came. */
static int64_t transfer(struct thread *t, struct message *m)
{
	uint64_t before = t->transfer_done + t->progress, va = 0;
	enum copy_result result = copy_data(t, m, &va);

	if (result != COPY_DONE) return data_failed(t, m, result, va);
	result = check_reply_buffer(t, m, &va);
	if (result == COPY_CUT) return SYS_RESTART;
	if (result == COPY_TARGET_ABSENT) return deliver_hold_sender(t, m, va, 1, PROT_WRITE);
	/* A hopeless address is found out by the reply, which then leaves that part out. */
	if (!t->desc.accept_count || !m->sender->desc.give_count) return 0;
	if (t->transfer_done + t->progress != before && preempt_cut()) return SYS_RESTART;
	return grant_to_receiver(t, m);
}

static int64_t take_over(struct thread *t, struct message *m)
{
	int64_t caps = m->plain ? 0 : desc_complete(t);

	if (caps == 0 && !m->plain) caps = transfer(t, m);
	return caps < 0 ? caps : finish(t, m, (unsigned)caps);
}

int64_t deliver_continue(struct thread *t)
{
	int64_t r;

	if (t->incoming->connection->severed) {
		withdraw_message(t->incoming, -ESRVDEAD);
		return DELIVER_NEXT;
	}
	r = take_over(t, t->incoming);
	/* T's own descriptor or buffer is bad and nobody helps. */
	if (r < 0 && r > SYS_RESTART) deliver_put_back(t);
	if (t->incoming) message_moving(t->incoming);
	return r;
}
