/* SPDX-License-Identifier: 0BSD */
/* client.c: clients that do what they like: send, close, give up, and learn of pages late. */
#include "host/fuzz/srv/client.h"

static void meddle(void)
{
	struct message *m = &messages[rnd(MESSAGES)];
	uint64_t event = event_any();

	if (m->conn && m->late)
		client_close_comes(m);
	else if (one_in(4) && event)
		pulse_deliver(MESSAGE_PULSE, 0, event, 1);
	else if (one_in(20))
		pulse_deliver(MESSAGE_NOTICE, client_number(), 0, client_number());
	else if (!m->conn || m->kind != MESSAGE_SEND)
		client_tell();
	else if (m->absent)
		client_notice(m, NOTICE_RETRY);
	else if (one_in(3))
		message_withdraw(m);
	else
		client_notice(m, one_in(8) ? NOTICE_RETRY : NOTICE_UNBLOCK);
	client_collect();
}

static void close_any(void)
{
	struct conn **h = &client_handles[rnd(HANDLES)];

	if (*h)
		client_close(h);
}

static void step(void)
{
	uint64_t what = rnd(32);

	if (what < 26)
		client_operation();
	else if (what < 29)
		close_any();
	else
		meddle();
}

void clients_run(unsigned steps)
{
	uint64_t heap = machine_heap();

	machine_calm = false;
	for (unsigned i = 0; i < steps; i++)
		step();
	client_end(heap);
}
