/* SPDX-License-Identifier: 0BSD */
/* mount.c: the ns protocol: mounts, roots, contexts.
 *
 * Who may mount: whoever sends to a name space's capability with that right; a context that has
 * cloned its name space; and a context that came down from the first one, as long as its user is
 * root. Prefixes are those that the context sees: below its root. */
#include "path/context.h"

#include "mem/heap.h"
#include "mem/slot.h"
#include "proc/cred.h"
#include "lib/string.h"

#include <proto/posix.h>
#include <proto/proto.h>
#include <proto/stat.h>

static char text[PATH_TEXT_MAX];

struct waiter {
	struct list_node node;
	struct parked *parked;
	unsigned len;
	char prefix[];
};

static bool to_namespace(const struct request *q) { return q->handle->kind == HANDLE_NAMESPACE; }

static struct namespace *ns_of(const struct request *q)
{
	if (to_namespace(q))
		return container_of(q->handle - q->handle->rights, struct namespace, handle[0]);
	return context_of(q->handle)->ns;
}

static bool may_mount(const struct request *q)
{
	const struct context *c;

	if (to_namespace(q))
		return q->handle->rights;
	c = context_of(q->handle);
	return c->owner || (c->mounts && cred_is_root((uint32_t)q->cred));
}

/* The prefix in the message, from the name space's root: in `text`. */
static int prefix_of(const struct request *q, unsigned *len)
{
	const struct context *c = to_namespace(q) ? NULL : context_of(q->handle);
	unsigned root = c ? c->root_len : 0, bytes = q->data_bytes;

	if (root + bytes >= sizeof(text) || INFO_LENGTH(q->info) > bytes)
		return -ENAMETOOLONG;
	if (bytes == 0 || q->data[0] != '/')
		return -EINVAL;
	if (root)
		memcpy(text, c->root, root);
	memcpy(text + root, q->data, bytes);
	*len = root + bytes;
	return 0;
}

static void wake(struct namespace *ns)
{
	struct list_node *next;

	for (struct list_node *at = list_first(&ns->waiting); at; at = next) {
		struct waiter *w = list_entry(at, struct waiter, node);

		next = list_next(&ns->waiting, at);
		if (!namespace_mounted(ns, w->prefix, w->len))
			continue;
		list_remove(&w->node);
		parked_reply(w->parked, 0);
		heap_free(w, sizeof(*w) + w->len);
	}
}

int64_t sys_ns_mount(struct request *q)
{
	struct mount *mount;
	unsigned len;
	cap_t slot;
	int error;

	if (!may_mount(q))
		return -EACCES;
	error = prefix_of(q, &len);
	if (error)
		return error;
	if (request_cap_type(q, 0) != OBJ_CONNECTION)
		return -EBADF;
	error = request_take(q, 0, &slot);
	if (error)
		return error;
	mount = mount_new(slot, STAMP_PID(q->who), (uint32_t)q->words.w[1] & (NS_MOUNT_FILE | NS_MOUNT_SYNTHETIC));
	if (!mount) {
		slot_delete(slot);
		return -ENOMEM;
	}
	error = namespace_mount(ns_of(q), text, len, mount);
	if (error) {
		mount_drop(mount);
		return error;
	}
	q->words.w[1] = mount->number;
	wake(ns_of(q));
	return 0;
}

int64_t sys_ns_unmount(struct request *q)
{
	unsigned len;
	int error;

	if (!may_mount(q))
		return -EACCES;
	error = prefix_of(q, &len);
	return error ? error : namespace_unmount(ns_of(q), text, len);
}

/* The waiting program does not wait any more, or should not. */
static void stop_waiting(struct parked *p, unsigned bits)
{
	struct waiter *w = p->owner;

	if (bits && !(bits & NOTICE_UNBLOCK))
		return;
	list_remove(&w->node);
	heap_free(w, sizeof(*w) + w->len);
	if (bits)
		parked_reply(p, -EINTR);
	else
		parked_drop(p);
}

int64_t sys_ns_wait(struct request *q)
{
	struct namespace *ns = ns_of(q);
	struct waiter *w;
	unsigned len;
	int error = prefix_of(q, &len);

	if (error)
		return error;
	if (namespace_mounted(ns, text, len))
		return 0;
	w = heap_alloc(sizeof(*w) + len);
	if (!w)
		return -ENOMEM;
	w->len = len;
	memcpy(w->prefix, text, len);
	w->parked = request_park(q, w, stop_waiting);
	if (!w->parked) {
		heap_free(w, sizeof(*w) + len);
		return -ENOMEM;
	}
	list_push_back(&ns->waiting, &w->node);
	return SYS_LATER;
}

/* The node's prefix as the sender sees it; false: not below its root. In `text`. */
static bool seen(const struct request *q, const struct node *node, unsigned *at, unsigned *len)
{
	const struct context *c = !q || to_namespace(q) ? NULL : context_of(q->handle);
	unsigned root = c ? c->root_len : 0;

	namespace_path(node, text);
	*len = node->path_bytes;
	*at = root;
	if (*len < root || memcmp(text, c ? c->root : "", root) != 0 || (*len > root && text[root] != '/'))
		return false;
	if (*len == root)
		text[(*len)++] = '/';
	*len -= root;
	return true;
}

unsigned namespace_list(const struct request *q, const struct namespace *ns, uint64_t *place, char *to, unsigned room)
{
	unsigned used = 0;
	struct node *node = NULL;

	for (node = namespace_from(ns, (uint32_t)*place); node; node = namespace_from(ns, node->mount->number + 1)) {
		struct proto_mount *m = (struct proto_mount *)(to + used);
		unsigned at, len, bytes;

		if (!seen(q, node, &at, &len))
			continue;
		bytes = (unsigned)(sizeof(*m) + len + 7) & ~7u;
		if (used + bytes > room)
			break;
		memset(m, 0, bytes);
		*m = (struct proto_mount){.number = node->mount->number,
					  .prefix_bytes = (uint16_t)len,
					  .flags = (uint16_t)node->mount->flags,
					  .server = node->mount->server};
		memcpy(m + 1, text + at, len);
		used += bytes;
	}
	*place = node ? node->mount->number : 0;
	return used;
}

static char records[PATH_TEXT_MAX + sizeof(struct proto_mount)];

int64_t sys_ns_list(struct request *q)
{
	q->reply_bytes = namespace_list(q, ns_of(q), &q->words.w[1], records, sizeof(records));
	q->reply_data = records;
	return q->reply_bytes;
}

int64_t sys_ns_clone(struct request *q)
{
	struct context *c;
	struct namespace *ns;
	int error;

	if (to_namespace(q))
		return -EINVAL;
	c = context_of(q->handle);
	error = PROTO_FLAGS(q->words.w[0]) & NS_EMPTY ? namespace_new(&ns) : namespace_clone(c->ns, &ns);
	if (error)
		return error;
	namespace_put(c->ns);
	c->ns = ns;
	c->owner = true;
	return 0;
}

static struct resolve where;

/* `where` for physical text of the message: within MOUNT, or from the root. */
static void where_of(const struct request *q, uint32_t mount)
{
	const struct context *c = context_of(q->handle);

	where.ns = c->ns;
	where.root = where.base = c->root;
	where.root_len = where.base_len = c->root_len;
	where.text = q->data;
	where.len = q->data_bytes;
	where.mount = mount;
	where.physical = 0;
}

int64_t sys_ns_where(struct request *q)
{
	int error;

	if (to_namespace(q))
		return -EINVAL;
	if (INFO_LENGTH(q->info) >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	where_of(q, (uint32_t)q->words.w[1]);
	error = resolve_where(&where);
	if (error)
		return error;
	q->reply_data = where.path;
	q->reply_bytes = where.path_len;
	return where.path_len;
}

int64_t sys_ns_chroot(struct request *q)
{
	struct context *c;
	int error;

	if (to_namespace(q))
		return -EINVAL;
	if (!cred_is_root((uint32_t)q->cred))
		return -EPERM;
	c = context_of(q->handle);
	if (INFO_LENGTH(q->info) + c->root_len >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	if (q->data_bytes == 0 || q->data[0] != '/')
		return -EINVAL;
	where_of(q, 0);
	error = resolve_physical(&where);
	return error ? error : context_set_root(c, where.path, where.path_len);
}

int64_t sys_ns_chdir(struct request *q)
{
	cap_t slot;
	int error;

	if (to_namespace(q))
		return -EINVAL;
	if (request_cap_type(q, 0) != OBJ_CONNECTION)
		return -EBADF;
	error = request_take(q, 0, &slot);
	if (error)
		return error;
	path_context_set_cwd(context_of(q->handle), slot);
	return 0;
}

int64_t sys_ns_context(struct request *q)
{
	struct context *c, *copy;
	cap_t slot;
	int error;

	if (to_namespace(q))
		return -EINVAL;
	c = context_of(q->handle);
	if (PROTO_FLAGS(q->words.w[0]) & NS_SHARE) {
		copy = path_context_get(c);
	} else {
		error = path_context_copy(c, &copy);
		if (error)
			return error;
	}
	error = path_context_open(copy, &slot);
	path_context_put(copy);
	if (error)
		return error;
	request_give(q, slot, true);
	return 0;
}

int64_t sys_ns_container(struct request *q)
{
	cap_t slot;
	int error = namespace_open(ns_of(q), may_mount(q), &slot);

	if (error)
		return error;
	request_give(q, slot, true);
	return 0;
}

int64_t sys_ns_names(struct request *q)
{
	uint32_t place = (uint32_t)q->words.w[2];
	struct node *node = NULL;
	int error;

	if (to_namespace(q))
		return -EINVAL;
	if (INFO_LENGTH(q->info) >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	where_of(q, (uint32_t)q->words.w[1]);
	error = resolve_node(&where, &node);
	if (error)
		return error;
	q->reply_data = records;
	q->reply_bytes = directory_names(node, &place, records, sizeof(records));
	q->words.w[2] = place;
	return q->reply_bytes;
}
