/* SPDX-License-Identifier: 0BSD */
/* model.c: see model.h. Resolution is a loop over components; a link is resolved by calling it again. */
#include "model.h"

#include "../posix/lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

struct model model;

static struct node *add(struct node *parent, const char *name, mode_t type)
{
	struct node *n = &model.node[model.nodes++];

	if (model.nodes > NODES_MAX)
		abort();
	*n = (struct node){.parent = parent ? parent : n, .type = type};
	strncpy(n->name, name, sizeof(n->name) - 1);
	return n;
}

static void identify(struct node *n, const char *path)
{
	struct stat st = {0};

	EXPECT_OK(lstat(path, &st));
	EXPECT_EQ(st.st_mode & S_IFMT, n->type);
	n->dev = st.st_dev;
	n->ino = st.st_ino;
}

void model_begin(void)
{
	char *rest, *name, copy[sizeof(model.path)];
	struct node *n;

	memset(&model, 0, sizeof(model));
	EXPECT(getcwd(model.path, sizeof(model.path)) != NULL);
	n = add(NULL, "", S_IFDIR);
	identify(n, "/");
	model.root.node = n;
	strcpy(copy, model.path);
	for (rest = copy; (name = strsep(&rest, "/"));)
		if (*name) {
			n = add(n, name, S_IFDIR);
			identify(n, model_path(n));
		}
	model.home.node = model.cwd.node = n;
}

struct node *model_find(struct node *dir, const char *name, unsigned len)
{
	for (unsigned i = 1; i < model.nodes; i++) {
		struct node *n = &model.node[i];

		if (n->parent == dir && strlen(n->name) == len && memcmp(n->name, name, len) == 0)
			return n;
	}
	return NULL;
}

struct node *model_child(struct node *dir, unsigned n)
{
	for (unsigned i = 1; i < model.nodes; i++)
		if (model.node[i].parent == dir && n-- == 0)
			return &model.node[i];
	return NULL;
}

const char *model_path(const struct node *node)
{
	static char text[1024];
	char *at = text + sizeof(text) - 1;

	*at = '\0';
	for (; node->parent != node; node = node->parent) {
		size_t len = strlen(node->name);

		at -= len + 1;
		*at = '/';
		memcpy(at + 1, node->name, len);
	}
	return *at ? at : "/";
}

/* ---- building ---- */

/* A node at PATH from home, whose directory exists. */
static struct node *place(const char *path, mode_t type)
{
	struct node *dir = model.home.node;
	const char *slash;

	while ((slash = strchr(path, '/'))) {
		dir = model_find(dir, path, (unsigned)(slash - path));
		path = slash + 1;
	}
	return add(dir, path, type);
}

struct node *model_dir(const char *path)
{
	struct node *n = place(path, S_IFDIR);

	EXPECT_OK(mkdir(path, 0777));
	identify(n, path);
	return n;
}

struct node *model_file(const char *path)
{
	struct node *n = place(path, S_IFREG);

	test_write_file(path, path);
	identify(n, path);
	return n;
}

struct node *model_link(const char *path, const char *target)
{
	struct node *n = place(path, S_IFLNK);

	strncpy(n->target, target, sizeof(n->target) - 1);
	EXPECT_OK(symlink(target, path));
	identify(n, path);
	return n;
}

void model_mount(const char *path, struct node *root)
{
	struct mounted *m = &model.mount[model.mounts];

	EXPECT_EQ(model_resolve(model.home, path, true, &m->at), 0);
	m->root = root;
	model.mounts++;
	EXPECT_OK(mount(model_path(root), path, NULL, MS_BIND, NULL));
}

void model_unmount(void)
{
	while (model.mounts)
		EXPECT_OK(umount(model_path(model.mount[--model.mounts].at.node)));
}

void model_rename(struct node *node, struct node *to, const char *name)
{
	char from[256], path[300];

	strcpy(from, model_path(node));
	snprintf(path, sizeof(path), "%s/%s", model_path(to), name);
	EXPECT_OK(rename(from, path));
	node->parent = to;
	strcpy(node->name, name);
}

/* ---- resolution ---- */

static bool same(struct position a, struct position b) { return a.node == b.node && a.via == b.via; }

/* What is seen at P: the topmost mount there. */
static struct position top(struct position p)
{
	for (unsigned i = 0; i < model.mounts; i++)
		if (same(model.mount[i].at, p)) {
			p = (struct position){model.mount[i].root, &model.mount[i]};
			i = (unsigned)-1;
		}
	return p;
}

static struct position parent(struct position p)
{
	while (!same(p, model.root) && p.via && p.node == p.via->root)
		p = p.via->at;
	if (!same(p, model.root))
		p.node = p.node->parent;
	return top(p);
}

/* The next component at *PATH, and whether it is the last: nothing but slashes behind it. */
static unsigned component(const char **path, bool *last, bool *slash)
{
	unsigned len;
	const char *rest;

	while (**path == '/')
		(*path)++;
	len = (unsigned)strcspn(*path, "/");
	rest = *path + len;
	*slash = *rest == '/';
	while (*rest == '/')
		rest++;
	*last = *rest == '\0';
	return len;
}

static int resolve(struct position at, const char *path, bool follow, unsigned *links, struct position *out)
{
	bool last = false, slash = false;

	if (!*path)
		return ENOENT;
	if (*path == '/')
		at = model.root;
	while (!last) {
		unsigned len = component(&path, &last, &slash);
		struct position next = {NULL, at.via};
		int error = 0;

		if (len == 0)
			break;
		if (!S_ISDIR(at.node->type))
			return ENOTDIR;
		if (len == 1 && *path == '.') {
			next = at;
		} else if (len == 2 && memcmp(path, "..", 2) == 0) {
			next = parent(at);
		} else {
			next.node = model_find(at.node, path, len);
			if (!next.node)
				return ENOENT;
			if (S_ISLNK(next.node->type) && (!last || slash || follow)) {
				if (++*links > LINKS_MAX)
					return ELOOP;
				error = resolve(at, next.node->target, true, links, &next);
			} else {
				next = top(next);
			}
		}
		if (error)
			return error;
		at = next;
		path += len;
	}
	if (slash && !S_ISDIR(at.node->type))
		return ENOTDIR;
	*out = at;
	return 0;
}

int model_resolve(struct position from, const char *path, bool follow, struct position *out)
{
	unsigned links = 0;

	return resolve(from, path, follow, &links, out);
}

int model_resolve_parent(struct position from, const char *path, struct position *dir, const char **last)
{
	static char head[1024], name[256];
	size_t len = strlen(path), end;
	int error;

	if (!len)
		return ENOENT;
	while (len > 1 && path[len - 1] == '/')
		len--;
	for (end = len; end > 0 && path[end - 1] != '/'; end--)
		;
	memcpy(name, path + end, len - end);
	name[len - end] = '\0';
	memcpy(head, path, end);
	head[end] = '\0';
	*last = name;
	error = model_resolve(from, end ? head : ".", true, dir);
	if (!error && !S_ISDIR(dir->node->type))
		error = ENOTDIR;
	if (!error && (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0))
		error = EEXIST;
	return error;
}
