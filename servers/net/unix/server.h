/* SPDX-License-Identifier: 0BSD */
/* server.h: what the parts of this server share. */
#pragma once

#include "queue.h"
#include "srv/srv.h"

extern struct srv unix_server;

/* A new inode number. */
uint64_t unix_inode(void);

/* Who sent `r`; zeros with uid and gid -1 if `sys` does not tell. */
struct proto_peer unix_sender(struct srv_request *r);

/* FIONREAD: `bytes`; any other request: -ENOTTY. */
int64_t unix_control_count(struct srv_request *r, uint64_t request, uint64_t bytes);
