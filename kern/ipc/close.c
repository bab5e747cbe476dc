/* SPDX-License-Identifier: 0BSD */
/* close.c: closing a descriptor.
 *
 * Any slot may be closed. Only when the slot holds the last client capability of an open
 * Connection, and no message or binding uses it, does its server hear of it before the closer goes
 * on: as a message of kind CLOSE whose reply's status is close's result. The slot is free from the
 * beginning, so that a slow server keeps no number busy. If the message never reaches the server
 * (deadline, kill), the disconnect pulse says it instead.
 */
#include "api/lookup.h"
#include "api/table.h"
#include "ipc/desc.h"
#include "ipc/send.h"

/* The Connection whose server must be asked, or NULL. */
static struct connection *last_of(const struct slot *s)
{
	struct connection *c;

	if (s->type != OBJ_CONNECTION) return NULL;
	c = slot_object(s, connection);
	if (c->object.caps != 1 || c->in_flight || c->severed || c->endpoint->dead) return NULL;
	return c;
}

int64_t sys_close(struct thread *t, struct slot *unused, const uint64_t *arg)
{
	struct slot *s = cspace_slot(t->cspace, (cap_t)arg[0]);
	struct connection *c;
	int64_t r;

	if (slot_empty(s)) return t->progress ? 0 : -EBADF;
	if (!slot_still_same(t, s)) return 0;
	c = last_of(s);
	if (!c) return slot_delete(s);
	connection_get(c);
	r = slot_delete(s);
	if (r == 0) {
		desc_load(t, 0);
		t->call.length_bytes = 0;
		r = send_begin(t, c, MESSAGE_CLOSE, 0, arg[1]);
	}
	connection_put(c);
	return r == SYS_BLOCKED ? r : r == -ESRVDEAD ? 0 : r;
}
