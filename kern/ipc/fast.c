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
#include "ipc/send.h"
#include "mm/walk.h"
#include "obj/cspace.h"
#include "obj/sched_context.h"

/* What a slot's head must be, and which of its bits count. */
#define HEAD_MASK(right)  (0xff | (right) << 8)
#define HEAD(type, right) ((type) | (right) << 8)

/* The slot that T's call names; an empty one when there is none. */
static inline const struct slot *named_slot(const struct thread *t)
{
	return cspace_slot(t->cspace, (cap_t)(t->regs.rax >> 32));
}

/* The fields of a message that has just been received for the first time. */
static inline uint64_t fresh_message(void)
{
	const struct message m = {.state = MESSAGE_RECEIVED, .kind = MESSAGE_SEND, .deliveries = 1, .plain = true};

	return m.all;
}

static inline void unlink_received(struct message *m)
{
	struct list_node *next = m->link.next, *prev = m->link.prev;

	prev->next = next;
	next->prev = prev;
}

/* TO runs on other time than FROM did. */
static __attribute__((noinline)) _Noreturn void leave_charging(struct cpu *cpu, struct thread *from, struct thread *to)
{
	sched_context_charge(to->time);
	context_switch_call(cpu, from, to);
	exit_by_sysret(to, from);
}

/* From FROM, which has just blocked, to TO, which runs on SC. */
static inline __attribute__((always_inline)) _Noreturn void leave(struct cpu *cpu, struct thread *from,
								  struct thread *to, struct sched_context *sc)
{
	if (KERN_DEBUG) TRACE(SWITCH, thread_number(from), thread_number(to), to->priority);
	stretch_end(cpu);
	cpu->current = to;
	if (unlikely(cpu->charging != sc)) leave_charging(cpu, from, to);
	context_switch_call(cpu, from, to);
	exit_by_sysret(to, from);
}

/* To TO, which goes on where it faulted, with all its own registers. */
static __attribute__((noinline)) _Noreturn void leave_to_fault(struct cpu *cpu, struct thread *from, struct thread *to)
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

/* T's descriptor, if it only says where to receive, is in T->desc. */
static inline bool take_receive_desc(struct thread *t)
{
	uint64_t va = t->regs.r14;
	const volatile struct message_desc *d;

	if (va % _Alignof(struct message_desc)) return false;
	d = walk_page(t->vspace, va, WALK_READ);
	return d && desc_take(&t->desc, d, va) && !(t->desc.send_count | t->desc.give_count);
}

/* With a descriptor: the long way from where the Connection is known. */
static __attribute__((noinline)) _Noreturn void send_data(struct cpu *cpu, struct thread *t, struct connection *c)
{
	int64_t r = send_message(t, c);

	if (r != SYS_BLOCKED) syscall_answer(t, r);
	kernel_exit(cpu);
}

/* C is what T's call names. */
static inline __attribute__((always_inline)) _Noreturn void send(struct cpu *cpu, struct thread *t,
								 struct connection *c)
{
	struct message *m = &t->call;
	struct sched_context *sc = t->time;
	struct endpoint *ep;
	struct receiver *first;
	struct thread *to;
	uint8_t priority = t->priority;
	uint64_t info;

	if (t->regs.r14) send_data(cpu, t, c);
	ep = c->endpoint;
	first = ep->receivers.next;
	if (unlikely(!first->fast)) goto long_way;
	to = container_of(first, struct thread, receiver);
	if (unlikely(to->priority > priority || to->extras)) goto long_way;
	if (unlikely(sc->lent_depth == LEND_DEPTH_MAX)) /* or it is a reserve */
		goto long_way;
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

	ep->receivers.next = first->next;
	first->next->prev = &ep->receivers;
	m->all = fresh_message();
	m->connection = c;
	m->server = to;
	m->queued.all = priority; /* and QUEUED_CALL */
	list_push_back(&ep->received, &m->link);
	c->in_flight++;
	t->state = THREAD_REPLY;
	to->state = THREAD_READY;
	to->current = m;
	to->priority = priority;

	info = (uint64_t)priority << INFO_PRIORITY_SHIFT | 1ull << INFO_DELIVERIES_SHIFT;
	if (unlikely(ep->abandoned)) {
		ep->abandoned = false;
		info |= INFO_ABANDONED;
	}
	to->regs.rax = info;
	to->regs.rbx = m->id;
	to->regs.r14 = c->cookie;
	to->regs.r15 = t->stamp_who;
	to->regs.rbp = t->stamp_cred;
	leave(cpu, t, to, sc);
long_way:
	syscall_long_way(cpu, t);
}

/* The slot has no such Connection, but perhaps the call names one to which T is bound; kept apart so that the everyday
 * case keeps its registers. */
static __attribute__((noinline)) _Noreturn void send_bound(struct cpu *cpu, struct thread *t)
{
	cap_t index = (cap_t)(t->regs.rax >> 32);

	if (index == CAP_SELF_PROCESS && t->process.connection) send(cpu, t, t->process.connection);
	if (index == CAP_SELF_HOME && t->home.connection) send(cpu, t, t->home.connection);
	syscall_long_way(cpu, t);
}

_Noreturn void fast_send(struct cpu *cpu, struct thread *t)
{
	const struct slot *slot;

	stretch_begin(cpu, SYS_send);
	if (unlikely((t->regs.rbx + 1) | cpu->resched | t->special)) syscall_long_way(cpu, t);
	slot = named_slot(t);
	if (unlikely((slot->head & HEAD_MASK(RIGHT_CONNECTION_SEND)) != HEAD(OBJ_CONNECTION, RIGHT_CONNECTION_SEND)))
		send_bound(cpu, t);
	send(cpu, t, slot_object(slot, connection));
}

static _Noreturn void reply_receive_fault(struct cpu *cpu, struct thread *t);

/* T->desc is as the call says. FAULT: it resumes a thread that faulted in user mode. */
static inline __attribute__((always_inline)) _Noreturn void reply_receive(struct cpu *cpu, struct thread *t, bool fault)
{
	struct message *m = t->current;
	struct sched_context *sc = t->time;
	const struct slot *slot;
	struct connection *c;
	struct endpoint *ep;
	struct thread *to;

	if (unlikely((t->regs.r15 + 1) | cpu->resched | t->extras)) goto long_way;
	slot = named_slot(t);
	if (unlikely((slot->head & HEAD_MASK(RIGHT_ENDPOINT_RECEIVE)) != HEAD(OBJ_ENDPOINT, RIGHT_ENDPOINT_RECEIVE)))
		goto long_way;
	ep = slot_object(slot, endpoint);
	if (unlikely(!m || m->connection->home != ep || m->kind != (fault ? MESSAGE_FAULT : MESSAGE_SEND) ||
		     (t->regs.rbx && t->regs.rbx != m->id) || !tree_empty(&ep->queue)))
		goto long_way;
	c = m->connection;
	to = m->sender;
	if (unlikely(c->object.caps + c->in_flight == 1 || to->cpu != cpu || to->priority < t->priority ||
		     to->state != (fault ? THREAD_FAULT : THREAD_REPLY) || to->special ||
		     timeout_running(&to->timeout)))
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
	m->id += MESSAGE_ID_NEXT;
	unlink_received(m);
	c->in_flight--;
	t->current = NULL;
	t->priority = t->base_priority;
	t->state = THREAD_RECEIVE;
	endpoint_push_receiver(ep, &t->receiver, true);
	to->state = THREAD_READY;
	if (fault) leave_to_fault(cpu, t, to);
	to->regs.rax = t->regs.rbp;
	leave(cpu, t, to, sc);
long_way:
	if (!fault && t->current && t->current->kind == MESSAGE_FAULT) reply_receive_fault(cpu, t);
	syscall_long_way(cpu, t);
}

/* Kept apart so that the everyday case keeps its registers. */
static __attribute__((noinline)) _Noreturn void reply_receive_fault(struct cpu *cpu, struct thread *t)
{
	reply_receive(cpu, t, true);
}

static __attribute__((noinline)) _Noreturn void reply_receive_data(struct cpu *cpu, struct thread *t)
{
	if (!take_receive_desc(t)) syscall_long_way(cpu, t);
	reply_receive(cpu, t, false);
}

_Noreturn void fast_reply_receive(struct cpu *cpu, struct thread *t)
{
	stretch_begin(cpu, SYS_reply_receive);
	if (t->regs.r14) reply_receive_data(cpu, t);
	t->desc.address = 0;
	t->desc.counts = 0;
	reply_receive(cpu, t, false);
}
