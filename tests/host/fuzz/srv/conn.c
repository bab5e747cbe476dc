/* SPDX-License-Identifier: 0BSD */
/* conn.c: Connections of the server that is fuzzed: their states, as in kern/obj/connection.h. */
#include "host/fuzz/srv/machine.h"

#include <stddef.h>
#include <abi/errno.h>

#define CONNS 1200

static struct conn conns[CONNS];

void conn_use(struct conn *c) { c->uses++; }

void conn_drop(struct conn *c)
{
	if (--c->uses == 0)
		c->state = c->told ? CONN_DISCONNECTED : CONN_DISCONNECTING;
}

struct conn *conn_disconnecting(void)
{
	for (unsigned i = 0; i < CONNS; i++)
		if (conns[i].state == CONN_DISCONNECTING)
			return &conns[i];
	return NULL;
}

struct conn *conn_new(uint64_t cookie)
{
	for (unsigned i = 0; i < CONNS; i++) {
		if (conns[i].state)
			continue;
		conns[i] = (struct conn){.number = (i + 1) * 256, .cookie = cookie, .state = CONN_OPEN};
		return &conns[i];
	}
	machine_fail("has more Connections than open files", CONNS);
}

struct conn *conn_by_number(uint64_t number)
{
	struct conn *c = number && number % 256 == 0 && number / 256 <= CONNS ? &conns[number / 256 - 1] : NULL;

	return c && c->state ? c : NULL;
}

int64_t conn_rearm(uint64_t number, uint64_t cookie)
{
	struct conn *c = conn_by_number(number);

	if (!c)
		machine_fail("rearms no Connection", number);
	if (c->state != CONN_DISCONNECTED)
		return -EBUSY;
	c->state = CONN_OPEN;
	c->cookie = cookie;
	c->told = false;
	return 0;
}
