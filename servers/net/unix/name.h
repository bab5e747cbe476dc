/* SPDX-License-Identifier: 0BSD */
/* name.h: what a file's name stands for here: a FIFO's pipe, or a bound socket, found by device and
 * inode.
 *
 * A `struct name` is embedded in what it names. The table is a hash of lists; since inode numbers
 * are small and dense, lists are short, and at most NAMES_MAX names exist.
 */
#pragma once

#include "lib/list.h"

#include <stdint.h>

#define NAMES_MAX 1024

enum name_kind { NAME_NONE, NAME_PIPE, NAME_SOCKET };

struct name {
	struct list_node link;
	enum name_kind kind;
	uint64_t device, inode;
};

/* NULL: nobody. */
struct name *name_find(enum name_kind kind, uint64_t device, uint64_t inode);

/* Enters `name`, which is in no table. -ENOSPC, or -EADDRINUSE. */
int name_enter(struct name *name, enum name_kind kind, uint64_t device, uint64_t inode);

/* Keeps room for one name that will be entered: 0, -ENOSPC. Lets that room go, also to enter the name. */
int name_reserve(void);
void name_unreserve(void);

/* Takes it out, if it is in. */
void name_leave(struct name *name);
