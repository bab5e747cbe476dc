/* SPDX-License-Identifier: 0BSD */
/* grant.c: capabilities in messages. */
#include "ipc/grant.h"

#include "ipc/deliver.h"
#include "ipc/fault.h"
#include "ipc/withdraw.h"
#include "mm/walk.h"
#include "obj/cspace.h"
#include "obj/thread.h"

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

/* T's descriptor, to be written; NULL when it is not present. */
static struct message_desc *desc_of(struct thread *t) { return walk_page(t->vspace, t->desc.address, WALK_WRITE); }

int64_t grant_to_receiver(struct thread *t, struct message *m)
{
	struct thread *s = m->sender;
	unsigned n = min(s->desc.give_count, t->desc.accept_count);
	const struct message_desc *theirs = walk_page(s->vspace, s->desc.address, WALK_READ);
	struct message_desc *own;

	if (!theirs) return deliver_hold_sender(t, m, s->desc.address, 1, PROT_READ);
	own = desc_of(t);
	if (!own) return fault_own(t, t->desc.address, sizeof(*own), PROT_WRITE);
	for (unsigned i = 0; i < n; i++) own->landed[i] = land(s, theirs->give[i], t);
	return n;
}

/* The Connection that D, which T replies with, asks for, for TAKER, who learns in *LANDED where it is, or why nowhere: then
 * it is as before. 0, -ENOMEM, -EINVAL (no such one), -EBUSY (it is not disconnected). */
static int64_t give_connection(struct thread *t, struct endpoint *ep, struct message_desc *d, struct thread *taker,
			       int32_t *landed)
{
	bool again = t->desc.give_flags & GIVE_REARM;
	struct connection *c =
	    again ? connection_from_number(ep, d->connect_id) : connection_new(ep, d->connect_cookie);
	int64_t r = c && again ? connection_rearm(c, d->connect_cookie) : 0;

	if (!c) return again ? -EINVAL : -ENOMEM;
	if (r < 0) return r;
	c->ready = d->give[0];
	r = connection_land(c, taker->cspace, taker->desc.land_min, taker->desc.land_max, taker->desc.land_flags);
	if (r < 0 && again)
		c->state = CONNECTION_DISCONNECTED;
	else if (r < 0)
		connection_release(c);
	*landed = (int32_t)r;
	d->connect_id = r < 0 ? 0 : connection_number(c);
	return 0;
}

int64_t grant_in_reply(struct thread *t, struct message *m)
{
	struct thread *client = m->sender;
	unsigned n = m->plain ? 0 : min(t->desc.give_count, client->desc.accept_count);
	bool connect = t->desc.give_count && t->desc.give_flags & GIVE_CONNECT;
	struct message_desc *d, *theirs = NULL;
	int64_t r = 0;

	if (m != &client->call || (!n && !connect)) return 0;
	d = walk_page(t->vspace, t->desc.address, connect ? WALK_WRITE : WALK_READ);
	if (!d) return fault_own(t, t->desc.address, sizeof(*d), connect ? PROT_WRITE : PROT_READ);
	if (n) {
		theirs = desc_of(client);
		if (!theirs) {
			fault_sender(client, client->desc.address, sizeof(*d), PROT_WRITE);
			return -EABSENT;
		}
	}
	if (connect && theirs)
		r = give_connection(t, m->connection->home, d, client, &theirs->landed[0]);
	else if (connect)
		d->connect_id = 0;
	for (unsigned i = connect; r == 0 && i < n; i++) theirs->landed[i] = land(t, d->give[i], client);
	return r;
}
