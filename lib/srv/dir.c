/* SPDX-License-Identifier: 0BSD */
/* dir.c: reading directories, and finding out where one is.
 *
 * A place in a directory, as clients see it, is 0 and 1 for `.` and `..`, and 2 more than the server's for the rest.
 */
#include "srv/state.h"

struct srv_dir {
	char *to; /* records; NULL: only a name is looked for */
	uint64_t room, used;
	uint64_t next;	/* place behind the last one */
	uint64_t inode; /* looked for */
	char *name;	/* where the name goes */
	bool found, full;
};

static bool add(struct srv_dir *dir, struct srv_name name, uint64_t inode, uint32_t mode, uint64_t next)
{
	struct proto_dirent *record = (struct proto_dirent *)(dir->to + dir->used);
	uint64_t bytes = align_up(offsetof(struct proto_dirent, name) + name.bytes + 1, 8);

	if (bytes > dir->room - dir->used) {
		dir->full = true;
		return false;
	}
	record->inode = inode;
	record->next = next;
	record->length_bytes = (uint16_t)bytes;
	record->type = (uint8_t)(mode >> 12 & 15);
	record->name_bytes = (uint8_t)name.bytes;
	memset(record->name, 0, bytes - offsetof(struct proto_dirent, name));
	memcpy(record->name, name.text, name.bytes);
	dir->used += bytes;
	dir->next = next;
	return true;
}

bool srv_dir_add_entry(struct srv_dir *dir, struct srv_name name, uint64_t inode, uint32_t mode, uint64_t next)
{
	if (name.bytes > PATH_NAME_MAX)
		return true;
	if (dir->to)
		return add(dir, name, inode, mode, next + 2);
	if (inode != dir->inode || !S_ISDIR(mode))
		return true;
	memcpy(dir->name, name.text, name.bytes);
	dir->name[name.bytes] = 0;
	dir->found = true;
	return false;
}

bool srv_dir_add(struct srv_dir *dir, struct srv_name name, const struct srv_node *node, uint64_t next)
{
	return srv_dir_add_entry(dir, name, node->inode, node->mode, next);
}

int64_t dir_read(struct srv_request *r, struct srv_open *open, uint64_t bytes)
{
	struct srv_node *node = r->node;
	const struct srv_node *parent = node->parent ? node->parent : node;
	struct srv_dir dir = {.to = r->turn->scratch, .room = min(bytes, SCRATCH_BYTES), .next = open->offset};
	int error = 0;

	if (!node->links)
		return 0; /* removed: not even `.` */
	if (dir.next == 0)
		add(&dir, (struct srv_name){".", 1}, node->inode, S_IFDIR, 1);
	if (dir.next == 1)
		add(&dir, (struct srv_name){"..", 2}, parent->inode, S_IFDIR, 2);
	if (!dir.full && node->ops->readdir)
		error = node->ops->readdir(node, dir.next - 2, &dir);
	if (error < 0)
		return error;
	if (!dir.used)
		return dir.full ? -EINVAL : 0;
	open->offset = dir.next;
	node->accessed_ns = srv_realtime_ns();
	return srv_put(r, dir.to, dir.used);
}

/* The name of a directory in its parent, and a NUL. */
static int find_name(struct srv_node *dir, char *name)
{
	struct srv_dir search = {.inode = dir->inode, .name = name};
	struct srv_node *parent = dir->parent;

	if (dir->ops->name)
		return dir->ops->name(dir, name);
	if (parent->ops->readdir)
		parent->ops->readdir(parent, 0, &search);
	return search.found ? 0 : -ENOENT;
}

int64_t dir_path(struct srv_node *dir, const struct srv_node *top, char *buffer, unsigned bytes, char **at)
{
	char name[PATH_NAME_MAX + 1];
	char *start = buffer + bytes;

	for (; dir != top; dir = dir->parent) {
		size_t length;
		int error;

		if (!dir->parent || !dir->links)
			return -ENOENT;
		error = find_name(dir, name);
		if (error < 0)
			return error;
		length = strlen(name);
		if ((size_t)(start - buffer) < length + 1)
			return -ENAMETOOLONG;
		if (start != buffer + bytes)
			*--start = '/';
		start -= length;
		memcpy(start, name, length);
	}
	*at = start;
	return buffer + bytes - start;
}
