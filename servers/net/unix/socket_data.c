/* SPDX-License-Identifier: 0BSD */
/* socket_data.c: sending, receiving, options.
 *
 * What is sent goes into the peer's queue. A stream's send that does not fit goes on as room comes;
 * a record goes as a whole. Capabilities of a message are taken from it when everything else is
 * sure to succeed.
 */
#include "server.h"
#include "socket_data.h"

bool socket_room(const struct socket *s)
{
	return queue_space(&s->queue) >= (socket_streams(s) ? PIPE_ATOMIC_BYTES : BLOCK_DATA);
}

/* ---- sending ---- */

static int64_t check_send(const struct socket *s)
{
	if (s->state == SOCKET_LISTENING || (s->state == SOCKET_NEW && socket_streams(s)))
		return -ENOTCONN;
	if (s->state == SOCKET_NEW)
		return -EDESTADDRREQ;
	if (s->shut & 1 << PROTO_SHUT_WR || !s->peer || s->peer->shut & 1 << PROTO_SHUT_RD)
		return -EPIPE;
	return 0;
}

/* The i-th capability that came, for the queue. A socket or pipe of ours is held, not its capability: else one that lies in
 * its own queue would never end. */
static int64_t take_cap(struct srv_request *r, unsigned i)
{
	int64_t slot = srv_take(r, i);
	int64_t held = slot < 0 ? slot : srv_hold(&unix_server, (cap_t)slot);

	if (slot < 0 || held == -ESRCH)
		return slot;
	if (held < 0)
		block_drop_cap((cap_t)slot);
	return held < 0 ? held : (int64_t)(held | QUEUE_HELD);
}

/* All that came with the message. Answers their count, or an error with none taken. */
static int64_t take_caps(struct srv_request *r, cap_t *caps)
{
	for (unsigned i = 0; i < r->caps; i++) {
		int64_t cap = take_cap(r, i);

		if (cap < 0) {
			while (i--)
				block_drop_cap(caps[i]);
			return cap;
		}
		caps[i] = (cap_t)cap;
	}
	return r->caps;
}

/* `bytes` of the client's data, from `offset` on, into the peer's queue; with the capabilities if
 * these are the first. */
static int64_t put_into(struct srv_request *r, struct socket *peer, uint64_t offset, uint64_t bytes)
{
	struct proto_peer from = unix_sender(r);
	cap_t caps[MESSAGE_CAPS_MAX];
	struct queue_room room;
	int64_t status, count = 0;

	if (r->caps && !offset && !queue_caps_fit(from.uid, r->caps))
		return -ETOOMANYREFS;
	status = queue_reserve(&peer->queue, bytes, &from, r->caps && !offset, &room);
	if (status < 0)
		return status;
	status = srv_get_pieces(r, offset, room.piece, room.pieces);
	if (status == 0 && !offset)
		status = count = take_caps(r, caps);
	if (status < 0) {
		queue_cancel(&room);
		return status;
	}
	queue_commit(&peer->queue, &room, &from, caps, (unsigned)count);
	socket_changed(peer);
	return 0;
}

/* Not now: what has been sent, EAGAIN, or later. */
static int64_t send_later(struct srv_request *r, bool dont_wait)
{
	if (!dont_wait && !(r->open->flags & O_NONBLOCK))
		return srv_wait(r, POLLOUT);
	return r->done ? (int64_t)r->done : -EAGAIN;
}

static int64_t send_bytes(struct srv_request *r, struct socket *s, uint64_t length, bool dont_wait)
{
	do {
		uint64_t left = length - r->done;
		int64_t status = check_send(s);

		if (status < 0)
			return r->done ? (int64_t)r->done : status;
		if (s->type == PROTO_SOCK_STREAM && left > queue_space(&s->peer->queue))
			left = queue_space(&s->peer->queue);
		status = left || !length ? put_into(r, s->peer, r->done, left) : -EAGAIN;
		if (status == -EAGAIN)
			return send_later(r, dont_wait);
		if (status < 0)
			return status;
		r->done += left;
	} while (r->done < length);
	return (int64_t)length;
}

int64_t socket_write(struct srv_request *r, uint64_t offset, uint64_t length)
{
	return send_bytes(r, socket_of(r->node), length, false);
}

int64_t socket_send(struct srv_request *r, struct socket *s)
{
	if (s->type == PROTO_SOCK_STREAM && !r->data_bytes)
		return r->caps ? -EINVAL : 0; /* nothing that a receiver could tell from the end */
	return send_bytes(r, s, r->data_bytes, r->in.w[1] & PROTO_MSG_DONTWAIT);
}

/* ---- receiving ---- */

/* Is there nothing to wait for? 0 means: wait. 1: the end. */
static int64_t check_receive(const struct socket *s)
{
	if (s->state == SOCKET_LISTENING || (s->state == SOCKET_NEW && socket_streams(s)))
		return socket_streams(s) ? -ENOTCONN : 0;
	if (s->shut & 1 << PROTO_SHUT_RD)
		return 1;
	return socket_streams(s) && (!s->peer || s->peer->shut & 1 << PROTO_SHUT_WR);
}

static int64_t receive_nothing(struct srv_request *r, struct socket *s, bool dont_wait)
{
	int64_t end = check_receive(s);

	if (s->error) {
		end = -s->error;
		s->error = 0;
		socket_changed(s);
	}
	if (end < 0)
		return end;
	if (end)
		return 0;
	return dont_wait ? -EAGAIN : srv_wait(r, POLLIN);
}

/* Capabilities of the first block go along, unless this only peeks; the kernel drops what the
 * client has no room for. */
static unsigned give_caps(struct srv_request *r, struct queue *q)
{
	cap_t caps[MESSAGE_CAPS_MAX];
	unsigned count = queue_take_caps(q, q->head, caps);

	for (unsigned i = 0; i < count; i++) {
		if (caps[i] & QUEUE_HELD)
			srv_give_held(r, caps[i] & ~QUEUE_HELD);
		else if (srv_give(r, caps[i], true) < 0)
			block_drop_cap(caps[i]);
	}
	return count;
}

/* Up to `bytes` of what queue_next says into the answer. */
static int64_t put_out(struct srv_request *r, const struct queue *q, uint64_t bytes)
{
	uint64_t put = 0;

	for (const struct block *b = q->head; b && put < bytes; b = b->next) {
		uint64_t here = (uint64_t)b->end - b->start, left = bytes - put;
		int64_t got = srv_put(r, b->data + b->start, here < left ? here : left);

		if (got < 0)
			return got;
		put += (uint64_t)got;
		if ((uint64_t)got < (here < left ? here : left))
			break;
	}
	return (int64_t)put;
}

/* What SOCK_RECV answers besides data. */
static void tell(struct srv_request *r, struct queue *q, bool more, bool peek)
{
	r->out.w[1] = more && q->records ? PROTO_MSG_TRUNC : 0;
	r->out.w[2] = peek ? 0 : give_caps(r, q);
	r->out.w[3] = q->head->from.pid;
	r->out.w[4] = q->head->from.uid;
	r->out.w[5] = q->head->from.gid;
	r->out.w[6] = 0;
}

/* The answer to a read may lie in words, so it is not `told` anything else. */
static int64_t receive(struct srv_request *r, struct socket *s, uint64_t length, uint64_t flags, bool told)
{
	struct queue *q = &s->queue;
	uint64_t bytes;
	int64_t got;
	bool more;

	if (!q->head)
		return receive_nothing(r, s, flags & PROTO_MSG_DONTWAIT);
	bytes = queue_next(q, length, &more);
	got = put_out(r, q, bytes);
	if (got < 0)
		return got;
	if (told)
		tell(r, q, more, flags & PROTO_MSG_PEEK);
	if (flags & PROTO_MSG_PEEK)
		return got;
	queue_take(q, (uint64_t)got, q->records);
	socket_changed(s);
	return got;
}

int64_t socket_read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	return receive(r, socket_of(r->node), length, 0, false);
}

/* MSG_WAITALL is the library's business: it asks again for the rest. */
int64_t socket_recv(struct srv_request *r, struct socket *s) { return receive(r, s, r->in.w[2], r->in.w[1], true); }

/* ---- options ---- */

static int64_t answer_number(struct srv_request *r, uint32_t value)
{
	uint32_t *out = srv_scratch(r);

	*out = value;
	return srv_put(r, out, sizeof(*out));
}

int64_t socket_getopt(struct srv_request *r, struct socket *s)
{
	struct proto_peer *peer;
	int32_t error = s->error;

	if (r->in.w[1] != PROTO_SOL_SOCKET)
		return -ENOPROTOOPT;
	switch (r->in.w[2]) {
	case PROTO_SO_TYPE:
		return answer_number(r, s->type);
	case PROTO_SO_ACCEPTCONN:
		return answer_number(r, s->state == SOCKET_LISTENING);
	case PROTO_SO_PASSCRED:
		return answer_number(r, s->pass_credentials);
	case PROTO_SO_SNDBUF:
	case PROTO_SO_RCVBUF:
		return answer_number(r, s->queue.limit * (uint32_t)BLOCK_DATA);
	case PROTO_SO_ERROR:
		s->error = 0;
		socket_changed(s);
		return answer_number(r, (uint32_t)error);
	case PROTO_SO_PEERCRED:
		if (s->state != SOCKET_CONNECTED)
			return -ENOTCONN;
		peer = srv_scratch(r);
		*peer = s->peer_owner;
		return srv_put(r, peer, sizeof(*peer));
	default:
		return -ENOPROTOOPT;
	}
}

/* The size of the own queue can be set within its limit. */
int64_t socket_setopt(struct srv_request *r, struct socket *s)
{
	uint32_t value, blocks;
	int status;

	if (r->in.w[1] != PROTO_SOL_SOCKET)
		return -ENOPROTOOPT;
	if (r->data_bytes != sizeof(value))
		return -EINVAL;
	status = srv_get(r, 0, &value, sizeof(value));
	if (status < 0)
		return status;
	switch (r->in.w[2]) {
	case PROTO_SO_PASSCRED:
		s->pass_credentials = value != 0;
		return 0;
	case PROTO_SO_RCVBUF:
		blocks = value / (uint32_t)BLOCK_DATA + 1;
		s->queue.limit = blocks < 2 ? 2 : blocks < QUEUE_BLOCKS_MAX ? blocks : QUEUE_BLOCKS_MAX;
		if (s->queue.limit < s->queue.blocks)
			s->queue.limit = s->queue.blocks;
		socket_changed(s);
		return 0;
	case PROTO_SO_SNDBUF:
		return 0; /* there is one queue, the receiver's */
	default:
		return -ENOPROTOOPT;
	}
}
