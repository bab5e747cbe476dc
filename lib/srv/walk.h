/* SPDX-License-Identifier: 0BSD */
/* walk.h: from a directory and a text to a node.
 *
 * Pure: it knows nodes and their lookup and readlink, nothing of messages. Symbolic links with relative targets without
 * `..` are followed; whatever only the client's own name space can decide (`..`, absolute targets, directories that a
 * mount covers) ends the walk with PATH_REDIRECT.
 */
#pragma once

#include "srv/srv.h"

struct walk {
	/* In. */
	struct srv_node *node; /* where it begins; out: what the path names, NULL: nothing (only with `parent`) */
	const char *text;      /* `bytes` of it; need not be closed by a NUL */
	unsigned bytes;
	char *work;					     /* PATH_TEXT_MAX bytes, for texts with links in them */
	bool follow;					     /* a link in the last place too */
	bool parent;					     /* the last name need not exist */
	bool covered;					     /* a mount may cover what it names */
	bool making;					     /* of a link or file with a `/` behind it, that itself */
	bool marks;					     /* mind directories that mounts cover; links turn it on */
	int (*search)(struct walk *w, struct srv_node *dir); /* may it be searched: 0 or -errno */
	void *context;					     /* search's */
	/* Out. */
	struct srv_node *dir; /* where `last` is; NULL: the path names where it began, or ends with `.` */
	struct srv_name last;
	bool slash; /* a `/` at the end: it must be a directory */
	/* Out, with PATH_REDIRECT: what is to be put behind the path of `dir`, or instead of it if it begins with `/`.
	 */
	struct srv_name target;
	struct srv_name rest; /* empty, or begins with `/` */
	/* Its own. */
	unsigned links;
};

/* 0, PATH_REDIRECT, -ENOENT, -ENOTDIR, -ENAMETOOLONG, -ELOOP, -EINVAL (a NUL in a name), or what search and operations
 * answer. The nodes in `node` and `dir` are in use until walk_end, which must follow in any case. */
int walk_path(struct walk *w);
void walk_end(struct walk *w);
