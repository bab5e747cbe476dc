/* SPDX-License-Identifier: 0BSD */
/* file.c: operations on open files. Read and write are short on purpose. */
#include "srv/state.h"

#include <parley/syscall.h>

#define MODE_BITS (O_ACCMODE | O_EXEC | O_PATH)

/* O_EXEC too: who may run a program must be able to load it. */
static bool is_readable(uint32_t flags) { return !(flags & (MODE_BITS & ~(O_RDWR | O_EXEC))); }
static bool is_writable(uint32_t flags) { return (flags & MODE_BITS) - 1 < 2; }

/* As mounts with relatime do it: a time of access is worth a store when something was written since. */
static void touch(struct srv_node *node)
{
	if (node->accessed_ns <= node->modified_ns && S_ISREG(node->mode))
		node->accessed_ns = srv_realtime_ns();
}

static int64_t file_read(struct srv_request *r)
{
	struct srv_open *open = r->open;
	struct srv_node *node = r->node;
	uint64_t offset = r->in.w[1], length = r->in.w[2];
	bool stream = is_stream(node);
	int64_t status;

	/* Who loads a program must see what is in it. */
	if (!is_readable(open->flags & ~(uint32_t)O_EXEC))
		return -EBADF;
	if (!node->ops->read)
		return S_ISDIR(node->mode) ? -EISDIR : -EINVAL;
	r->turn->offset_before = open->offset;
	if (offset != FILE_HERE) {
		if (stream)
			return -ESPIPE;
		if (offset > INT64_MAX)
			return -EINVAL;
	}
	length = min(length, r->turn->room_bytes);
	length = min(length, stream ? STREAM_MAX : FILE_MAX);
	r->turn->room_bytes = length;
	if (!length)
		return 0;
	if (offset != FILE_HERE)
		return node->ops->read(r, offset, length);
	status = node->ops->read(r, open->offset, length);
	if (status > 0 && !stream)
		open->offset += (uint64_t)status;
	touch(node);
	return status;
}

int64_t file_peek(struct srv_open *open, uint64_t *words)
{
	struct srv_node *node = open->node;
	bool here = words[1] == FILE_HERE;
	uint64_t offset = here ? open->offset : words[1], length = min(words[2], (uint64_t)PROTO_INLINE_MAX);
	int64_t status;

	if (!is_readable(open->flags & ~(uint32_t)O_EXEC) || !length || offset > INT64_MAX)
		return SRV_LATER;
	status = node->ops->peek(node, offset, length, &words[PROTO_INLINE_WORD]);
	if (status < 0)
		return SRV_LATER;
	if (here)
		open->offset = offset + (uint64_t)status;
	touch(node);
	return status;
}

static void written(struct srv_request *r, struct srv_node *node)
{
	node->modified_ns = node->changed_ns = srv_realtime_ns();
	if (node->mode & (S_ISUID | S_ISGID) && r->cred)
		node->mode &= ~(uint32_t)(S_ISUID | S_ISGID);
}

/* Where it goes, once for all times that it is run. */
static uint64_t place_append(struct srv_request *r, struct srv_node *node)
{
	if (!r->placed) {
		node_refresh(node);
		r->place = node->size_bytes;
		r->placed = true;
		keep_place(r);
	}
	return r->place;
}

static int64_t file_write(struct srv_request *r)
{
	struct srv_open *open = r->open;
	struct srv_node *node = r->node;
	uint64_t offset = r->in.w[1], length = PROTO_INLINE(r->in.w[0]) ? r->data_bytes : r->in.w[2];
	bool stream = is_stream(node), here = offset == FILE_HERE;
	int64_t status;

	if (!is_writable(open->flags))
		return -EBADF;
	if (!node->ops->write)
		return -EINVAL;
	if (length > r->data_bytes)
		return -EINVAL;
	if (!here && stream)
		return -ESPIPE;
	if (!here && offset > INT64_MAX)
		return -EINVAL;
	if (here)
		offset = open->offset;
	if (open->flags & O_APPEND && !stream)
		offset = place_append(r, node);
	if (length > INT64_MAX - offset)
		return -EFBIG;
	length = min(length, FILE_MAX);
	if (!length)
		return 0;
	status = node->ops->write(r, offset, length);
	if (status > 0) {
		if (here && !stream)
			open->offset = offset + (uint64_t)status;
		written(r, node);
	}
	return status;
}

static int64_t file_seek(struct srv_request *r)
{
	struct srv_open *open = r->open;
	int64_t offset = (int64_t)r->in.w[1], base = 0;

	if (is_stream(r->node))
		return -ESPIPE;
	switch (r->in.w[2]) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		base = (int64_t)open->offset;
		break;
	case SEEK_END:
		node_refresh(r->node);
		base = (int64_t)r->node->size_bytes;
		break;
	default:
		return -EINVAL;
	}
	if (offset > INT64_MAX - base)
		return -EOVERFLOW;
	if (base + offset < 0)
		return -EINVAL;
	open->offset = (uint64_t)(base + offset);
	r->out.w[1] = open->offset;
	return 0;
}

static int64_t file_readdir(struct srv_request *r)
{
	if (!S_ISDIR(r->node->mode))
		return -ENOTDIR;
	if (!is_readable(r->open->flags) || r->open->flags & O_EXEC)
		return -EBADF;
	r->turn->offset_before = r->open->offset;
	return dir_read(r, r->open, r->in.w[2]);
}

static int64_t file_setflags(struct srv_request *r)
{
	const uint32_t settable = O_APPEND | O_NONBLOCK;

	r->open->flags = (r->open->flags & ~settable) | ((uint32_t)r->in.w[1] & settable);
	return 0;
}

static int64_t file_path(struct srv_request *r)
{
	char *buffer = r->turn->scratch, *path;
	int64_t bytes;

	if (!S_ISDIR(r->node->mode))
		return -ENOTDIR;
	bytes = dir_path(r->node, r->open->top, buffer, SCRATCH_BYTES, &path);
	if (bytes < 0)
		return bytes;
	r->out.w[6] = r->open->mount;
	srv_put(r, path, (uint64_t)bytes);
	return bytes;
}

static int64_t file_map(struct srv_request *r)
{
	unsigned prot = (unsigned)r->in.w[1];

	if (!is_readable(r->open->flags))
		return -EACCES;
	if (prot & PROT_WRITE && (r->open->flags & O_ACCMODE) != O_RDWR)
		return -EACCES;
	return r->node->ops->map ? r->node->ops->map(r, prot) : -ENODEV;
}

static int64_t file_truncate(struct srv_request *r)
{
	if (!is_writable(r->open->flags))
		return -EINVAL;
	return node_truncate(r, r->node, r->in.w[1]);
}

static int64_t file_sync(struct srv_request *r)
{
	if (r->node->ops->sync)
		return r->node->ops->sync(r);
	return is_stream(r->node) ? -EINVAL : 0;
}

/* What was opened as a place (O_PATH) tells what it is, and no more. */
static bool is_for_places(uint32_t op)
{
	return op == FILE_STAT || op == FILE_GETFLAGS || op == FILE_STATVFS || op == FILE_SYNC || op == FILE_PATH ||
	       op == FILE_IDENTIFY;
}

static int64_t file_rarely(struct srv_request *r)
{
	const uint64_t *w = r->in.w;

	switch (r->op) {
	case FILE_TRUNCATE:
		return file_truncate(r);
	case FILE_CHMOD:
		return node_chmod(r, r->node, w[1]);
	case FILE_CHOWN:
		return node_chown(r, r->node, w[1], w[2]);
	case FILE_UTIMES:
		return node_utimes(r, r->node, w[1], w[2]);
	case FILE_SYNC:
		return file_sync(r);
	case FILE_STATVFS:
		return node_statvfs(r, r->node);
	case FILE_PATH:
		return file_path(r);
	case FILE_FLOCK:
		return lock_flock(r);
	case FILE_LOCK:
		return lock_record(r);
	case FILE_MAP:
		return file_map(r);
	case FILE_CONTROL:
		return r->node->ops->control ? r->node->ops->control(r, w[1], w[2]) : -ENOTTY;
	case FILE_IDENTIFY:
		r->out.w[1] = state_of(r)->device;
		r->out.w[2] = r->node->inode;
		return 0;
	default:
		return other_operation(r);
	}
}

int64_t file_operation(struct srv_request *r)
{
	if (!r->open || (r->open->flags & O_PATH && !is_for_places(r->op)))
		return -EBADF;
	switch (r->op) {
	case FILE_READ:
		return file_read(r);
	case FILE_WRITE:
		return file_write(r);
	case FILE_SEEK:
		return file_seek(r);
	case FILE_STAT:
		return node_stat(r, r->node);
	case FILE_READDIR:
		return file_readdir(r);
	case FILE_GETFLAGS:
		r->out.w[1] = r->open->flags;
		return 0;
	case FILE_SETFLAGS:
		return file_setflags(r);
	default:
		return file_rarely(r);
	}
}

int64_t srv_forward(struct srv_request *r, cap_t connection, const struct os_words *words, uint64_t skip_bytes)
{
	int64_t error =
	    os_forward(state_of(r)->endpoint, r->id, connection, words ? words : &r->in, (uint32_t)skip_bytes);

	if (error == -ESRCH)
		error = 0; /* its sender has gone */
	return error < 0 ? error : SRV_LATER;
}
