/* SPDX-License-Identifier: 0BSD */
/* path.h: path operations, behind the walk. */
#pragma once

#include "srv/state.h"
#include "srv/walk.h"

/* Walks the first text of `r`, with what the caller has set in `w` (follow, parent). 0, PATH_REDIRECT (answered),
 * -errno. walk_end in any case. */
int64_t path_walk(struct srv_request *r, struct walk *w);

/* The second text: what is behind the first one. */
struct srv_name path_second(struct srv_request *r);

/* walk.search: `context` is the request. */
int path_search(struct walk *w, struct srv_node *dir);

/* May names in `dir` be changed: 0 or -errno. */
int path_may_change(struct srv_request *r, struct srv_node *dir);

/* Makes a node at w->dir, w->last, which names nothing. r->node is it. */
int64_t path_create(struct srv_request *r, struct walk *w, uint32_t mode, uint64_t rdevice, struct srv_name target);

/* Lets the unix server go on with the request, as `op` about r->node. */
int64_t path_to_unix(struct srv_request *r, uint32_t op, uint64_t flags);

int64_t path_open(struct srv_request *r);
int64_t path_make(struct srv_request *r); /* MKDIR, MKNOD, SYMLINK, BIND */
int64_t path_unlink(struct srv_request *r);
int64_t path_move(struct srv_request *r); /* RENAME, LINK */
