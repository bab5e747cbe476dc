/* SPDX-License-Identifier: 0BSD */
/* directory.c: the directories that `sys` serves itself: those above mounts that no server has.
 *
 * They belong to root, may be read by all, and change only by mount and unmount. An open one keeps
 * its path and looks the node up each time, since the last mount below may go meanwhile: then it is
 * an empty directory. */
#include "path/context.h"

#include "mem/heap.h"
#include "path/text.h"
#include "lib/string.h"

#include <proto/path_words.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include <proto/stat.h>

#define MODE   (S_IFDIR | 0555)
#define DEVICE PROTO_DEVICE(MOUNT_ROOT, 0)

static union {
	struct proto_stat stat;
	struct proto_statvfs statvfs;
	char bytes[4096];
} reply;

static void answer(struct request *q, unsigned bytes)
{
	q->reply_data = &reply;
	q->reply_bytes = bytes;
}

/* NULL: nothing is below it any more. */
static struct node *node_of(const struct directory *d)
{
	struct node *node = d->ns->root;

	for (struct component c = text_component(d->path, d->path_len, 0); node && c.len;
	     c = text_component(d->path, d->path_len, c.end))
		node = namespace_child(d->ns, node, d->path + c.at, c.len);
	return node;
}

static int64_t stat(struct request *q, const struct node *node)
{
	reply.stat = (struct proto_stat){
	    .device = DEVICE,
	    .inode = node ? node->id : 0,
	    .mode = MODE,
	    .links = node ? 2 : 0,
	    .block_bytes = sizeof(reply),
	};
	if (PROTO_FLAGS(q->words.w[0]) & PROTO_WANT_INLINE)
		return stat_to_words(&reply.stat, q->words.w) ? 0 : PATH_WANT_BUFFER;
	answer(q, sizeof(reply.stat));
	return 0;
}

static int64_t statvfs(struct request *q)
{
	reply.statvfs =
	    (struct proto_statvfs){.block_bytes = 4096, .id = DEVICE, .flags = ST_RDONLY, .name_max = PATH_NAME_MAX};
	answer(q, sizeof(reply.statvfs));
	return 0;
}

static int64_t open(struct request *q, const struct resolve *r)
{
	uint32_t flags = PATH_OPEN_FLAGS(q->words.w[1]);
	struct directory *d;
	cap_t slot;
	int error;

	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		return -EEXIST;
	if (flags & O_ACCMODE || flags & (O_CREAT | O_TRUNC))
		return -EISDIR;
	d = heap_alloc(sizeof(*d) + r->path_len);
	if (!d)
		return -ENOMEM;
	handle_init(&d->handle, HANDLE_DIRECTORY);
	error = handle_open(&d->handle, &slot);
	if (error) {
		heap_free(d, sizeof(*d) + r->path_len);
		return error;
	}
	d->ns = (struct namespace *)r->ns;
	namespace_get(d->ns);
	d->root_len = r->root_len;
	d->path_len = r->path_len;
	memcpy(d->path, r->path, r->path_len);
	request_give(q, slot, true);
	q->words.w[1] = MODE;
	return 0;
}

void path_directory_gone(struct handle *handle)
{
	struct directory *d = container_of(handle, struct directory, handle);

	namespace_put(d->ns);
	heap_free(d, sizeof(*d) + d->path_len);
}

int64_t directory_path_request(struct request *q, struct resolve *r)
{
	switch (PROTO_OP(q->words.w[0])) {
	case PATH_OPEN:
		return open(q, r);
	case PATH_STAT:
		return stat(q, r->node);
	case PATH_STATVFS:
		return statvfs(q);
	case PATH_ACCESS:
		return q->words.w[1] & W_OK ? -EROFS : 0;
	case PATH_MARK:
		return 0;
	case PATH_MKDIR:
	case PATH_MKNOD:
	case PATH_SYMLINK:
		return -EEXIST;
	case PATH_BIND:
		return -EADDRINUSE;
	case PATH_CONNECT:
		return -ECONNREFUSED;
	case PATH_UNLINK:
		return PROTO_FLAGS(q->words.w[0]) & PATH_DIRECTORY ? -EBUSY : -EISDIR;
	case PATH_RENAME:
		return -EBUSY;
	case PATH_LINK:
		return -EPERM;
	case PATH_TRUNCATE:
		return -EISDIR;
	case PATH_CHMOD:
	case PATH_CHOWN:
	case PATH_UTIMES:
		return -EROFS;
	}
	return -EINVAL;
}

unsigned directory_names(const struct node *node, uint32_t *place, char *to, unsigned room)
{
	unsigned used = 0;

	if (!node)
		return 0;
	list_for_each (at, &node->children) {
		const struct node *child = list_entry(at, struct node, sibling);
		struct proto_dirent *e = (struct proto_dirent *)(to + used);
		unsigned bytes = (unsigned)(offsetof(struct proto_dirent, name) + child->name_bytes + 1 + 7) & ~7u;

		if (child->id <= *place)
			continue;
		if (used + bytes > room)
			break;
		memset(e, 0, bytes);
		e->inode = child->id;
		e->next = child->id;
		e->length_bytes = (uint16_t)bytes;
		e->type = child->mount && child->mount->flags & NS_MOUNT_FILE ? 0 : S_IFDIR >> 12;
		e->name_bytes = child->name_bytes;
		memcpy(e->name, child->name, child->name_bytes);
		*place = child->id;
		used += bytes;
	}
	return used;
}

static int64_t readdir(struct request *q, struct directory *d)
{
	unsigned room = q->words.w[2] < sizeof(reply) ? (unsigned)q->words.w[2] : sizeof(reply);
	uint32_t place = d->place;
	unsigned bytes = directory_names(node_of(d), &place, reply.bytes, room);

	if (bytes == 0 && room < sizeof(reply) && node_of(d) &&
	    directory_names(node_of(d), &place, reply.bytes, sizeof(reply)))
		return -EINVAL; /* the next one does not fit */
	d->place = place;
	answer(q, bytes);
	return bytes;
}

static int64_t seek(struct request *q, struct directory *d)
{
	int64_t to = (int64_t)q->words.w[1];

	if (q->words.w[2] == SEEK_CUR)
		to += d->place;
	else if (q->words.w[2] != SEEK_SET)
		return -EINVAL;
	if (to < 0 || to > UINT32_MAX)
		return -EINVAL;
	d->place = (uint32_t)to;
	q->words.w[1] = (uint64_t)to;
	return 0;
}

static int64_t path(struct request *q, const struct directory *d)
{
	q->words.w[6] = MOUNT_ROOT;
	q->reply_data = d->path + (d->path_len != 0);
	q->reply_bytes = d->path_len - (d->path_len != 0);
	return q->reply_bytes;
}

int64_t sys_file(struct request *q)
{
	struct directory *d = container_of(q->handle, struct directory, handle);
	const struct node *node = node_of(d);

	switch (PROTO_OP(q->words.w[0])) {
	case FILE_READ:
	case FILE_TRUNCATE:
		return -EISDIR;
	case FILE_WRITE:
		return -EBADF;
	case FILE_SEEK:
		return seek(q, d);
	case FILE_STAT:
		return stat(q, node);
	case FILE_READDIR:
		return readdir(q, d);
	case FILE_GETFLAGS:
		q->words.w[1] = O_RDONLY | O_DIRECTORY;
		return 0;
	case FILE_SETFLAGS:
	case FILE_SYNC:
		return 0;
	case FILE_CHMOD:
	case FILE_CHOWN:
	case FILE_UTIMES:
		return -EROFS;
	case FILE_STATVFS:
		return statvfs(q);
	case FILE_PATH:
		return path(q, d);
	case FILE_MAP:
		return -ENODEV;
	case FILE_CONTROL:
		return -ENOTTY;
	case FILE_IDENTIFY:
		q->words.w[1] = DEVICE;
		q->words.w[2] = node ? node->id : 0;
		return 0;
	}
	return -EINVAL;
}
