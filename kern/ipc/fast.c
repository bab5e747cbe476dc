/* SPDX-License-Identifier: 0BSD */
/* fast.c: the short way of the most frequent exchange.
 *
 * A waiting receiver means an empty queue; a passive one runs on the sender's time, so no ready
 * queue and no clock is touched; an active one is charged, nothing more. What is not tested here
 * follows from what is: docs/kernel/fast.md.
 */
#include "ipc/fast.h"

#include <abi/syscall.h>

#include "api/dispatch.h"
#include "arch/context.h"
#include "debug/stretch.h"
#include "debug/trace.h"
#include "ipc/desc.h"
#include "ipc/donate.h"
#include "ipc/reply.h"
#include "ipc/send.h"
#include "mm/walk.h"
#include "obj/cspace.h"
#include "obj/sched_context.h"

/* The slot that T's call names; an empty one when there is none. */
static forced_inline const struct slot *named_slot(const struct thread *t)
{
	return cspace_slot(t->cspace, (cap_t)(t->regs.rax >> 32));
}

/* TO runs on other time than FROM did. */
static __attribute__((noinline)) _Noreturn void leave_charging(struct cpu *cpu, struct thread *from, struct thread *to)
{
	sched_context_charge(to->time);
	context_switch_call(cpu, from, to);
	exit_by_sysret(to, from);
}

/* From FROM, which has just blocked, to TO, which runs on SC. */
static forced_inline _Noreturn void leave(struct cpu *cpu, struct thread *from, struct thread *to,
					  struct sched_context *sc)
{
	if (KERN_DEBUG) TRACE(SWITCH, thread_number(from), thread_number(to), to->priority);
	stretch_end(cpu);
	cpu->current = to;
	if (unlikely(cpu->charging != sc)) leave_charging(cpu, from, to);
	context_switch_call(cpu, from, to);
	exit_by_sysret(to, from);
}

/* To TO, which goes on with all its own registers. */
static __attribute__((noinline)) _Noreturn void leave_with_own(struct cpu *cpu, struct thread *from, struct thread *to)
{
	cpu->current = to;
	sched_context_charge(to->time);
	context_switch(cpu, to);
	stretch_end(cpu);
	exit_to_user(to, to);
}

/* SC goes along with a message, from FROM to TO. */
static inline void lend(struct sched_context *sc, struct thread *from, struct thread *to)
{
	from->time = NULL;
	to->time = sc;
	sc->holder = to;
}

/* The receiver that may have a message of PRIORITY at once, or NULL. */
static forced_inline struct thread *fast_receiver(const struct endpoint *ep, uint8_t priority)
{
	struct receiver *first = ep->receivers.next;
	struct thread *to = container_of(first, struct thread, receiver);

	return unlikely(!first->fast || to->priority > priority || to->extras) ? NULL : to;
}

/* M, with LENGTH bytes that TO has, sent by S to C, is in the hands of TO, the first receiver. */
static forced_inline void hand_over(struct message *m, struct thread *s, struct connection *c, struct thread *to,
				    uint8_t priority, uint64_t length)
{
	struct endpoint *ep = c->endpoint;
	struct receiver *next = to->receiver.next;
	uint64_t info = length | (uint64_t)priority << INFO_PRIORITY_SHIFT | 1ull << INFO_DELIVERIES_SHIFT;

	ep->receivers.next = next;
	next->prev = &ep->receivers;
	m->connection = c;
	m->server = to;
	list_push_back(&ep->received, &m->link);
	c->in_flight++;
	to->state = THREAD_READY;
	to->current = m;
	to->priority = priority;
	if (unlikely(ep->abandoned)) {
		ep->abandoned = false;
		info |= INFO_ABANDONED;
	}
	to->regs.rax = info;
	to->regs.rbx = m->id;
	to->regs.r14 = c->cookie;
	to->regs.r15 = s->stamp_who;
	to->regs.rbp = s->stamp_cred;
}

/* T, whose current message is M of C, lets go of it. */
static inline void let_go(struct thread *t, struct message *m, struct connection *c)
{
	struct list_node *next = m->link.next, *prev = m->link.prev;

	m->id += MESSAGE_ID_NEXT;
	prev->next = next;
	next->prev = prev;
	c->in_flight--;
	t->current = NULL;
	t->priority = t->base_priority;
	t->state = THREAD_RECEIVE;
}

/* There is room for the answer to S, within a page or two; or S wants no more than words. */
static bool room_for_answer(const struct thread *s)
{
	const struct message_piece *room = &s->desc.receive_piece;
	uint64_t va = room->address, end = va + room->length_bytes;

	if (s->desc.receive_count == 0) return true;
	if (s->desc.receive_count > 1 || room->length_bytes > PAGE_SIZE) return false;
	for (; va < end; va += page_rest(va))
		if (!walk_page(s->vspace, va, WALK_WRITE)) return false;
	return true;
}

/* What D sends is one piece, of a page at most and not empty. */
static inline bool is_little(const struct transfer_desc *d)
{
	return d->send_count == 1 && !d->give_count && d->send_piece.length_bytes - 1 < PAGE_SIZE;
}

/* That of S is brought to TO, unless that is for the long way: -1. How many bytes. */
static __attribute__((noinline)) int64_t fast_data(const struct thread *s, struct thread *to)
{
	return room_for_answer(s) && desc_at_hand(to) ? desc_copy_quick(s, 0, to) : -1;
}

/* T's call to C; DATA: with the little that T's descriptor, which has been read, says. */
static forced_inline _Noreturn void send(struct cpu *cpu, struct thread *t, struct connection *c, bool data)
{
	struct message *m = &t->call;
	struct sched_context *sc = t->time;
	uint8_t priority = t->priority;
	struct thread *to = fast_receiver(c->endpoint, priority);
	int64_t length = 0;

	if (unlikely(!to)) goto long_way;
	if (unlikely(sc->lent_depth == LEND_DEPTH_MAX)) /* or it is a reserve */
		goto long_way;
	if (data) {
		length = fast_data(t, to);
		if (length < 0) goto long_way;
		m->length_bytes = (uint64_t)length;
		m->skip_bytes = 0;
	}
	if (!to->own) {
		m->lent = sc;
		sc->lent_depth++;
		lend(sc, t, to);
		to->cpu = cpu;
	} else {
		sc = to->time;
		if (to->cpu != cpu || !sched_context_usable(sc)) goto long_way;
		m->lent = NULL;
	}
	m->all = (struct message){.state = MESSAGE_RECEIVED, .kind = MESSAGE_SEND, .deliveries = 1}.all;
	m->plain = !t->regs.r14;
	m->queued.all = priority; /* and QUEUED_CALL */
	t->state = THREAD_REPLY;
	hand_over(m, t, c, to, priority, (uint64_t)length);
	leave(cpu, t, to, sc);
long_way:
	if (!data) syscall_long_way(cpu, t);
	syscall_answer(t, send_described(t, c));
	kernel_exit(cpu);
}

/* To C, with what T's descriptor says. Kept apart so that the everyday case keeps its registers. */
static __attribute__((noinline)) _Noreturn void send_data(struct cpu *cpu, struct thread *t, struct connection *c)
{
	int64_t r = desc_load(t, t->regs.r14);

	if (r == 0 && is_little(&t->desc)) send(cpu, t, c, true);
	syscall_answer(t, r == 0 ? send_described(t, c) : r);
	kernel_exit(cpu);
}

/* What T's call names, which is not a slot with a Connection: one to which T is bound, or NULL. */
static forced_inline struct connection *bound_connection(const struct thread *t)
{
	cap_t index = (cap_t)(t->regs.rax >> 32);

	if (index == CAP_SELF_HOME) return t->home.connection;
	return index == CAP_SELF_PROCESS ? t->process.connection : NULL;
}

_Noreturn void fast_send(struct cpu *cpu, struct thread *t)
{
	const struct slot *slot;
	struct connection *c;

	stretch_begin(cpu, SYS_send);
	if (unlikely((t->regs.rbx + 1) | cpu->resched | t->special)) syscall_long_way(cpu, t);
	slot = named_slot(t);
	c = slot_object(slot, connection);
	if (unlikely(!slot_is(slot, OBJ_CONNECTION, RIGHT_CONNECTION_SEND))) {
		c = bound_connection(t);
		if (!c) syscall_long_way(cpu, t);
	}
	if (t->regs.r14) {
		if (!(t->regs.r14 & DESC_ACCEPTS)) send_data(cpu, t, c);
		desc_later(t, t->regs.r14);
		t->call.length_bytes = t->call.skip_bytes = 0;
	}
	send(cpu, t, c, false);
}

/* The Endpoint that T's call names, if T may wait there again after its message: nothing is to be received, and nothing
 * else concerns T. Or NULL. */
static forced_inline struct endpoint *fast_endpoint(struct cpu *cpu, struct thread *t, const struct message *m)
{
	const struct slot *slot = named_slot(t);
	struct endpoint *ep = slot_object(slot, endpoint);

	if (unlikely((t->regs.r15 + 1) | cpu->resched | t->extras)) return NULL;
	if (unlikely(!slot_is(slot, OBJ_ENDPOINT, RIGHT_ENDPOINT_RECEIVE))) return NULL;
	if (unlikely(!m || m->connection->home != ep || (t->regs.rbx && t->regs.rbx != m->id) ||
		     !tree_empty(&ep->queue)))
		return NULL;
	return ep;
}

/* When M ends a disconnect pulse is due. */
static inline bool last_use(const struct message *m)
{
	return m->connection->object.caps + m->connection->in_flight == 1;
}

static _Noreturn void reply_receive_rare(struct cpu *cpu, struct thread *t);

/* T's descriptor is as the call says, for later. RARE: it resumes a thread that faulted in user mode, or answers a CLOSE,
 * after which its Connection may be disconnected without a pulse. */
static forced_inline _Noreturn void reply_receive(struct cpu *cpu, struct thread *t, bool rare)
{
	struct message *m = t->current;
	struct sched_context *sc = t->time;
	struct endpoint *ep = fast_endpoint(cpu, t, m);
	struct thread *to;
	bool fault;

	if (!ep || (m->kind == MESSAGE_SEND) == rare) goto long_way;
	fault = rare && m->kind == MESSAGE_FAULT;
	to = m->sender;
	if (unlikely(to->cpu != cpu || to->priority < t->priority ||
		     to->state != (fault ? THREAD_FAULT : THREAD_REPLY) || to->special ||
		     timeout_running(&to->timeout) || ((fault || !rare) && last_use(m))))
		goto long_way;
	if (fault && (to->restart_after_fault || to->call.state != MESSAGE_IDLE || (int64_t)t->regs.rbp < 0))
		goto long_way;
	if (m->lent) {
		if (unlikely(sc != m->lent)) goto long_way;
		m->lent = NULL;
		sc->lent_depth--;
		lend(sc, t, to);
	} else {
		sc = to->time;
		if (!t->own || !sched_context_usable(sc)) goto long_way;
	}

	m->state = MESSAGE_IDLE;
	if (rare && !fault) {
		m->connection->told = true;
		connection_get(m->connection);
		thread_result(to, (int64_t)t->regs.rbp);
	}
	let_go(t, m, m->connection);
	if (rare && !fault) connection_put(m->connection);
	endpoint_push_receiver(ep, &t->receiver, true);
	to->state = THREAD_READY;
	if (rare) leave_with_own(cpu, t, to);
	to->regs.rax = t->regs.rbp;
	leave(cpu, t, to, sc);
long_way:
	if (!rare && t->current && t->current->kind != MESSAGE_SEND) reply_receive_rare(cpu, t);
	syscall_long_way(cpu, t);
}

/* Kept apart so that the everyday case keeps its registers. */
static __attribute__((noinline)) _Noreturn void reply_receive_rare(struct cpu *cpu, struct thread *t)
{
	reply_receive(cpu, t, true);
}

/* The descriptor has something for the sender: when that is done, the everyday case is left. */
static __attribute__((noinline)) _Noreturn void reply_receive_data(struct cpu *cpu, struct thread *t)
{
	struct message *m = t->current;
	int64_t r;

	if (!fast_endpoint(cpu, t, m)) syscall_long_way(cpu, t);
	r = reply_prepare(t, m);
	if (r == 0) reply_receive(cpu, t, false);
	syscall_answer(t, r);
	kernel_exit(cpu);
}

_Noreturn void fast_reply_receive(struct cpu *cpu, struct thread *t)
{
	stretch_begin(cpu, SYS_reply_receive);
	if (t->regs.r14 && !(t->regs.r14 & DESC_ACCEPTS)) reply_receive_data(cpu, t);
	desc_later(t, t->regs.r14);
	reply_receive(cpu, t, false);
}

_Noreturn void fast_forward_receive(struct cpu *cpu, struct thread *t)
{
	struct message *m = t->current;
	struct sched_context *sc = t->time;
	struct endpoint *ep = fast_endpoint(cpu, t, m);
	const struct slot *slot = cspace_slot(t->cspace, (cap_t)t->regs.rbp);
	struct connection *c = slot_object(slot, connection);
	struct thread *s, *to;

	stretch_begin(cpu, SYS_forward_receive);
	if (!ep || m->kind != MESSAGE_SEND || (t->regs.r14 && !(t->regs.r14 & DESC_ACCEPTS)) ||
	    !slot_is(slot, OBJ_CONNECTION, RIGHT_CONNECTION_SEND))
		goto long_way;
	s = m->sender;
	to = fast_receiver(c->endpoint, m->queued.priority);
	if (!to || to->own || last_use(m) || m->queued.priority < t->priority || m->lent != sc ||
	    s->state != THREAD_REPLY || m->detour >= MESSAGE_HOPS_MAX || t->regs.rbp >> 32 ||
	    !(m->plain || s->desc.address & DESC_ACCEPTS))
		goto long_way;
	__builtin_memcpy(s->regs.w, t->regs.w, sizeof(s->regs.w)); /* in line */
	desc_later(t, t->regs.r14);
	m->deliveries = 1;
	m->hops++;
	let_go(t, m, m->connection);
	lend(sc, t, to);
	to->cpu = cpu;
	hand_over(m, s, c, to, m->queued.priority, 0);
	endpoint_push_receiver(ep, &t->receiver, true);
	leave(cpu, t, to, sc);
long_way:
	syscall_long_way(cpu, t);
}
