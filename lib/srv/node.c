/* SPDX-License-Identifier: 0BSD */
/* node.c: what all nodes have: uses, status, permissions, owner, times. */
#include "srv/state.h"

#include <proto/path_words.h>

void srv_node_init(struct srv_node *node, const struct srv_ops *ops, uint64_t inode, uint32_t mode)
{
	node->ops = ops;
	node->inode = inode;
	node->mode = mode;
	node->links = 1;
	node->accessed_ns = node->modified_ns = node->changed_ns = srv_realtime_ns();
	list_init(&node->opens);
	list_init(&node->waiting);
	if (!is_stream(node))
		node->ready = POLLIN | POLLOUT;
}

void node_use(struct srv_node *node) { node->uses++; }

void node_unuse(struct srv_node *node)
{
	if (--node->uses == 0 && (!node->links || node->fleeting) && node->ops->release)
		node->ops->release(node);
}

bool srv_name_is(struct srv_name name, const char *text)
{
	return strlen(text) == name.bytes && !memcmp(name.text, text, name.bytes);
}

int64_t node_stat(struct srv_request *r, struct srv_node *node)
{
	struct proto_stat *stat = srv_scratch(r);

	node_refresh(node);
	*stat = (struct proto_stat){
	    .device = state_of(r)->device,
	    .inode = node->inode,
	    .mode = node->mode,
	    .links = node->links,
	    .uid = node->uid,
	    .gid = node->gid,
	    .rdevice = node->rdevice,
	    .size_bytes = node->size_bytes,
	    .blocks = (node->size_bytes + 511) / 512,
	    .block_bytes = STAT_BLOCK_BYTES,
	    .accessed_ns = node->accessed_ns,
	    .modified_ns = node->modified_ns,
	    .changed_ns = node->changed_ns,
	};
	if (r->flags & PROTO_WANT_INLINE)
		return stat_to_words(stat, r->out.w) ? 0 : PATH_WANT_BUFFER;
	srv_put(r, stat, sizeof(*stat));
	return 0;
}

int64_t node_statvfs(struct srv_request *r, struct srv_node *node)
{
	struct proto_statvfs *stat = srv_scratch(r);

	*stat = (struct proto_statvfs){.block_bytes = 4096, .id = state_of(r)->device, .name_max = PATH_NAME_MAX};
	if (r->srv->statvfs)
		r->srv->statvfs(node, stat);
	srv_put(r, stat, sizeof(*stat));
	return 0;
}

static int may_change(struct srv_request *r, struct srv_node *node)
{
	return node->ops->change ? node->ops->change(r, node) : 0;
}

int64_t node_chmod(struct srv_request *r, struct srv_node *node, uint64_t mode)
{
	const struct proto_cred *cred = srv_cred(r);
	int error = cred ? srv_owns(r, node) : -EPERM;

	if (error == 0)
		error = may_change(r, node);
	if (error < 0)
		return error;
	if (cred->euid && !S_ISDIR(node->mode) && cred->egid != node->gid)
		mode &= ~(uint64_t)S_ISGID;
	node->mode = (node->mode & S_IFMT) | (mode & 07777);
	node->changed_ns = srv_realtime_ns();
	return 0;
}

static bool in_group(const struct proto_cred *cred, uint32_t gid)
{
	if (cred->egid == gid)
		return true;
	for (uint32_t i = 0; i < cred->group_count && i < array_len(cred->groups); i++) {
		if (cred->groups[i] == gid)
			return true;
	}
	return false;
}

int64_t node_chown(struct srv_request *r, struct srv_node *node, uint64_t uid64, uint64_t gid64)
{
	const struct proto_cred *cred = srv_cred(r);
	uint32_t uid = (uint32_t)uid64 == ~0u ? node->uid : (uint32_t)uid64;
	uint32_t gid = (uint32_t)gid64 == ~0u ? node->gid : (uint32_t)gid64;
	int error = cred ? srv_owns(r, node) : -EPERM;

	if (error == 0 && cred->euid && (uid != node->uid || (gid != node->gid && !in_group(cred, gid))))
		error = -EPERM;
	if (error == 0)
		error = may_change(r, node);
	if (error < 0)
		return error;
	if (cred->euid && !S_ISDIR(node->mode))
		node->mode &= ~(uint32_t)(S_ISUID | S_ISGID);
	node->uid = uid;
	node->gid = gid;
	node->changed_ns = srv_realtime_ns();
	return 0;
}

static uint64_t new_time(uint64_t time_ns, uint64_t old_ns, uint64_t now_ns)
{
	return time_ns == PATH_TIME_OMIT ? old_ns : time_ns == PATH_TIME_NOW ? now_ns : time_ns;
}

int64_t node_utimes(struct srv_request *r, struct srv_node *node, uint64_t accessed_ns, uint64_t modified_ns)
{
	uint64_t now = srv_realtime_ns();
	int error = 0;

	if (accessed_ns == PATH_TIME_OMIT && modified_ns == PATH_TIME_OMIT)
		return 0;
	/* To set both to now it is enough to be allowed to write. */
	if (srv_owns(r, node) < 0) {
		error = accessed_ns == PATH_TIME_NOW && modified_ns == PATH_TIME_NOW ? srv_may(r, node, W_OK) : -EPERM;
	}
	if (error == 0)
		error = may_change(r, node);
	if (error < 0)
		return error;
	node->accessed_ns = new_time(accessed_ns, node->accessed_ns, now);
	node->modified_ns = new_time(modified_ns, node->modified_ns, now);
	node->changed_ns = now;
	return 0;
}

int64_t node_truncate(struct srv_request *r, struct srv_node *node, uint64_t length)
{
	int64_t status;

	if (length > INT64_MAX)
		return -EINVAL;
	if (S_ISDIR(node->mode))
		return -EISDIR;
	if (!node->ops->truncate)
		return -EINVAL;
	r->node = node;
	status = node->ops->truncate(r, length);
	if (status >= 0)
		node->modified_ns = node->changed_ns = srv_realtime_ns();
	return status;
}

/* ---- who may ---- */

static const struct proto_cred root_cred;

/* The entry of `number`, or the one that was not used for longest, to be filled. */
static struct cred_entry *find_entry(struct srv_state *s, uint64_t number)
{
	struct cred_entry *oldest = &s->creds[0];

	for (unsigned i = 0; i < CREDS_MAX; i++) {
		struct cred_entry *e = &s->creds[i];

		if (e->number == number)
			return e;
		if (e->used < oldest->used)
			oldest = e;
	}
	return oldest;
}

const struct proto_cred *srv_cred(struct srv_request *r)
{
	struct srv_state *s = state_of(r);
	struct cred_entry *e;

	if (!r->cred)
		return &root_cred;
	e = find_entry(s, r->cred);
	if (e->number != r->cred) {
		e->number = 0;
		e->used = 0;
		if (sys_cred(r->cred, &e->cred) < 0)
			return NULL;
		e->number = r->cred;
	}
	e->used = ++s->cred_clock;
	return &e->cred;
}

int cred_may(const struct proto_cred *cred, const struct srv_node *node, unsigned want)
{
	uint32_t bits;

	if (!cred->euid)
		return want & X_OK && !S_ISDIR(node->mode) && !(node->mode & 0111) ? -EACCES : 0;
	if (cred->euid == node->uid)
		bits = node->mode >> 6;
	else if (in_group(cred, node->gid))
		bits = node->mode >> 3;
	else
		bits = node->mode;
	return want & ~bits & 7 ? -EACCES : 0;
}

int srv_may(struct srv_request *r, const struct srv_node *node, unsigned want)
{
	const struct proto_cred *cred = srv_cred(r);

	return cred ? cred_may(cred, node, want) : -EACCES;
}

int srv_owns(struct srv_request *r, const struct srv_node *node)
{
	const struct proto_cred *cred = srv_cred(r);

	return cred && (!cred->euid || cred->euid == node->uid) ? 0 : -EPERM;
}
