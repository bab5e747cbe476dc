/* SPDX-License-Identifier: 0BSD */
/* names.h: the names in a directory that is kept in memory: for tables of operations to call.
 *
 * Names are found by a hash and stand in the order in which they were made, each with a place of its own that it keeps,
 * so that a reader of the directory misses nothing and sees nothing twice whatever is made and removed meanwhile.
 */
#ifndef SRV_NAMES_H
#define SRV_NAMES_H

#include "lib/tree.h"
#include "srv/srv.h"

/* Zeros: an empty one. */
struct names {
	struct tree hashes, places;
	uint64_t last_place;
	uint32_t count;
};

/* NULL: no such name. */
struct srv_node *names_find(struct names *names, struct srv_name name);
/* The name is new. -ENOMEM. */
int names_add(struct names *names, struct srv_name name, struct srv_node *node);
/* The name is there: it means `node` from now on, or (remove) nothing. */
void names_set(struct names *names, struct srv_name name, struct srv_node *node);
void names_remove(struct names *names, struct srv_name name);
/* srv_ops.readdir. */
int names_read(struct names *names, uint64_t place, struct srv_dir *out);
/* The name of `node`, and a NUL. -ENOENT. */
int names_of(struct names *names, const struct srv_node *node, char *name);

#endif
