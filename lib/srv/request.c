/* SPDX-License-Identifier: 0BSD */
/* request.c: turns: data and capabilities of requests and their answers.
 *
 * Data is not copied here. What an operation puts becomes a piece of the reply's descriptor; what comes with the
 * message is taken from words, from the receive buffer, or by msg_read straight to where it shall go. Only when an
 * answer has more pieces than a descriptor holds is it written in parts.
 */
#include "srv/state.h"

#include <parley/syscall.h>
#include <proto/layout.h>

/* The first eight bytes of a descriptor that says only where to receive. */
static const struct message_desc receive_only = {
    .receive_count = 1,
    .accept_count = MESSAGE_CAPS_MAX,
    .land_flags = SLOT_CLOEXEC,
};

void turn_begin(struct srv_turn *t, struct srv_request *r)
{
	*(uint64_t *)&t->desc = *(const uint64_t *)&receive_only;
	t->desc.piece[0].address = (uint64_t)t->text;
	t->desc.piece[0].length_bytes = r->srv->receive_bytes;
	t->request = r;
	t->room_bytes = r->flags & PROTO_WANT_INLINE ? PROTO_INLINE_MAX : MESSAGE_LENGTH_MAX;
	t->put_bytes = 0;
	t->sent_bytes = 0;
	t->received_bytes = 0;
	t->stored_bytes = 0;
	t->opened = NULL;
	t->once_count = 0;
	r->turn = t;
}

void turn_end(struct srv_turn *t)
{
	if (t->request)
		t->request->turn = NULL;
	t->request = NULL;
}

static void delete_once(struct srv_turn *t)
{
	for (uint32_t i = 0; i < t->once_count; i++)
		os_cspace_delete(CAP_SELF_CSPACE, t->once[i]);
	t->once_count = 0;
}

void turn_sent(struct srv_turn *t)
{
	struct srv_open *open = t->opened;

	if (open && t->desc.connect_id)
		open->connection = t->desc.connect_id;
	else if (open)
		open_close(state_of(t->request), open, 0);
	t->opened = NULL;
	delete_once(t);
}

void turn_drop(struct srv_turn *t)
{
	t->desc.connect_id = 0;
	turn_sent(t);
	*(uint64_t *)&t->desc = *(const uint64_t *)&receive_only;
	t->desc.piece[0].address = (uint64_t)t->text;
	t->desc.piece[0].length_bytes = t->request->srv->receive_bytes;
	t->put_bytes = 0;
	t->sent_bytes = 0;
}

bool turn_again(struct srv_turn *t, int64_t error)
{
	struct srv_state *s = state_of(t->request);

	if (error == -ENOMEM && t->opened)
		return open_grow(s) == 0;
	if (error == -EBUSY && t->opened) {
		/* The client that closed it died meanwhile: its pulse is still to come, and will be known by the
		 * number. */
		t->desc.give_flags = GIVE_CONNECT;
		t->opened->connection = 0;
		return true;
	}
	return false;
}

/* What is said instead of an answer that could not be given. */
static int64_t status_of(int64_t error) { return error == -ENOMEM ? -ENFILE : error == -EFAULT ? -EFAULT : -EIO; }

int64_t turn_reply(struct srv_turn *t, int64_t status)
{
	struct srv_request *r = t->request;
	int64_t error = t->sent_bytes && status >= 0 ? turn_flush(t) : 0;

	for (;;) {
		if (error == -ESRCH)
			t->desc.connect_id = 0; /* it went in, and did not come out */
		if (error == -ESRCH || error == -EABSENT)
			return error;
		if (error < 0 && !turn_again(t, error)) {
			turn_drop(t);
			status = status_of(error);
		}
		turn_seal(t);
		error = os_reply(state_of(r)->endpoint, r->id, status, &r->out, turn_desc(t));
		if (error == 0)
			return 0;
	}
}

/* The turn in which `r` is answered: a kept request gets the spare one when it needs it. */
static struct srv_turn *turn_of(struct srv_request *r)
{
	if (!r->turn)
		turn_begin(state_of(r)->spare, r);
	return r->turn;
}

/* ---- data out ---- */

/* All pieces in order, as they will lie in the client's buffer from sent_bytes on. */
int turn_flush(struct srv_turn *t)
{
	struct srv_request *r = t->request;
	int64_t written;

	if (t->desc.send_count) {
		written = os_msg_write(state_of(r)->endpoint, r->id, t->sent_bytes, (uint64_t)&t->desc);
		if (written < 0)
			return (int)written;
		/* The client has less room than it has asked for: there is no use in going on. */
		if ((uint64_t)written < t->put_bytes - t->sent_bytes)
			t->room_bytes = t->put_bytes;
	}
	t->sent_bytes = t->put_bytes;
	t->desc.send_count = 0;
	t->desc.piece[0].address = (uint64_t)t->text;
	t->desc.piece[0].length_bytes = r->srv->receive_bytes;
	return 0;
}

/* The receive piece stands behind the pieces to send. */
static int add_piece(struct srv_turn *t, const void *from, uint64_t bytes)
{
	struct message_piece *p = &t->desc.piece[t->desc.send_count];

	if (t->desc.send_count && p[-1].address + p[-1].length_bytes == (uint64_t)from) {
		p[-1].length_bytes += bytes;
		return 0;
	}
	if (t->desc.send_count == TURN_PIECES) {
		int error = turn_flush(t);

		if (error < 0)
			return error;
		p = t->desc.piece;
	}
	p[1] = p[0];
	p->address = (uint64_t)from;
	p->length_bytes = bytes;
	t->desc.send_count++;
	return 0;
}

int64_t srv_put(struct srv_request *r, const void *from, uint64_t bytes)
{
	struct srv_turn *t = turn_of(r);

	bytes = min(bytes, t->room_bytes - t->put_bytes);
	if (!bytes)
		return 0;
	if (r->flags & PROTO_WANT_INLINE) {
		memcpy((char *)&r->out.w[PROTO_INLINE_WORD] + t->put_bytes, from, bytes);
	} else {
		int error;

		if (bytes <= PROTO_INLINE_MAX && t->stored_bytes + bytes <= STORE_BYTES) {
			from = memcpy(t->store + t->stored_bytes, from, bytes);
			t->stored_bytes += (uint32_t)bytes;
		}
		error = add_piece(t, from, bytes);
		if (error < 0)
			return error;
	}
	t->put_bytes += bytes;
	t->room_bytes = max(t->room_bytes, t->put_bytes); /* it may just have become less: turn_flush */
	return (int64_t)bytes;
}

void *srv_scratch(struct srv_request *r) { return turn_of(r)->scratch; }

/* ---- data in ---- */

/* Data that needs no call: NULL if it must be fetched. */
static const char *data_at_hand(struct srv_request *r, uint64_t offset, uint64_t bytes)
{
	unsigned in_words = PROTO_INLINE(r->in.w[0]);

	if (in_words)
		return (const char *)&r->in.w[PROTO_INLINE_WORD] + offset;
	if (r->turn && offset + bytes <= r->turn->received_bytes)
		return r->turn->text + offset;
	return NULL;
}

static int fetch(struct srv_request *r, uint64_t offset, struct message_desc *desc, uint64_t bytes)
{
	int64_t got = os_msg_read(state_of(r)->endpoint, r->id, offset, (uint64_t)desc);

	return got < 0 ? (int)got : (uint64_t)got == bytes ? 0 : -EINVAL;
}

int srv_get(struct srv_request *r, uint64_t offset, void *to, uint64_t bytes)
{
	OS_DESC(1) d;
	const char *from;

	if (offset > r->data_bytes || bytes > r->data_bytes - offset)
		return -EINVAL;
	from = data_at_hand(r, offset, bytes);
	if (from) {
		memcpy(to, from, bytes);
		return 0;
	}
	*(uint64_t *)&d.desc = *(const uint64_t *)&(struct message_desc){.receive_count = 1};
	d.desc.piece[0] = (struct message_piece){(uint64_t)to, bytes};
	return fetch(r, offset, &d.desc, bytes);
}

int srv_get_pieces(struct srv_request *r, uint64_t offset, const struct message_piece *pieces, unsigned count)
{
	OS_DESC(MESSAGE_PIECES_MAX) d;
	const char *from;
	uint64_t bytes = 0;

	if (count > MESSAGE_PIECES_MAX)
		return -E2BIG;
	for (unsigned i = 0; i < count; i++)
		bytes += pieces[i].length_bytes;
	if (offset > r->data_bytes || bytes > r->data_bytes - offset)
		return -EINVAL;
	from = data_at_hand(r, offset, bytes);
	if (from) {
		for (unsigned i = 0; i < count; from += pieces[i++].length_bytes)
			memcpy((void *)pieces[i].address, from, pieces[i].length_bytes);
		return 0;
	}
	*(uint64_t *)&d.desc = *(const uint64_t *)&(struct message_desc){.receive_count = (uint16_t)count};
	memcpy(d.desc.piece, pieces, count * sizeof(*pieces));
	return fetch(r, offset, &d.desc, bytes);
}

int turn_text(struct srv_request *r)
{
	struct srv_turn *t = r->turn;
	uint32_t have = t->received_bytes;
	int error;

	if (r->data_bytes > TEXT_BYTES)
		return -ENAMETOOLONG;
	if (have >= r->data_bytes)
		return 0;
	error = srv_get(r, have, t->text + have, r->data_bytes - have);
	if (error == 0)
		t->received_bytes = (uint32_t)r->data_bytes;
	return error;
}

/* ---- capabilities ---- */

int64_t srv_take(struct srv_request *r, unsigned i)
{
	int64_t slot;

	if (i >= r->caps)
		return -EBADF;
	slot = r->came[i];
	r->came[i] = -EBADF;
	return slot;
}

void request_drop_caps(struct srv_request *r)
{
	for (unsigned i = 0; i < r->caps; i++) {
		if (r->came[i] >= 0)
			os_cspace_delete(CAP_SELF_CSPACE, (cap_t)r->came[i]);
	}
	r->caps = 0;
}

int srv_give(struct srv_request *r, cap_t slot, bool once)
{
	struct srv_turn *t = turn_of(r);

	if (t->desc.give_count == MESSAGE_CAPS_MAX)
		return -E2BIG;
	t->desc.give[t->desc.give_count++] = slot;
	if (once)
		t->once[t->once_count++] = slot;
	return 0;
}

int srv_give_open(struct srv_request *r, struct srv_node *node, uint32_t flags, struct srv_open **out)
{
	struct srv_state *s = state_of(r);
	struct srv_turn *t = turn_of(r);
	struct srv_open *open;
	int64_t slot;
	int error = open_new(r, node, flags, &open);

	if (error < 0)
		return error;
	if (!t->desc.give_count) {
		t->opened = open;
		t->desc.give_count = 1;
		t->desc.give_flags = open->connection ? GIVE_CONNECT | GIVE_REARM : GIVE_CONNECT;
		t->desc.connect_cookie = open_cookie(s, open);
		t->desc.connect_id = open->connection;
		*out = open;
		return 0;
	}
	slot = open_slot(s, open);
	error = slot < 0 ? (int)slot : srv_give(r, (cap_t)slot, true);
	if (error < 0) {
		/* As if it had not been opened: no ops->close, and the node stays the caller's. */
		open->failed = true;
		node_use(node);
		open_close(s, open, 0);
		node->uses--;
		return slot < 0 ? -ENFILE : error;
	}
	os_set_ready(s->endpoint, open->connection, node->ready | open->ready, 0);
	*out = open;
	return 0;
}
