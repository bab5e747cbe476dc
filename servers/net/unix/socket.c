/* SPDX-License-Identifier: 0BSD */
/* socket.c: life and connections of sockets; data is in socket_data.c.
 *
 * As with pipes, socket_changed sets the poll bits to what is true, after every change, for the
 * socket and for those whose POLLOUT depends on its queue.
 */
#include <parley/heap.h>
#include "collect.h"
#include "lib/string.h"
#include "server.h"
#include "socket_data.h"

static const struct srv_ops socket_ops;

struct socket *socket_of(struct srv_node *node)
{
	return node->ops == &socket_ops ? container_of(node, struct socket, node) : NULL;
}

bool socket_streams(const struct socket *s) { return s->type != PROTO_SOCK_DGRAM; }

/* What the socket itself can do now. */
static void set_bits(struct socket *s)
{
	bool ended =
	    socket_streams(s) && s->state == SOCKET_CONNECTED && (!s->peer || s->peer->shut & 1 << PROTO_SHUT_WR);
	bool hung = socket_streams(s) && s->state == SOCKET_CONNECTED && !s->peer;
	bool readable = s->queue.head || !list_empty(&s->pending) || ended || s->shut & 1 << PROTO_SHUT_RD;
	bool writable = hung || s->shut & 1 << PROTO_SHUT_WR || (s->peer ? socket_room(s->peer) : !socket_streams(s));
	uint32_t bits = (readable ? POLLIN : 0) | (writable ? POLLOUT : 0) | (hung ? POLLHUP : 0) |
			(ended ? POLLRDHUP : 0) | (s->error ? POLLERR : 0);

	srv_ready(&unix_server, &s->node, bits, (POLLIN | POLLOUT | POLLHUP | POLLRDHUP | POLLERR) & ~bits);
}

void socket_changed(struct socket *s)
{
	set_bits(s);
	list_for_each (node, &s->senders)
		set_bits(list_entry(node, struct socket, sending));
}

static struct socket *socket_new(uint32_t type, struct proto_peer owner)
{
	struct socket *s = os_alloc(sizeof(*s));

	if (!s)
		return NULL;
	srv_node_init(&s->node, &socket_ops, unix_inode(), S_IFSOCK | 0777);
	s->node.links = 0;
	s->node.uid = owner.uid;
	s->node.gid = owner.gid;
	s->type = type;
	s->owner = owner;
	queue_init(&s->queue, type != PROTO_SOCK_STREAM);
	list_init(&s->senders);
	list_init(&s->pending);
	return s;
}

static void set_peer(struct socket *s, struct socket *peer)
{
	if (s->peer)
		list_remove(&s->sending);
	s->peer = peer;
	if (peer)
		list_push_back(&peer->senders, &s->sending);
}

static void free_if_unused(struct socket *s)
{
	if (!s->node.uses && !list_linked(&s->waiting))
		os_free(s, sizeof(*s));
}

static void stop_binding(struct socket *s)
{
	if (s->binding)
		name_unreserve();
	s->binding = false;
}

/* The last open file has gone, or the listener that it waited at: everybody who knows the socket is
 * told. Loops over those who send to it and those who wait at it, which are limited by the count of
 * opens and by the backlog. */
static void socket_end(struct socket *s)
{
	struct list_node *node;

	stop_binding(s);
	name_leave(&s->name);
	while ((node = list_first(&s->senders))) {
		struct socket *sender = list_entry(node, struct socket, sending);

		set_peer(sender, NULL);
		if (socket_streams(s) && s->queue.head)
			sender->error = ECONNRESET;
		else if (!socket_streams(s))
			sender->state = SOCKET_NEW;
		set_bits(sender);
	}
	queue_clear(&s->queue);
	while ((node = list_pop_front(&s->pending))) {
		struct socket *waiting = list_entry(node, struct socket, waiting);

		socket_end(waiting); /* never itself a listener, so this goes no deeper */
		free_if_unused(waiting);
	}
	if (s->peer) {
		struct socket *peer = s->peer;

		set_peer(s, NULL);
		socket_changed(peer);
	}
}

static void connect_pair(struct socket *a, struct socket *b)
{
	set_peer(a, b);
	set_peer(b, a);
	a->state = b->state = SOCKET_CONNECTED;
	a->peer_owner = b->owner;
	b->peer_owner = a->owner;
}

static int give_socket(struct srv_request *r, struct socket *s, uint64_t flags)
{
	struct srv_open *open;

	return srv_give_open(r, &s->node, O_RDWR | (uint32_t)(flags & O_NONBLOCK), &open);
}

static int64_t make_pair(struct srv_request *r, uint32_t type)
{
	struct socket *a = socket_new(type, unix_sender(r)), *b = socket_new(type, unix_sender(r));
	int64_t status = a && b ? 0 : -ENOMEM;

	if (status == 0)
		status = give_socket(r, a, r->in.w[4]);
	if (status == 0)
		status = give_socket(r, b, r->in.w[4]);
	if (status == 0) {
		connect_pair(a, b);
		socket_changed(a);
		return 0;
	}
	if (a)
		free_if_unused(a);
	if (b)
		free_if_unused(b);
	return status;
}

int64_t socket_make(struct srv_request *r)
{
	uint32_t type = (uint32_t)r->in.w[2];
	struct socket *s;
	int64_t status;

	if (type != PROTO_SOCK_STREAM && type != PROTO_SOCK_DGRAM && type != PROTO_SOCK_SEQPACKET)
		return -EPROTOTYPE;
	if (r->flags & PATH_PAIR)
		return make_pair(r, type);
	s = socket_new(type, unix_sender(r));
	if (!s)
		return -ENOMEM;
	status = give_socket(r, s, r->in.w[4]);
	if (status == 0)
		socket_changed(s);
	else
		free_if_unused(s);
	return status;
}

/* ---- names ---- */

/* The socket that the client gave along; NULL: none, or of another server. */
static struct socket *given_socket(struct srv_request *r)
{
	int64_t slot = r->caps ? srv_take(r, 0) : -EBADF;
	struct srv_open *open = slot < 0 ? NULL : srv_identify(&unix_server, (cap_t)slot);

	if (slot >= 0)
		block_drop_cap((cap_t)slot);
	return open && S_ISSOCK(open->node->mode) ? socket_of(open->node) : NULL;
}

int64_t socket_bind(struct srv_request *r)
{
	struct socket *s = given_socket(r);

	if (!s)
		return -ENOTSOCK;
	if (s->name.kind != NAME_NONE)
		return -EINVAL;
	stop_binding(s);
	return name_enter(&s->name, NAME_SOCKET, r->in.w[1], r->in.w[2]);
}

/* Asked before a filesystem makes the name: what is refused afterwards leaves a name that is nobody's. */
static int64_t socket_binding(struct srv_request *r, struct socket *s)
{
	int64_t status = 0;

	if (!r->in.w[1])
		stop_binding(s);
	else if (s->name.kind != NAME_NONE || s->binding)
		status = -EINVAL;
	else
		status = name_reserve();
	if (r->in.w[1] && status == 0)
		s->binding = true;
	return status;
}

/* A stream: a socket of the listener's is made, connected, and waits to be accepted. */
static int64_t connect_stream(struct socket *s, struct socket *to)
{
	struct socket *theirs;

	if (s->state == SOCKET_CONNECTED)
		return -EISCONN;
	if (s->state == SOCKET_LISTENING)
		return -EINVAL;
	if (to->state != SOCKET_LISTENING)
		return -ECONNREFUSED;
	if (to->pending_count >= to->backlog)
		return -EAGAIN;
	theirs = socket_new(s->type, to->owner);
	if (!theirs)
		return -ENOMEM;
	connect_pair(s, theirs);
	theirs->path_bytes = to->path_bytes;
	memcpy(theirs->path, to->path, to->path_bytes);
	list_push_back(&to->pending, &theirs->waiting);
	to->pending_count++;
	socket_changed(to);
	socket_changed(theirs);
	return 0;
}

int64_t socket_connect(struct srv_request *r)
{
	struct socket *s = given_socket(r);
	struct name *name = name_find(NAME_SOCKET, r->in.w[1], r->in.w[2]);
	struct socket *to = name ? container_of(name, struct socket, name) : NULL;

	if (!s)
		return -ENOTSOCK;
	if (!to)
		return -ECONNREFUSED;
	if (to->type != s->type)
		return -EPROTOTYPE;
	if (socket_streams(s))
		return connect_stream(s, to);
	set_peer(s, to);
	s->state = SOCKET_CONNECTED;
	s->peer_owner = to->owner;
	set_bits(s);
	return 0;
}

/* ---- operations on a socket ---- */

static int64_t socket_listen(struct srv_request *r, struct socket *s)
{
	uint64_t backlog = r->in.w[1];

	if (!socket_streams(s))
		return -EOPNOTSUPP;
	if (s->state == SOCKET_CONNECTED)
		return -EINVAL;
	if (s->name.kind == NAME_NONE)
		return -EDESTADDRREQ;
	s->state = SOCKET_LISTENING;
	s->owner = unix_sender(r);
	s->backlog = backlog < 1 ? 1 : backlog < SOCKET_BACKLOG_MAX ? (unsigned)backlog : SOCKET_BACKLOG_MAX;
	return 0;
}

static int64_t socket_accept(struct srv_request *r, struct socket *s)
{
	struct list_node *first = list_first(&s->pending);
	struct socket *theirs;
	int64_t status;

	if (s->state != SOCKET_LISTENING)
		return socket_streams(s) ? -EINVAL : -EOPNOTSUPP;
	if (!first)
		return srv_wait(r, POLLIN);
	theirs = list_entry(first, struct socket, waiting);
	status = give_socket(r, theirs, r->in.w[1]);
	if (status < 0)
		return status;
	list_remove(first);
	s->pending_count--;
	socket_changed(s);
	return 0;
}

static int64_t socket_shutdown(struct srv_request *r, struct socket *s)
{
	uint64_t how = r->in.w[1];

	if (how > PROTO_SHUT_RDWR)
		return -EINVAL;
	if (s->state != SOCKET_CONNECTED)
		return -ENOTCONN;
	if (how != PROTO_SHUT_WR)
		s->shut |= 1 << PROTO_SHUT_RD;
	if (how != PROTO_SHUT_RD)
		s->shut |= 1 << PROTO_SHUT_WR;
	socket_changed(s);
	if (s->peer)
		socket_changed(s->peer);
	return 0;
}

static int64_t socket_name(struct srv_request *r, struct socket *s)
{
	struct socket *of = r->in.w[1] ? s->peer : s;

	if (!of)
		return -ENOTCONN;
	return srv_put(r, of->path, of->path_bytes);
}

/* By which path it was bound only the program knows: `sys` and the filesystem have hidden parts of
 * it. */
static int64_t socket_set_name(struct srv_request *r, struct socket *s)
{
	int status;

	if (s->name.kind == NAME_NONE || r->data_bytes > SOCKET_PATH_MAX)
		return -EINVAL;
	status = srv_get(r, 0, s->path, r->data_bytes);
	if (status == 0)
		s->path_bytes = (uint16_t)r->data_bytes;
	return status;
}

static int64_t socket_message(struct srv_request *r)
{
	struct socket *s = socket_of(r->node);

	switch (r->op) {
	case SOCK_SEND:
		return socket_send(r, s);
	case SOCK_RECV:
		return socket_recv(r, s);
	case SOCK_LISTEN:
		return socket_listen(r, s);
	case SOCK_ACCEPT:
		return socket_accept(r, s);
	case SOCK_SHUTDOWN:
		return socket_shutdown(r, s);
	case SOCK_BINDING:
		return socket_binding(r, s);
	case SOCK_NAME:
		return socket_name(r, s);
	case SOCK_SET_NAME:
		return socket_set_name(r, s);
	case SOCK_GETOPT:
		return socket_getopt(r, s);
	case SOCK_SETOPT:
		return socket_setopt(r, s);
	default:
		return -ENOSYS;
	}
}

/* A socket is opened once: copies of a descriptor share the open file. */
static int socket_close(struct srv_open *open)
{
	socket_end(socket_of(open->node));
	return 0;
}

static void socket_orphaned(struct srv_open *open) { collect_from(socket_of(open->node)); }

static void socket_release(struct srv_node *node) { free_if_unused(socket_of(node)); }

static int64_t socket_control(struct srv_request *r, uint64_t request, uint64_t value)
{
	struct socket *s = socket_of(r->node);

	return unix_control_count(r, request, s->queue.head ? s->queue.bytes : 0);
}

static const struct srv_ops socket_ops = {
    .read = socket_read,
    .write = socket_write,
    .control = socket_control,
    .close = socket_close,
    .orphaned = socket_orphaned,
    .release = socket_release,
    .message = socket_message,
};
