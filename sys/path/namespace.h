/* SPDX-License-Identifier: 0BSD */
/* namespace.h: the prefix table: which server's tree appears where.
 *
 * A name space is a trie of path components. A node is there because something is mounted at it or
 * below it. All children of all nodes stand in one balanced tree by a hash of (parent, name), so
 * the look-up of a path costs its components, not the number of mounts.
 *
 * A mount has a number that never comes again in this run of the system. Clones share mounts, so a
 * number means the same in all name spaces that have it; it says nothing in one that has not.
 */
#pragma once

#include "lib/list.h"
#include "lib/tree.h"
#include "main/handle.h"

#include <stdbool.h>
#include <stdint.h>
#include <abi/object.h>

#define NAMESPACE_MOUNTS_MAX 1024
/* The number that stands for the prefix "/" itself, whether or not something is mounted there. */
#define MOUNT_ROOT 1u

struct mount {
	uint32_t number;
	uint32_t references; /* nodes that it stands at, in all name spaces */
	uint32_t server;     /* pid of who mounted it */
	uint32_t flags;	     /* NS_MOUNT_ */
	cap_t slot;	     /* Connection to the directory, or to the object */
};

struct node {
	struct tree_node by_name;
	struct tree_node by_number; /* linked when something is mounted here */
	struct list_node sibling;
	struct list children;
	struct node *parent;
	struct mount *mount; /* NULL: nothing is mounted here */
	uint32_t mounts;     /* here and below */
	uint32_t synthetic;  /* of those: with NS_MOUNT_SYNTHETIC */
	uint32_t id;	     /* within the name space: inode of a synthetic directory */
	uint16_t path_bytes; /* length of the whole prefix; 0: the root */
	uint8_t name_bytes;
	char name[];
};

struct namespace
{
	uint32_t id;
	uint32_t references;
	uint32_t mounts;
	uint32_t next_node;
	struct tree names;
	struct tree numbers;
	struct list_node all; /* list of all name spaces */
	struct list waiting;  /* NS_WAIT: see mount.c */
	struct node *root;
	/* [0] names it, [1] also has the right to mount (handle.rights 1) */
	struct handle handle[2];
	bool opened[2]; /* the handle's Connection holds a reference */
};

/* An empty one with one reference. -ENOMEM. */
int namespace_new(struct namespace **out);
/* A new one with the same mounts. -ENOMEM. */
int namespace_clone(const struct namespace *from, struct namespace **out);
void namespace_get(struct namespace *ns);
/* Drops a reference; the last one takes everything down. */
void namespace_put(struct namespace *ns);

/* A mount that stands nowhere yet; *takes over* the capability in SLOT. NULL: out of memory. */
struct mount *mount_new(cap_t slot, uint32_t server, uint32_t flags);
/* Drops one that stands nowhere. */
void mount_drop(struct mount *mount);

/* Makes MOUNT appear at the absolute path PREFIX, which has no `.` and no `..`. -EINVAL, -EBUSY
 * something is mounted there, -ENAMETOOLONG, -ENOSPC too many, -ENOMEM. */
int namespace_mount(struct namespace *ns, const char *prefix, unsigned len, struct mount *mount);
/* -EINVAL: nothing is mounted there. */
int namespace_unmount(struct namespace *ns, const char *prefix, unsigned len);
/* Whether something is mounted exactly at PREFIX. */
bool namespace_mounted(const struct namespace *ns, const char *prefix, unsigned len);

struct node *namespace_child(const struct namespace *ns, const struct node *node, const char *name, unsigned len);
/* Where the mount of that number stands; MOUNT_ROOT: the root. NULL: nowhere here. */
struct node *namespace_numbered(const struct namespace *ns, uint32_t number);
/* The next node with a mount, in order of numbers from NUMBER on. NULL: no more. */
struct node *namespace_from(const struct namespace *ns, uint32_t number);
/* The node's prefix without a final `/` ("" for the root): path_bytes of it, no NUL. */
void namespace_path(const struct node *node, char *text);
/* The nearest node at NODE or above with a mount. NULL: none. */
struct node *namespace_covering(struct node *node);
/* Whether `sys` itself serves NODE as a directory: nobody else does. */
bool namespace_served(const struct node *node);

/* A capability to it in sys' own table, with or without the right to mount. As handle_open. */
int namespace_open(struct namespace *ns, bool mounter, cap_t *slot);
struct namespace *namespace_lookup(uint32_t id);
/* All name spaces, for /proc: the one behind NS (NULL: the first). */
struct namespace *namespace_next(const struct namespace *ns);
