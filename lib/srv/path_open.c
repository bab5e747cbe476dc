/* SPDX-License-Identifier: 0BSD */
/* path_open.c: PATH_OPEN. */
#include "srv/path.h"

#include <proto/path_words.h>

/* What kinds of objects the flags allow: 0 or -errno. */
static int check_kind(const struct srv_node *node, uint32_t flags)
{
	bool writes = (flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC;

	if (S_ISLNK(node->mode))
		return flags & O_PATH ? 0 : -ELOOP;
	if (flags & O_DIRECTORY && !S_ISDIR(node->mode))
		return -ENOTDIR;
	if (S_ISDIR(node->mode) && (writes || flags & O_CREAT) && !(flags & O_PATH))
		return -EISDIR;
	if (S_ISSOCK(node->mode) && !(flags & O_PATH))
		return -EOPNOTSUPP;
	return 0;
}

static int check_access(struct srv_request *r, const struct srv_node *node, uint32_t flags)
{
	static const uint8_t wants[] = {R_OK, W_OK, R_OK | W_OK};
	unsigned want;

	if (flags & O_PATH)
		return 0;
	want = flags & O_EXEC ? X_OK : wants[flags & O_ACCMODE];
	if (flags & O_TRUNC)
		want |= W_OK;
	if (want & W_OK && S_ISREG(node->mode) && !node->ops->write)
		return -EROFS;
	return srv_may(r, node, want);
}

/* r->node becomes an open file. */
static int64_t open_node(struct srv_request *r, uint32_t flags, bool created)
{
	struct srv_node *node = r->node;
	struct srv_open *open;
	int64_t status = 0;

	if (node->ops->stand_in && !(flags & O_PATH)) {
		r->out.w[1] = node->mode;
		return node->ops->stand_in(r, node);
	}
	if (flags & O_TRUNC && !created && S_ISREG(node->mode) && node->size_bytes)
		status = node_truncate(r, node, 0);
	if (status == 0)
		status = srv_give_open(r, node, flags, &open);
	if (status < 0)
		return status;
	if (node->ops->open && !(flags & O_PATH)) {
		status = node->ops->open(r, open);
		open->failed = status < 0;
		if (open->failed)
			return status;
		if (open->node != node)
			open_exchanged(open, node);
	}
	r->out.w[1] = open->node->mode;
	return 0;
}

static int64_t open_existing(struct srv_request *r, uint32_t flags)
{
	struct srv_node *node = r->node;
	int error = flags & O_CREAT && flags & O_EXCL ? -EEXIST : check_kind(node, flags);

	if (error == 0)
		error = check_access(r, node, flags);
	if (error < 0)
		return error;
	if (S_ISFIFO(node->mode) && !(flags & O_PATH))
		return path_to_unix(r, SOCK_NAME_FIFO, flags);
	return open_node(r, flags, false);
}

int64_t path_open(struct srv_request *r)
{
	uint32_t flags = PATH_OPEN_FLAGS(r->in.w[1]);
	bool exclusive = flags & O_CREAT && flags & O_EXCL;
	struct walk w = {.follow = !(flags & O_NOFOLLOW) && !exclusive, .parent = flags & O_CREAT};
	int64_t status;

	if ((flags & O_ACCMODE) == O_ACCMODE || (flags & O_CREAT && flags & O_DIRECTORY))
		return -EINVAL;
	status = path_walk(r, &w);
	if (status == 0 && !w.node) {
		status = w.slash ? -EISDIR
				 : path_create(r, &w, S_IFREG | PATH_OPEN_MODE(r->in.w[1]), 0, (struct srv_name){0});
		if (status == 0)
			status = open_node(r, flags, true);
	} else if (status == 0) {
		status = open_existing(r, flags);
	}
	walk_end(&w);
	return status;
}
