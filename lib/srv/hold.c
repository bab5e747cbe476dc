/* SPDX-License-Identifier: 0BSD */
/* hold.c: open files that the server itself refers to.
 *
 * A server that keeps a capability to one of its own Connections is never told that the last client has gone: it is a client
 * itself. So it holds the open file instead, and makes a new capability when it hands the file on. An open file that no
 * client has, but that is held, is an *orphan*: nobody can ask for it. It ends when nothing holds it.
 *
 * An orphan whose state may have changed gets its Connection's pulse once more (open_end_again): so ends of many, each of
 * which ends others, are messages one after the other, and never nest.
 *
 * A Connection with no client left and whose end has not been received yet cannot be given to a new one, since a CLOSE for
 * it may lie in the queue. The open file takes that of a spare then, which waits with the old one for its end.
 */
#include "srv/state.h"

#include <parley/syscall.h>
#include <proto/layout.h>

#define INFO_RIGHTS(w) ((w) >> 8 & 0xff)
#define CLIENT_DEPTH   1 /* of a capability that nobody has lent and can take back */

/* May what lies in `slot` be exchanged for one that is made anew? That one could send, and nobody could revoke it. */
static bool is_plain(cap_t slot)
{
	struct os_words out;

	return os_cspace_info(CAP_SELF_CSPACE, slot, &out) == 0 && INFO_RIGHTS(out.w[0]) & RIGHT_CONNECTION_SEND &&
	       out.w[1] == CLIENT_DEPTH;
}

int64_t srv_hold(struct srv *srv, cap_t slot)
{
	struct srv_open *open = srv_identify(srv, slot);

	if (!open)
		return -ESRCH;
	if (!is_plain(slot))
		return -EPERM;
	if (open->held == UINT16_MAX)
		return -ETOOMANYREFS;
	open->held++;
	os_cspace_delete(CAP_SELF_CSPACE, slot);
	return open - srv->state->opens;
}

struct srv_open *srv_held(struct srv *srv, uint32_t number) { return &srv->state->opens[number]; }

void srv_let_go(struct srv *srv, uint32_t number)
{
	struct srv_open *open = srv_held(srv, number);

	open->held--;
	/* If it cannot be rearmed, its end is still to come: open_end looks again. */
	if (open->orphan && open_is_nobodys(srv->state, open))
		open_end_again(srv->state, open);
}

/* Is a message of a client of `open` being served, or parked? It was sent before any CLOSE could be. */
static bool is_asked(struct srv_request *r, const struct srv_open *open)
{
	if (r->open == open)
		return true;
	list_for_each (node, &state_of(r)->parked)
		if (list_entry(node, struct srv_request, all)->open == open)
			return true;
	return false;
}

/* One more capability for a client, where somebody else has or uses one. -ESRCH: perhaps nobody does. */
static int64_t slot_beside(struct srv_request *r, const struct srv_open *open)
{
	struct os_words out;
	int64_t slot;

	if (open->orphan)
		return -ESRCH;
	slot = os_connection_open(state_of(r)->endpoint, open->connection, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX - 1, 0);
	if (slot < 0)
		return slot;
	if (os_cspace_info(CAP_SELF_CSPACE, (cap_t)slot, &out) == 0 && (out.w[2] > 1 || is_asked(r, open)))
		return slot;
	os_cspace_delete(CAP_SELF_CSPACE, (cap_t)slot);
	return -ESRCH;
}

/* Of the Connection of a spare, which takes the old one and waits for its end. */
static int64_t slot_elsewhere(struct srv_state *s, struct srv_open *open)
{
	struct srv_open *spare = open_spare(s, open->uid);
	int64_t slot = spare ? open_slot(s, spare) : -ENFILE;
	uint64_t old = open->connection;

	if (slot < 0) {
		if (spare)
			open_unspare(s, spare);
		return slot;
	}
	open->connection = spare->connection;
	spare->connection = old;
	os_set_cookie(s->endpoint, open->connection, open_cookie(s, open));
	os_set_cookie(s->endpoint, old, open_cookie(s, spare));
	return slot;
}

static int64_t slot_of(struct srv_request *r, struct srv_open *open)
{
	struct srv_state *s = state_of(r);
	int64_t slot = slot_beside(r, open);

	if (slot != -ESRCH)
		return slot;
	return open->orphan && open_is_nobodys(s, open) ? open_slot_ready(s, open) : slot_elsewhere(s, open);
}

int srv_give_held(struct srv_request *r, uint32_t number)
{
	struct srv_state *s = state_of(r);
	struct srv_open *open = srv_held(r->srv, number);
	int64_t slot = slot_of(r, open);
	int error;

	if (slot < 0) {
		srv_let_go(r->srv, number);
		return (int)slot;
	}
	open->orphan = false; /* if the client does not take it, the last capability ends with the answer */
	open->held--;
	os_set_ready(s->endpoint, open->connection, open->node->ready | open->ready, 0);
	error = srv_give(r, (cap_t)slot, true);
	if (error < 0)
		os_cspace_delete(CAP_SELF_CSPACE, (cap_t)slot);
	return error;
}
