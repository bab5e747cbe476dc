/* SPDX-License-Identifier: 0BSD */
/* place.h: which names each directory has.
 *
 * A place in the tree is a kind of directory, a number (process, container) and a second one
 * (thread). Its static names stand in tables; a directory of numbered things has the numbers that
 * `sys` tells as well.
 */
#pragma once

#include "info.h"
#include "show.h"
#include "srv/srv.h"

enum place {
	PLACE_ROOT,
	PLACE_PROCESS,
	PLACE_TASKS,
	PLACE_THREAD,
	PLACE_DESCRIPTORS,
	PLACE_DESCRIPTOR,
	PLACE_VSPACES,
	PLACE_VSPACE,
	PLACE_FDSPACES,
	PLACE_FDSPACE,
	PLACE_CONTEXTS,
	PLACE_CONTEXT,
	PLACE_NAMESPACES,
	PLACE_NAMESPACE,
	PLACE_ACCOUNTS,
	PLACE_ACCOUNT,
	PLACE_GROUPS,
	PLACE_GROUP,
	PLACE_COUNT
};

/* What a name in a directory is. */
struct entry {
	const char *name;
	uint32_t mode;		/* with its type */
	show_text *show;	/* files */
	enum place place;	/* directories; links: the directory of the container */
	uint32_t field;		/* links of a thread: where in info_thread the container's number is */
	enum info_kind control; /* ctl: kind of PROC_CONTROL */
};

struct directory {
	const struct entry *entries;
	unsigned count;
	enum place numbered;			    /* numbers are of this kind; PLACE_ROOT: there are none */
	bool inner;				    /* they belong to the process */
	uint32_t mode;				    /* of what they are */
	int (*next)(uint32_t id, uint32_t *number); /* as place_next; NULL: records tell the numbers */
	enum info_kind list;			    /* which */
	uint32_t record_bytes;
};

const struct directory *place_directory(enum place place);

/* The name of a container directory, below /proc. */
const char *place_name(enum place place);

/* Is there a thing of that number in the directory (place, id)? */
bool place_has(enum place place, uint32_t id, uint32_t number);

/* The first number not below *number in it; -ENOENT: no more. */
int place_next(enum place place, uint32_t id, uint32_t *number);
