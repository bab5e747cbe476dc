/* SPDX-License-Identifier: 0BSD */
/* context.h: filesystem contexts and the directories that `sys` serves itself. */
#pragma once

#include "path/namespace.h"
#include "path/path.h"
#include "path/resolve.h"

struct context {
	struct handle handle; /* first */
	uint32_t id;
	uint32_t references; /* threads, builds, the handle's Connection */
	bool opened;	     /* the Connection holds one */
	bool owner;	     /* has cloned its name space, so may mount */
	bool mounts;	     /* may mount when its user is root */
	struct namespace *ns;
	char *root; /* physical, "" or without a final '/'; heap, root_len bytes (NULL if 0) */
	unsigned root_len;
	cap_t cwd; /* the working directory as it was told; CAP_NONE: not known */
	struct list_node all;
};

/* A directory that `sys` serves, opened. Keeps its path, not the node: that may go. */
struct directory {
	struct handle handle; /* first */
	struct namespace *ns;
	unsigned root_len, path_len; /* the root is the path's beginning */
	uint32_t place;		     /* of FILE_READDIR: names with greater ids are to come */
	char path[];
};

static inline struct context *context_of(struct handle *h) { return container_of(h, struct context, handle); }
struct context *context_next(const struct context *c);
struct context *context_lookup(uint32_t id);
/* Replaces the root. -ENOMEM. */
int context_set_root(struct context *c, const char *path, unsigned len);

/* The requests of sys' own directories (directory.c): R names one. */
int64_t directory_path_request(struct request *q, struct resolve *r);
/* Names right below NODE (NULL: none) with ids above *place, as proto_dirent records: bytes used;
 * *place goes along. */
unsigned directory_names(const struct node *node, uint32_t *place, char *to, unsigned room);
/* Mounts from number *place on, as the sender of Q (NULL: nobody in particular) sees them, as proto_mount records:
 * bytes used; *place is where to go on, 0: the end. */
unsigned namespace_list(const struct request *q, const struct namespace *ns, uint64_t *place, char *to, unsigned room);
