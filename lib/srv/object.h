/* SPDX-License-Identifier: 0BSD */
/* object.h: files as memory objects: `sys` asks for pages when somebody who maps the file touches them, and gets slices
 * of the Extents in which the file lies. So what is mapped is the file's own memory, never a copy.
 */
#pragma once

#include "srv/srv.h"

struct object_store;

/* One file's; zeros: there is no object yet. */
struct object {
	cap_t slot;	 /* 0: none */
	uint32_t number; /* under which it lies with the supervisor, + 1; 0: it does not */
	uint32_t name;
	uint64_t bytes;
	struct object *next;
};

/* Those of a server. */
struct object_store {
	struct srv *srv;
	/* Where page `index` of the file is: the slot of an Extent, and the page's place in it. Answers how many pages
	 * lie there one behind the other, up to `wanted`; 0: there is no such page, nor room for it. */
	uint64_t (*find)(struct object *object, uint64_t index, uint64_t wanted, cap_t *extent, uint64_t *place);
	/* Its own. */
	struct object *all;
	uint32_t names;
	struct srv_event event;
};

/* srv_ops.map: the object of `bytes`, made at the first time. */
int64_t object_map(struct srv_request *r, struct object_store *store, struct object *object, uint64_t bytes);
/* The file has another length: what was mapped beyond is taken away. */
void object_resize(struct object *object, uint64_t bytes);
/* Does anybody map it? */
bool object_is_mapped(const struct object *object);
/* The object ends; whoever maps it still has what has been supplied, and nothing more. */
void object_end(struct object_store *store, struct object *object);
/* After a restart, once there is an endpoint: if the object lies with the supervisor it is gone on with, of so many
 * bytes; else there is none. */
void object_recall(struct object_store *store, struct object *object, uint64_t bytes);
