/* SPDX-License-Identifier: 0BSD */
/* name.c: the table of names. */
#include <proto/posix.h>
#include "name.h"

#define BUCKETS 256

static struct list buckets[BUCKETS];
static unsigned names; /* and room that is kept for them */

static struct list *bucket(uint64_t device, uint64_t inode)
{
	struct list *list = &buckets[(inode ^ device * 31 ^ inode >> 8) % BUCKETS];

	if (!list->head.next)
		list_init(list);
	return list;
}

struct name *name_find(enum name_kind kind, uint64_t device, uint64_t inode)
{
	list_for_each (node, bucket(device, inode)) {
		struct name *name = list_entry(node, struct name, link);

		if (name->inode == inode && name->device == device && name->kind == kind)
			return name;
	}
	return NULL;
}

int name_enter(struct name *name, enum name_kind kind, uint64_t device, uint64_t inode)
{
	if (name_find(kind, device, inode))
		return -EADDRINUSE;
	if (names == NAMES_MAX)
		return -ENOSPC;
	names++;
	name->kind = kind;
	name->device = device;
	name->inode = inode;
	list_push_back(bucket(device, inode), &name->link);
	return 0;
}

int name_reserve(void)
{
	if (names == NAMES_MAX)
		return -ENOSPC;
	names++;
	return 0;
}

void name_unreserve(void) { names--; }

void name_leave(struct name *name)
{
	if (name->kind == NAME_NONE)
		return;
	list_remove(&name->link);
	name->kind = NAME_NONE;
	names--;
}
