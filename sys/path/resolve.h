/* SPDX-License-Identifier: 0BSD */
/* resolve.h: which server a path goes to, and with which text. Portable: text in, text out.
 *
 * A *physical* path is one without `..`, `.` and symbolic links. Known to be physical are the root
 * of a context, the prefixes of mounts, and as much of a text as a server says that it walked
 * (word 7). Only from physical text may `..` be taken away, and never above the root. What is not
 * physical may still match a prefix, up to the first `..`: a mount covers what lies under it.
 *
 * The server gets the end of the client's own text whenever that says what is meant. Where it does
 * not (a root that the text does not name, a `..` that took away a part of it) the answer is the
 * text that does, and the client sends that: one leg more, and no text of a client is ever changed
 * under it.
 */
#pragma once

#include "path/namespace.h"

#include <proto/flags.h>

struct resolve {
	/* in */
	const struct namespace *ns;
	const char *root; /* physical, without a final '/': "" is the name space's own */
	unsigned root_len;
	const char *base; /* physical, at or below the root: where relative text begins */
	unsigned base_len;
	const char *text;
	unsigned len;
	uint32_t mount;	   /* word 6: the text is relative to this mount; 0: to the base */
	unsigned physical; /* word 7: so many bytes of the text are physical */
	/* out */
	struct node *node; /* RESOLVE_MOUNT, RESOLVE_SYNTHETIC: which */
	unsigned skip;	   /* RESOLVE_MOUNT: bytes of the text that are not for the server */
	/* RESOLVE_REDIRECT: the new mount and physical, and the text in `path` */
	uint32_t new_mount;
	unsigned new_physical;
	unsigned path_len;
	char path[PATH_TEXT_MAX]; /* else the physical path that was found */
};

enum resolve_result {
	RESOLVE_MOUNT,	   /* forward to node->mount */
	RESOLVE_SYNTHETIC, /* the directory `node`, which `sys` serves */
	RESOLVE_REDIRECT,
};

/* Answers an enum resolve_result, or -ENOENT, -ENOTDIR, -ENAMETOOLONG, -EINVAL. */
int resolve(struct resolve *r);
/* The physical path of `text` in `mount`, all of it physical, as seen from the root: r->path. It is
 * "/" or begins with it. -ENOENT: the mount is not in the name space, or the path not below the
 * root. -EINVAL: the text is not physical. */
int resolve_where(struct resolve *r);
/* The node of the same path; *node is NULL where nothing is mounted at it or below. */
int resolve_node(struct resolve *r, struct node **node);
/* The physical path of absolute text, all of it physical, from the name space's root: r->path. */
int resolve_physical(struct resolve *r);
