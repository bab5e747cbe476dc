/* SPDX-License-Identifier: 0BSD */
/* path.c: operations by path name: the walk, and those that leave names as they are. */
#include "srv/path.h"

#include <proto/path_words.h>

/* Everybody may search most directories; then nobody need be asked who they are. */
int path_search(struct walk *w, struct srv_node *dir)
{
	return (dir->mode & 0111) == 0111 ? 0 : srv_may(w->context, dir, X_OK);
}

static bool is_forwarded(const struct srv_request *r) { return r->in.w[6] & PATH_FORWARDED; }

static unsigned first_bytes(const struct srv_request *r)
{
	unsigned inline_bytes = PROTO_INLINE(r->in.w[0]);

	return is_forwarded(r) ? (unsigned)r->in.w[7] : inline_bytes ? inline_bytes : PATH_BYTES(r->in.w[5]);
}

static const char *first_text(const struct srv_request *r)
{
	unsigned inline_bytes = PROTO_INLINE(r->in.w[0]);

	return inline_bytes ? (const char *)&r->in.w[PROTO_INLINE_WORD] + inline_bytes - first_bytes(r) : r->turn->text;
}

/* The text for the client's own name space: path of w->dir, target, rest. */
static int64_t answer_redirect(struct srv_request *r, const struct walk *w)
{
	bool absolute = w->target.text[0] == '/';
	const struct srv_node *top = is_forwarded(r) || !r->open ? r->start : r->open->top;
	char *to = r->turn->scratch, *path = to;
	int64_t bytes = absolute ? 0 : dir_path(w->dir, top, to, PATH_TEXT_MAX - 1, &path);
	uint64_t total;

	if (bytes < 0)
		return bytes;
	memmove(to, path, (size_t)bytes);
	total = (uint64_t)bytes;
	if (bytes)
		to[total++] = '/';
	if (total + w->target.bytes + w->rest.bytes >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	memcpy(to + total, w->target.text, w->target.bytes);
	total += w->target.bytes;
	memcpy(to + total, w->rest.text, w->rest.bytes);
	total += w->rest.bytes;
	r->out.w[5] = total;
	r->out.w[6] = is_forwarded(r) ? PATH_MOUNT(r->in.w[6]) : r->open ? r->open->mount : 0;
	r->out.w[7] = (uint64_t)bytes;
	srv_put(r, to, total);
	return PATH_REDIRECT;
}

int64_t path_walk(struct srv_request *r, struct walk *w)
{
	int64_t status;

	r->node = r->start;
	w->node = r->start;
	w->text = first_text(r);
	w->bytes = first_bytes(r);
	w->work = r->turn->work;
	w->marks = !is_forwarded(r);
	w->search = path_search;
	w->context = r;
	if (is_forwarded(r) && !state_of(r)->device && !r->open)
		state_of(r)->device = PROTO_DEVICE(PATH_MOUNT(r->in.w[6]), 0);
	status = walk_path(w);
	if (status == PATH_REDIRECT)
		return answer_redirect(r, w);
	if (status == 0 && w->node)
		r->node = w->node;
	return status;
}

struct srv_name path_second(struct srv_request *r)
{
	unsigned first = first_bytes(r);

	return (struct srv_name){r->turn->text + first, (unsigned)r->data_bytes - first};
}

int64_t path_to_unix(struct srv_request *r, uint32_t op, uint64_t flags)
{
	struct srv_state *s = state_of(r);
	struct os_words words = {{op, s->device, r->node->inode, flags}};

	if (s->unix_server == CAP_NONE) {
		int64_t slot = sys_open("/dev/unix");

		if (slot < 0)
			return -ENXIO;
		s->unix_server = (cap_t)slot;
	}
	return srv_forward(r, s->unix_server, &words, PROTO_INLINE(r->in.w[0]) ? 0 : r->data_bytes);
}

static int64_t path_access(struct srv_request *r, struct srv_node *node)
{
	struct proto_cred real;
	const struct proto_cred *cred = srv_cred(r);
	unsigned want = r->in.w[1] & (R_OK | W_OK | X_OK);

	if (!cred)
		return -EACCES;
	real = *cred;
	if (r->flags & PATH_REAL_IDS) {
		real.euid = real.uid;
		real.egid = real.gid;
	}
	if (want & W_OK && (S_ISDIR(node->mode) ? !node->ops->create : S_ISREG(node->mode) && !node->ops->write))
		return -EROFS;
	return want ? cred_may(&real, node, want) : 0;
}

static int64_t path_readlink(struct srv_request *r, struct srv_node *node)
{
	const char *target;
	int64_t bytes;

	if (!S_ISLNK(node->mode) || !node->ops->readlink)
		return -EINVAL;
	bytes = node->ops->readlink(node, &target);
	return bytes < 0 ? bytes : srv_put(r, target, (uint64_t)bytes);
}

static int64_t path_mark(struct srv_request *r, struct srv_node *node)
{
	const struct proto_cred *cred = r->in.w[1] ? NULL : srv_cred(r);

	/* A mark sends clients back to their own name space: that hides nothing from anybody. */
	if (!r->in.w[1] && (!cred || cred->euid))
		return -EPERM;
	node->marked = r->in.w[1];
	return 0;
}

static int64_t path_connect(struct srv_request *r, struct srv_node *node)
{
	int error = srv_may(r, node, W_OK);

	if (error < 0)
		return error;
	return S_ISSOCK(node->mode) ? path_to_unix(r, SOCK_NAME_CONNECT, 0) : -ECONNREFUSED;
}

/* Operations on what is there already, once it has been found. */
static int64_t act(struct srv_request *r, struct srv_node *node)
{
	const uint64_t *w = r->in.w;
	int error;

	switch (r->op) {
	case PATH_STAT:
		return node_stat(r, node);
	case PATH_ACCESS:
		return path_access(r, node);
	case PATH_READLINK:
		return path_readlink(r, node);
	case PATH_CHMOD:
		return node_chmod(r, node, w[1]);
	case PATH_CHOWN:
		return node_chown(r, node, w[1], w[2]);
	case PATH_UTIMES:
		return node_utimes(r, node, w[1], w[2]);
	case PATH_TRUNCATE:
		error = srv_may(r, node, W_OK);
		return error < 0 ? error : node_truncate(r, node, w[1]);
	case PATH_STATVFS:
		return node_statvfs(r, node);
	case PATH_MARK:
		return path_mark(r, node);
	case PATH_CONNECT:
		return path_connect(r, node);
	default:
		return -ENOSYS;
	}
}

static int64_t find_and_act(struct srv_request *r)
{
	struct walk w = {.follow = !(r->flags & PATH_NOFOLLOW) && r->op != PATH_READLINK,
			 .covered = r->op == PATH_MARK};
	int64_t status = path_walk(r, &w);

	if (status == 0)
		status = act(r, w.node);
	walk_end(&w);
	return status;
}

/* Both texts are at hand, whatever lengths the message claims. */
static int64_t get_texts(struct srv_request *r)
{
	unsigned inline_bytes = PROTO_INLINE(r->in.w[0]);
	int error;

	if (inline_bytes)
		return inline_bytes <= PATH_INLINE_MAX && path_may_inline(r->op) && first_bytes(r) <= inline_bytes
			   ? 0
			   : -EINVAL;
	error = turn_text(r);
	if (error < 0)
		return error;
	if (is_forwarded(r) ? r->in.w[7] > r->data_bytes : PATH_BYTES(r->in.w[5]) > r->data_bytes)
		return -EINVAL;
	return first_bytes(r) >= PATH_TEXT_MAX ? -ENAMETOOLONG : 0;
}

/* Who walks, and the number of the first mount that is used, which names our device. */
static void note_walker(struct srv_request *r)
{
	struct srv_state *s = r->srv->state;

	s->walker = r->who;
	if (!s->device && is_forwarded(r))
		s->device = PROTO_DEVICE(PATH_MOUNT(r->in.w[6]), 0);
}

static int64_t run(struct srv_request *r)
{
	int64_t status;

	note_walker(r);
	status = get_texts(r);
	if (status < 0)
		return status;
	switch (r->op) {
	case PATH_OPEN:
		return path_open(r);
	case PATH_MKDIR:
	case PATH_MKNOD:
	case PATH_SYMLINK:
	case PATH_BIND:
		return path_make(r);
	case PATH_UNLINK:
		return path_unlink(r);
	case PATH_RENAME:
	case PATH_LINK:
		return path_move(r);
	default:
		return find_and_act(r);
	}
}

/* What was found on the way is not used any more; a request that is answered later has its own use of it. */
int64_t path_operation(struct srv_request *r)
{
	int64_t status = r->op == PATH_SOCKET ? other_operation(r) : run(r);

	if (status != SRV_LATER)
		r->node = r->start;
	return status;
}
