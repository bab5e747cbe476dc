/* SPDX-License-Identifier: 0BSD */
/* path_name.c: operations that make, move and remove names. */
#include "srv/path.h"

int path_may_change(struct srv_request *r, struct srv_node *dir)
{
	return dir->links ? srv_may(r, dir, W_OK | X_OK) : -ENOENT;
}

/* In a sticky directory only owners take names away. */
static int may_remove(struct srv_request *r, struct srv_node *dir, struct srv_node *node)
{
	int error = path_may_change(r, dir);

	if (error == 0 && dir->mode & S_ISVTX && srv_owns(r, dir) < 0)
		error = srv_owns(r, node);
	return error;
}

static void changed(struct srv_node *dir) { dir->modified_ns = dir->changed_ns = srv_realtime_ns(); }

int64_t path_create(struct srv_request *r, struct walk *w, uint32_t mode, uint64_t rdevice, struct srv_name target)
{
	struct srv_node *dir = w->dir, *node = NULL;
	struct srv_new what = {.mode = mode, .rdevice = rdevice, .target = target};
	const struct proto_cred *cred;
	int error = path_may_change(r, dir);

	if (error < 0)
		return error;
	if (!dir->ops->create)
		return -EROFS;
	cred = srv_cred(r);
	if (!cred)
		return -EACCES;
	what.uid = cred->euid;
	what.gid = dir->mode & S_ISGID ? dir->gid : cred->egid;
	if (dir->mode & S_ISGID && S_ISDIR(mode))
		what.mode |= S_ISGID;
	error = dir->ops->create(r, dir, w->last, &what, &node);
	if (error < 0)
		return error;
	changed(dir);
	w->node = node;
	node_use(node);
	r->node = node;
	return 0;
}

int64_t path_make(struct srv_request *r)
{
	struct walk w = {.parent = true, .covered = true, .making = true};
	struct srv_name target = {0};
	uint32_t mode = (uint32_t)r->in.w[1];
	uint64_t rdevice = 0;
	int64_t status;

	switch (r->op) {
	case PATH_MKDIR:
		mode = S_IFDIR | (mode & 07777);
		break;
	case PATH_SYMLINK:
		mode = S_IFLNK | 0777;
		target = path_second(r);
		if (!target.bytes)
			return -ENOENT;
		if (target.bytes >= PATH_TEXT_MAX)
			return -ENAMETOOLONG;
		break;
	case PATH_BIND:
		mode = S_IFSOCK | (mode & 07777);
		break;
	default:
		rdevice = r->in.w[2];
		if (!(mode & S_IFMT))
			mode |= S_IFREG;
		if (!S_ISREG(mode) && !S_ISFIFO(mode) && !S_ISSOCK(mode))
			return -EPERM; /* devices are servers here */
	}
	status = path_walk(r, &w);
	if (status == 0 && w.node)
		status = r->op == PATH_BIND ? -EADDRINUSE : -EEXIST;
	if (status == 0 && w.slash && !S_ISDIR(mode))
		status = -ENOENT;
	if (status == 0)
		status = path_create(r, &w, mode, rdevice, target);
	if (status == 0 && r->op == PATH_BIND)
		status = path_to_unix(r, SOCK_NAME_BIND, 0);
	walk_end(&w);
	return status;
}

/* Whether `node` may lose its name by unlink (or, for `directory`, by rmdir). */
static int removable(struct srv_request *r, const struct walk *w, bool directory)
{
	if (!w->dir) /* the start itself, or `.` */
		return w->last.bytes || w->node != r->start ? -EINVAL : -EBUSY;
	if (directory && !S_ISDIR(w->node->mode))
		return -ENOTDIR;
	if (!directory && S_ISDIR(w->node->mode))
		return -EISDIR;
	return 0;
}

int64_t path_unlink(struct srv_request *r)
{
	struct walk w = {.parent = true};
	int64_t status = path_walk(r, &w);

	if (status == 0 && !w.node)
		status = -ENOENT;
	if (status == 0)
		status = removable(r, &w, r->flags & PATH_DIRECTORY);
	if (status == 0)
		status = may_remove(r, w.dir, w.node);
	if (status == 0)
		status = w.dir->ops->unlink ? w.dir->ops->unlink(w.dir, w.last, w.node) : -EROFS;
	if (status == 0) {
		w.node->changed_ns = srv_realtime_ns();
		changed(w.dir);
	}
	walk_end(&w);
	return status;
}

/* ---- rename and link: the new name in a directory that the client shows ---- */

/* The new place: its directory is open by the capability that came. */
static int find_target(struct srv_request *r, struct walk *to)
{
	struct srv_open *open = r->caps && r->came[0] >= 0 ? srv_identify(r->srv, (cap_t)r->came[0]) : NULL;
	struct srv_name name = path_second(r);
	int status;

	if (!r->caps)
		return -EINVAL;
	if (!open)
		return -EXDEV;
	/* One component, perhaps with a `/` behind it. */
	for (unsigned i = 0; i < name.bytes; i++) {
		if (name.text[i] == '/' && i + 1 < name.bytes && name.text[i + 1] != '/')
			return -EINVAL;
	}
	*to =
	    (struct walk){.node = open->node, .text = name.text, .bytes = name.bytes, .parent = true, .covered = true};
	to->work = r->turn->scratch;
	to->search = path_search;
	to->context = r;
	status = walk_path(to);
	return status == PATH_REDIRECT || (status == 0 && !to->dir) ? -EINVAL : status;
}

/* Is `dir` below `node`, or `node` itself? */
static bool is_below(const struct srv_node *dir, const struct srv_node *node)
{
	for (; dir; dir = dir->parent) {
		if (dir == node)
			return true;
	}
	return false;
}

/* What stands in the way of moving from->node over to->node. */
static int check_over(struct srv_request *r, const struct walk *from, const struct walk *to)
{
	bool directory = S_ISDIR(from->node->mode);

	if (directory && is_below(to->dir, from->node))
		return -EINVAL;
	if ((to->slash || from->slash) && !directory)
		return -ENOTDIR;
	if (!to->node)
		return 0;
	if (r->flags & PATH_NOREPLACE)
		return -EEXIST;
	if (directory && !S_ISDIR(to->node->mode))
		return -ENOTDIR;
	if (!directory && S_ISDIR(to->node->mode))
		return -EISDIR;
	if (is_below(from->dir, to->node))
		return -ENOTEMPTY;
	return may_remove(r, to->dir, to->node);
}

static int64_t move_name(struct srv_request *r, struct walk *from, struct walk *to)
{
	int error;

	if (!from->dir)
		return from->last.bytes ? -EINVAL : -EBUSY;
	error = may_remove(r, from->dir, from->node);
	if (error == 0)
		error = path_may_change(r, to->dir);
	if (error == 0 && from->node == to->node)
		return r->flags & PATH_NOREPLACE ? -EEXIST : 0;
	if (error == 0)
		error = check_over(r, from, to);
	/* A directory that moves gets another `..`. */
	if (error == 0 && S_ISDIR(from->node->mode) && from->dir != to->dir)
		error = srv_may(r, from->node, W_OK);
	if (error < 0)
		return error;
	if (!from->dir->ops->rename || from->dir->ops != to->dir->ops)
		return -EROFS;
	error = from->dir->ops->rename(from->dir, from->last, from->node, to->dir, to->last, to->node);
	if (error == 0) {
		from->node->changed_ns = srv_realtime_ns();
		changed(from->dir);
		changed(to->dir);
	}
	return error;
}

static int64_t link_name(struct srv_request *r, struct walk *from, struct walk *to)
{
	int error = path_may_change(r, to->dir);

	if (S_ISDIR(from->node->mode))
		return -EPERM;
	if (to->node)
		return -EEXIST;
	if (to->slash)
		return -ENOENT;
	if (error < 0)
		return error;
	if (!from->node->links)
		return -ENOENT;
	if (!to->dir->ops->link)
		return -EROFS;
	error = to->dir->ops->link(to->dir, to->last, from->node);
	if (error == 0) {
		from->node->changed_ns = srv_realtime_ns();
		changed(to->dir);
	}
	return error;
}

int64_t path_move(struct srv_request *r)
{
	struct walk from = {.parent = r->op == PATH_RENAME,
			    .follow = r->op == PATH_LINK && !(r->flags & PATH_NOFOLLOW)};
	struct walk to = {0};
	int64_t status = path_walk(r, &from);

	if (status == 0 && !from.node)
		status = -ENOENT;
	if (status == 0)
		status = find_target(r, &to);
	if (status == 0)
		status = r->op == PATH_RENAME ? move_name(r, &from, &to) : link_name(r, &from, &to);
	walk_end(&from);
	walk_end(&to);
	return status;
}
