/* SPDX-License-Identifier: 0BSD */
/* context.c: filesystem contexts: a root and a name space, bound to threads as their home. */
#include "path/context.h"

#include "mem/heap.h"
#include "mem/slot.h"
#include "lib/string.h"

#include <proto/posix.h>

static struct list all = LIST_INIT(all);
static uint32_t last_id;
static struct context *first;

static int context_new(struct namespace *ns, struct context **out)
{
	struct context *c = heap_new(struct context);

	if (!c)
		return -ENOMEM;
	handle_init(&c->handle, HANDLE_CONTEXT);
	c->id = ++last_id;
	c->references = 1;
	c->cwd = CAP_NONE;
	c->ns = ns;
	namespace_get(ns);
	list_push_back(&all, &c->all);
	*out = c;
	return 0;
}

void path_init(void)
{
	struct namespace *ns;

	if (namespace_new(&ns) || context_new(ns, &first))
		sys_panic("no memory for the first name space");
	namespace_put(ns);
	first->mounts = true;
}

int path_mount_root(cap_t connection)
{
	struct mount *mount = mount_new(connection, 1, 0);
	int error = mount ? namespace_mount(first->ns, "/", 1, mount) : -ENOMEM;

	if (mount && error)
		mount_drop(mount);
	return error;
}

struct context *path_first(void) { return first; }

int context_set_root(struct context *c, const char *path, unsigned len)
{
	char *copy = NULL;

	if (len) {
		copy = heap_alloc(len);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, path, len);
	}
	if (c->root)
		heap_free(c->root, c->root_len);
	c->root = copy;
	c->root_len = len;
	return 0;
}

void path_context_set_cwd(struct context *c, cap_t slot)
{
	slot_delete(c->cwd);
	c->cwd = slot;
}

int path_context_copy(struct context *from, struct context **out)
{
	struct context *c = NULL;
	int error = context_new(from->ns, &c);

	if (!error)
		error = context_set_root(c, from->root, from->root_len);
	if (!error && from->cwd != CAP_NONE)
		error = slot_copy(from->cwd, RIGHTS_ALL, &c->cwd);
	if (error) {
		if (c)
			path_context_put(c);
		return error;
	}
	c->owner = from->owner;
	c->mounts = from->mounts;
	*out = c;
	return 0;
}

struct context *path_context_get(struct context *c)
{
	c->references++;
	return c;
}

void path_context_put(struct context *c)
{
	if (--c->references)
		return;
	handle_close(&c->handle);
	list_remove(&c->all);
	if (c->root)
		heap_free(c->root, c->root_len);
	slot_delete(c->cwd);
	namespace_put(c->ns);
	heap_delete(c);
}

int path_context_open(struct context *c, cap_t *slot)
{
	int error = handle_open(&c->handle, slot);

	if (!error && !c->opened) {
		c->opened = true;
		c->references++;
	}
	return error;
}

void path_context_gone(struct handle *handle)
{
	struct context *c = context_of(handle);

	if (!c->opened)
		return;
	c->opened = false;
	path_context_put(c);
}

struct context *path_context_of(cap_t slot)
{
	struct handle *h = handle_of(slot, HANDLE_CONTEXT);

	return h ? context_of(h) : NULL;
}

struct context *path_context_from(struct handle *handle) { return context_of(handle); }

int path_context_cwd(const struct context *c, cap_t *slot)
{
	return c->cwd == CAP_NONE ? -ENOENT : slot_copy(c->cwd, RIGHTS_ALL, slot);
}

uint32_t path_context_id(const struct context *c) { return c->id; }

uint32_t path_namespace_id(const struct context *c) { return c->ns->id; }

int namespace_open(struct namespace *ns, bool mounter, cap_t *slot)
{
	int error = handle_open(&ns->handle[mounter], slot);

	if (!error && !ns->opened[mounter]) {
		ns->opened[mounter] = true;
		ns->references++;
	}
	return error;
}

int path_mount_right(struct context *c, cap_t *slot) { return namespace_open(c->ns, true, slot); }

void path_namespace_gone(struct handle *handle)
{
	unsigned i = handle->rights;
	struct namespace *ns = container_of(handle - i, struct namespace, handle[0]);

	if (!ns->opened[i])
		return;
	ns->opened[i] = false;
	namespace_put(ns);
}

struct context *context_next(const struct context *c)
{
	struct list_node *next = c ? list_next(&all, &c->all) : list_first(&all);

	return next ? list_entry(next, struct context, all) : NULL;
}

struct context *context_lookup(uint32_t id)
{
	for (struct context *c = context_next(NULL); c; c = context_next(c))
		if (c->id == id)
			return c;
	return NULL;
}
