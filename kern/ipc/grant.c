/* SPDX-License-Identifier: 0BSD */
/* grant.c: capabilities in messages. */
#include "ipc/grant.h"

#include "ipc/deliver.h"
#include "ipc/fault.h"
#include "ipc/withdraw.h"
#include "mm/walk.h"
#include "obj/cspace.h"
#include "obj/thread.h"

#define GIVE_AT	  offsetof(struct message_desc, give)
#define LANDED_AT offsetof(struct message_desc, landed)
#define NUMBER_AT offsetof(struct message_desc, connect_id)

/* One capability from GIVER's slot INDEX into TAKER's table. Slot number, or -errno. */
static int32_t land(struct thread *giver, cap_t index, struct thread *taker)
{
	struct slot *from = cspace_slot(giver->cspace, index);
	struct slot *to;
	cap_t at;
	int r = slot_copyable(from);

	if (r < 0) return r;
	r = cspace_slot_free(taker->cspace, taker->desc.land_min, taker->desc.land_max, &to, &at);
	if (r < 0) return r;
	if (!(giver->desc.give_flags & GIVE_DERIVE))
		slot_copy(to, from, RIGHTS_ALL);
	else if (from->depth < SLOT_DEPTH_MAX)
		slot_derive(to, from, RIGHTS_ALL);
	else
		return -ELOOP;
	to->flags = taker->desc.land_flags;
	return (int32_t)at;
}

/* Where T's descriptor may be written; NULL when it is not present. */
static int32_t *landed_of(struct thread *t) { return walk_page(t->vspace, t->desc.address + LANDED_AT, WALK_WRITE); }

int64_t grant_to_receiver(struct thread *t, struct message *m)
{
	struct thread *s = m->sender;
	unsigned n = min(s->desc.give_count, t->desc.accept_count);
	cap_t give[MESSAGE_CAPS_MAX];
	int32_t *landed;

	if (!user_read(s->vspace, give, s->desc.address + GIVE_AT, sizeof(give)))
		return deliver_hold_sender(t, m, s->desc.address, 1, PROT_READ);
	landed = landed_of(t);
	if (!landed) return fault_own(t, t->desc.address, sizeof(struct message_desc), PROT_WRITE);
	for (unsigned i = 0; i < n; i++)
		landed[i] = land(s, give[i], t);
	return n;
}

/* A new Connection's client capability for TAKER. Slot number, or -errno (the Connection is let go
 * again). */
static int32_t land_connection(struct connection *c, struct thread *taker)
{
	struct slot *to;
	cap_t at;
	int r = cspace_slot_free(taker->cspace, taker->desc.land_min, taker->desc.land_max, &to, &at);

	if (r < 0) {
		connection_release(c);
		return r;
	}
	connection_fill(c, to);
	to->flags = taker->desc.land_flags;
	return (int32_t)at;
}

int64_t grant_in_reply(struct thread *t, struct message *m)
{
	struct thread *client = m->sender;
	unsigned n = min(t->desc.give_count, client->desc.accept_count);
	bool connect = t->desc.give_flags & GIVE_CONNECT;
	struct message_desc d;
	int32_t *landed;

	if (!n || m != &client->call) return 0;
	if (!user_read(t->vspace, &d, t->desc.address, sizeof(d)))
		return fault_own(t, t->desc.address, sizeof(d), PROT_READ);
	landed = landed_of(client);
	if (!landed) {
		fault_sender(client, client->desc.address, sizeof(d), PROT_WRITE);
		return -EABSENT;
	}
	if (connect) {
		struct connection *c = connection_new(m->connection->home, d.connect_cookie);

		if (!c) return -ENOMEM;
		d.connect_id = connection_number(c);
		landed[0] = land_connection(c, client);
		user_write(t->vspace, t->desc.address + NUMBER_AT, &d.connect_id, sizeof(d.connect_id));
	}
	for (unsigned i = connect; i < n; i++)
		landed[i] = land(t, d.give[i], client);
	return 0;
}
