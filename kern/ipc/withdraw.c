/* SPDX-License-Identifier: 0BSD */
/* withdraw.c: ending messages other than by their reply. */
#include "ipc/withdraw.h"

#include "ipc/deliver.h"
#include "ipc/donate.h"
#include "ipc/fault.h"
#include "ipc/inherit.h"
#include "ipc/sync.h"
#include "obj/thread.h"
#include "sched/sched.h"

struct thread *message_part(struct message *m)
{
	struct thread *server = m->server;

	donate_return(m);
	if (!server) return NULL;
	m->server = NULL;
	if (server->current == m) server->current = NULL;
	if (server->incoming == m) server->incoming = NULL;
	inherit_update(server);
	return server;
}

struct thread *message_detach(struct message *m)
{
	struct thread *server;

	if (tree_linked(&m->queued.node)) endpoint_dequeue(m->connection->home, &m->queued);
	if (m->state == MESSAGE_RECEIVED) list_remove(&m->link);
	message_settled(m);
	server = message_part(m);
	m->state = MESSAGE_IDLE;
	m->id += MESSAGE_ID_NEXT;
	m->notice = 0;
	m->queued.priority = 0;
	connection_put(m->connection);
	return server;
}

/* M, if it is anywhere, is over without a reply. */
static void end(struct message *m)
{
	if (m->state == MESSAGE_RECEIVED) m->connection->home->abandoned = true;
	if (m->state != MESSAGE_IDLE) sched_retime(message_detach(m));
}

void withdraw_message(struct message *m, int64_t result)
{
	struct thread *t = m->sender;

	if (m == &t->call) {
		thread_unwait(t, result);
	} else {
		end(m);
		fault_resolved(t, result);
	}
}

void withdraw_queued(struct queued *q, int64_t result)
{
	switch (q->kind) {
	case QUEUED_CALL:
	case QUEUED_FAULT:
	case QUEUED_NOTICE:
		withdraw_message(container_of(q, struct message, queued), result);
		break;
	case QUEUED_EVENT:
		event_detach(container_of(q, struct event, queued));
		break;
	case QUEUED_DISCONNECT:
		connection_unqueue(container_of(q, struct connection, pulse));
		break;
	}
}

void thread_unwait(struct thread *t, int64_t result)
{
	switch (t->state) {
	case THREAD_INACTIVE:
	case THREAD_READY:
		return;
	case THREAD_RECEIVE:
		endpoint_remove_receiver(t);
		break;
	case THREAD_FAULT:
		end(&t->fault);
		break;
	case THREAD_SYNC:
		sync_cancel(t);
		break;
	default:
		break;
	}
	end(&t->call);
	deliver_put_back(t); /* it faulted over its own buffer */
	timeout_stop(&t->timeout);
	if (t->state == THREAD_FAULT && !t->restart_after_fault && t->regs.vector != ENTRY_SYSCALL) {
		sched_ready(t); /* it faulted in user mode: it will fault again */
		return;
	}
	thread_result(t, result);
	sched_ready(t);
}
