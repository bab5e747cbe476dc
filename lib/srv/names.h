/* SPDX-License-Identifier: 0BSD */
/* names.h: the names in a directory that is kept in memory: for tables of operations to call.
 *
 * Names are found by a hash and stand in the order in which they were made, each with a place of its own that it keeps,
 * so that a reader of the directory misses nothing and sees nothing twice whatever is made and removed meanwhile. The
 * memory of a name is the server's.
 */
#pragma once

#include "lib/tree.h"
#include "srv/srv.h"

/* Zeros: an empty one. */
struct names {
	struct tree hashes, places;
	uint64_t next_place;
	uint32_t count;
};

struct names_entry {
	struct tree_node by_hash, by_place;
	struct srv_node *node; /* what it means: the server may exchange it */
	struct srv_name name;  /* its text stays the server's */
};

/* NULL: no such name. */
struct names_entry *names_find(struct names *names, struct srv_name name);
/* Adds `entry`, whose node and name are filled in and new, at the next place, or at the place that it had before. */
void names_add(struct names *names, struct names_entry *entry);
void names_add_at(struct names *names, struct names_entry *entry, uint64_t place);
void names_remove(struct names *names, struct names_entry *entry);
/* srv_ops.readdir. */
int names_read(struct names *names, uint64_t place, struct srv_dir *out);
/* The name of `node`, and a NUL. -ENOENT. */
int names_of(struct names *names, const struct srv_node *node, char *name);
