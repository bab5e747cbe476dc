/* SPDX-License-Identifier: 0BSD */
/* notice.c: pulses about received messages. */
#include "ipc/notice.h"

#include "obj/thread.h"

void notice_queue(struct message *m, uint8_t bits)
{
	struct endpoint *ep = m->connection->home;

	m->notice |= bits;
	if (tree_linked(&m->queued.node)) return;
	m->queued.kind = QUEUED_NOTICE;
	endpoint_enqueue(ep, &m->queued, m->queued.priority);
	endpoint_wake(ep);
}
