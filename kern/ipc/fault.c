/* SPDX-License-Identifier: 0BSD */
/* fault.c: faults and exceptions as messages. */
#include <abi/memory.h>
#include "ipc/fault.h"

#include <abi/errno.h>
#include <abi/fault.h>
#include "debug/trace.h"
#include "ipc/deliver.h"
#include "ipc/notice.h"
#include "lib/printf.h"
#include "mm/walk.h"
#include "obj/thread.h"
#include "sched/preempt.h"
#include "sched/sched.h"

/* Sends the fault message; T, already blocked, is in state FAULT. False when nobody can be told. */
static bool send_fault(struct thread *t, unsigned kind, uint64_t address, uint64_t length, unsigned access,
		       uint64_t code)
{
	struct connection *c = t->faults.connection;
	struct message *m = &t->fault;
	struct thread *pager;

	TRACE(FAULT, thread_number(t), kind, address);
	if (!c || c->endpoint->dead) return false;
	t->fault_words[FAULT_WORD_KIND] = kind;
	t->fault_words[FAULT_WORD_ADDRESS] = address;
	t->fault_words[FAULT_WORD_LENGTH] = length;
	t->fault_words[FAULT_WORD_ACCESS] = access;
	t->fault_words[FAULT_WORD_IP] = t->regs.rip;
	t->fault_words[FAULT_WORD_CODE] = code;
	t->fault_words[FAULT_WORD_THREAD] = thread_number(t);
	t->fault_words[FAULT_WORD_SP] = t->regs.rsp;
	m->kind = MESSAGE_FAULT;
	m->queued.kind = QUEUED_FAULT;
	m->plain = true;
	m->length_bytes = 0;
	m->skip_bytes = 0;
	m->deliveries = 0;
	m->hops = 0;
	t->state = THREAD_FAULT;
	pager = deliver_start(m, c);
	if (pager) deliver_hand_over(pager);
	return true;
}

/* Nobody will resolve the fault of T, which was running: it stops where it is. */
static void stop(struct thread *t)
{
	t->special |= SPECIAL_SUSPENDED;
	sched_ready(t);
}

void fault_exception(struct thread *t, unsigned kind, uint64_t address, unsigned access, uint64_t code)
{
	t->restart_after_fault = false;
	t->state = THREAD_FAULT;
	sched_block(t);
	if (!send_fault(t, kind, address, 1, access, code)) {
		if (KERN_DEBUG)
			kprintf("UNHANDLED FAULT of thread %lx: kind %u at %lx, address %lx\n", thread_number(t), kind,
				t->regs.rip, address);
		stop(t);
	}
}

int64_t fault_own(struct thread *t, uint64_t va, uint64_t length, unsigned access)
{
	struct connection *c = t->faults.connection;

	if (!c || c->endpoint->dead || walk_hopeless(t->vspace, va)) return -EFAULT;
	t->restart_after_fault = true;
	t->state = THREAD_FAULT;
	sched_block(t);
	send_fault(t, FAULT_PAGE | FAULT_IN_MESSAGE, va, length, access, 0);
	return SYS_BLOCKED;
}

void fault_sender(struct thread *t, uint64_t va, uint64_t length, unsigned access)
{
	if (t->fault.state != MESSAGE_IDLE) return;
	t->restart_after_fault = false;
	t->state = THREAD_FAULT;
	if (!send_fault(t, FAULT_PAGE | FAULT_IN_MESSAGE, va, length, access, 0)) fault_resolved(t, -EFAULT);
}

/* T's call was HELD for the fault. */
static void resume_held(struct thread *t, int64_t status)
{
	struct endpoint *ep = t->call.connection->home;

	t->state = THREAD_SEND;
	if (status < 0) {
		thread_unwait(t, -EFAULT);
		return;
	}
	message_settled(&t->call);
	t->call.state = MESSAGE_QUEUED;
	endpoint_enqueue_again(ep, &t->call.queued);
	endpoint_wake(ep);
}

void fault_resolved(struct thread *t, int64_t status)
{
	if (t->state != THREAD_FAULT) return;
	if (t->call.state == MESSAGE_HELD) {
		resume_held(t, status);
	} else if (t->call.state == MESSAGE_RECEIVED) {
		t->state = THREAD_REPLY;
		notice_queue(&t->call, NOTICE_RETRY);
	} else if (t->restart_after_fault) {
		if (status < 0) {
			deliver_put_back(t);
			thread_result(t, -EFAULT);
		} else {
			t->restart = true;
		}
		sched_ready(t);
	} else if (status < 0) {
		stop(t);
	} else {
		sched_ready(t);
	}
}
