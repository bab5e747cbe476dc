/* SPDX-License-Identifier: 0BSD */
/* client_message.c: messages of clients, and what comes back: capabilities, and answers, which are looked at. */
#include "host/fuzz/srv/client.h"

#include <stdlib.h>
#include <proto/path_words.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include "lib/bits.h"
#include "lib/string.h"

struct conn *client_handles[HANDLES];

void client_forget(struct message *m)
{
	free(m->data);
	free(m->room);
	m->data = m->room = NULL;
	m->id += 1ull << 32;
	m->conn = NULL;
}

struct message *client_message(struct conn *conn)
{
	unsigned i = (unsigned)rnd(MESSAGES);
	struct message *m = &messages[i];
	uint64_t id = m->id ? m->id : i + 1;

	if (m->conn)
		return NULL;
	*m = (struct message){
	    .id = id, .spent = m->spent, .conn = conn, .accepts = !one_in(12), .cred = rnd(3) ? 0 : rnd(40)};
	m->who = (100 + rnd(4)) << 32 | 100;
	if (one_in(20))
		m->deliveries = (uint8_t)rnd(4);
	return m;
}

void client_data(struct message *m, const void *from, uint64_t bytes)
{
	m->data_bytes = bytes;
	m->data = malloc(bytes);
	memcpy(m->data, from, bytes);
}

void client_room(struct message *m, uint64_t bytes)
{
	m->room_bytes = bytes;
	m->room = malloc(bytes);
}

static void add_handle(struct conn *conn)
{
	struct conn **h = &client_handles[rnd(HANDLES)];

	for (unsigned i = 0; *h && i < HANDLES; i++)
		h = &client_handles[i];
	if (*h) {
		conn->handles--;
		conn_drop(conn);
		return;
	}
	*h = conn;
}

/* The answer is there: whether it can be one. */
static void check_answer(const struct message *m)
{
	uint64_t op = PROTO_OP(m->words.w[0]);
	bool in_words = PROTO_FLAGS(m->words.w[0]) & PROTO_WANT_INLINE;

	if (m->forwarded || m->status < 0)
		return;
	if (PROTO_PART(op) == PROTO_PATH && m->status == PATH_REDIRECT && !in_words) {
		if (m->out.w[5] >= PATH_TEXT_MAX || m->out.w[7] > m->out.w[5])
			machine_fail("redirects beyond a path", m->out.w[5]);
		if (m->room_bytes >= PATH_TEXT_MAX && m->got != m->out.w[5])
			machine_fail("redirects to another text than it says", m->got);
	}
	if (op == FILE_READ && (uint64_t)m->status > m->words.w[2])
		machine_fail("reads more than was asked for", (uint64_t)m->status);
}

static void collect(struct message *m)
{
	if (!m->answered)
		return;
	check_answer(m);
	for (unsigned i = 0; i < m->came_count; i++)
		add_handle(m->came[i]);
	client_forget(m);
}

void client_collect(void)
{
	for (unsigned i = 0; i < MESSAGES; i++)
		if (messages[i].conn)
			collect(&messages[i]);
}

void client_send(struct message *m)
{
	for (unsigned i = 0; i < m->give_count; i++)
		if (m->give[i])
			conn_use(m->give[i]);
	message_deliver(m);
	for (unsigned i = 0; i < m->give_count; i++)
		if (m->give[i])
			conn_drop(m->give[i]);
	m->give_count = 0;
	client_collect();
}

void client_close_comes(struct message *m)
{
	struct conn *c = m->conn;

	m->late = false;
	message_deliver(m);
	conn_drop(c);
	client_collect();
}

bool client_close(struct conn **h)
{
	struct conn *c = *h;
	struct message *m = c->handles == 1 && c->uses == 1 ? client_message(c) : NULL;

	*h = NULL;
	c->handles--;
	if (m) {
		m->kind = MESSAGE_CLOSE;
		m->deliveries = 0;
		conn_use(c);
		conn_drop(c); /* the handle's use; the message has one */
		m->late = machine_chance(3);
		if (!m->late)
			client_close_comes(m);
		return true;
	}
	conn_drop(c);
	return false;
}

void client_tell(void)
{
	struct conn *c = conn_disconnecting();

	if (!c)
		return;
	c->state = CONN_DISCONNECTED;
	pulse_deliver(MESSAGE_DISCONNECT, c->number, c->cookie, 0);
	client_collect();
}

void client_notice(struct message *m, uint64_t bits)
{
	if (bits & NOTICE_RETRY)
		m->absent = false;
	pulse_deliver(MESSAGE_NOTICE, m->id, m->conn->cookie, bits);
	client_collect();
}
