/* SPDX-License-Identifier: 0BSD */
/* notice.c: pulses about received messages. */
#include "ipc/notice.h"

#include "obj/thread.h"

void notice_queue(struct message *m, uint8_t bits)
{
	struct endpoint *ep = m->endpoint;
	bool queued = tree_linked(&m->queued.node);
	uint64_t arrival = m->queued.node.arrival;

	m->notice |= bits;
	if (queued)
		return;
	m->queued.kind = QUEUED_NOTICE;
	endpoint_enqueue_again(ep, &m->queued);
	m->queued.node.arrival = arrival;
	endpoint_wake(ep);
}
