/* SPDX-License-Identifier: 0BSD */
/* socket.h: AF_UNIX sockets.
 *
 * A socket has a queue of what was sent to it. Sending puts into the peer's queue, so who waits for
 * room waits at its own socket, whose POLLOUT tells about the peer's queue.
 *
 * | state | peer | queue |
 * | --- | --- | --- |
 * | NEW | none | datagrams, if bound |
 * | LISTENING | none | –; `pending`: sockets that wait to be accepted |
 * | CONNECTED | the other; NULL when that has gone | what it sent |
 *
 * A stream's or seqpacket's two sockets are each other's peers. A datagram socket's peer is where
 * it sends to; that one knows its senders by `senders`, so that it can tell them when it goes.
 */
#pragma once

#include "name.h"
#include "queue.h"
#include "srv/srv.h"

#define SOCKET_PATH_MAX	   108
#define SOCKET_BACKLOG_MAX 128

enum socket_state { SOCKET_NEW, SOCKET_LISTENING, SOCKET_CONNECTED };

struct socket {
	struct srv_node node;
	enum socket_state state;
	uint32_t type;		   /* PROTO_SOCK_ */
	uint32_t shut;		   /* bits 1 << PROTO_SHUT_RD, _WR */
	int32_t error;		   /* SO_ERROR: told once */
	uint32_t pass_credentials; /* SO_PASSCRED: remembered for the library, which tells them */
	struct queue queue;
	struct socket *peer;
	struct list senders;	  /* datagram: sockets whose peer this is, and both of a pair of streams */
	struct list_node sending; /* in the peer's `senders` */
	struct list pending;	  /* LISTENING: `waiting` of those not yet accepted */
	struct list_node waiting;
	unsigned pending_count, backlog;
	struct proto_peer owner;	/* who made it, or called listen: SO_PEERCRED of the peer */
	struct proto_peer peer_owner;	/* at the time of connect */
	struct socket *found, *reached; /* collect.c: the next in its lists */
	unsigned inner;			/* of those who hold it, how many are in the first of them */
	bool is_found, is_reached;
	struct name name;
	bool binding; /* its name is being made, and there is room for it */
	uint16_t path_bytes;
	char path[SOCKET_PATH_MAX];
};

/* PATH_SOCKET: one socket, or a pair. */
int64_t socket_make(struct srv_request *r);

/* SOCK_NAME_BIND, SOCK_NAME_CONNECT: forwarded by a filesystem; the first capability is the socket.
 */
int64_t socket_bind(struct srv_request *r);
int64_t socket_connect(struct srv_request *r);
