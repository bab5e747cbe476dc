/* SPDX-License-Identifier: 0BSD */
/* socket_data.h: what goes through sockets, and their options. */
#pragma once

#include "socket.h"

/* The socket that a node is, or NULL. */
struct socket *socket_of(struct srv_node *node);
/* Not a datagram socket. */
bool socket_streams(const struct socket *s);
/* Sets poll bits, of the socket and of those who send to it, after its queue or state has changed.
 */
void socket_changed(struct socket *s);
/* Does another send fit into its queue? */
bool socket_room(const struct socket *s);

int64_t socket_read(struct srv_request *r, uint64_t offset, uint64_t length);
int64_t socket_write(struct srv_request *r, uint64_t offset, uint64_t length);
int64_t socket_send(struct srv_request *r, struct socket *s);
int64_t socket_recv(struct srv_request *r, struct socket *s);
int64_t socket_getopt(struct srv_request *r, struct socket *s);
int64_t socket_setopt(struct srv_request *r, struct socket *s);
