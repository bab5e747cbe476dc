/* SPDX-License-Identifier: 0BSD */
/* world.c: see world.h.
 *
 * Prefixes are physical, as mount's contract says: what a covering server has at a name above a mount is a directory,
 * or, if the mount is synthetic, nothing. */
#include "host/sys/world.h"

#include "host/harness.h"
#include "path/text.h"

#include <proto/posix.h>
#include <stdio.h>
#include <string.h>

#define LINKS_MAX 60
#define HOPS_MAX  2000

static unsigned pick(unsigned n) { return (unsigned)(host_random() % n); }

static int child(const struct server *s, int of, const char *name, unsigned len)
{
	for (unsigned i = 1; i < s->count; i++)
		if (s->object[i].parent == of && strlen(s->object[i].name) == len &&
		    !memcmp(s->object[i].name, name, len))
			return (int)i;
	return -1;
}

static void random_text(char *text, bool absolute)
{
	static const char *const parts[] = {"a", "b", "c", "..", "d", ".", "a", "b"};
	unsigned n = 1 + pick(4);

	text[0] = 0;
	for (unsigned i = 0; i < n; i++) {
		if (i || absolute)
			strcat(text, pick(8) ? "/" : "//");
		strcat(text, parts[pick(8)]);
	}
	if (!pick(8))
		strcat(text, "/");
}

static void fill(struct server *s)
{
	unsigned n = 4 + pick(WORLD_OBJECTS - 6);

	memset(s, 0, sizeof(*s));
	s->count = 1;
	for (unsigned i = 0; i < n; i++) {
		int parent = (int)pick(s->count);
		char name[2] = {(char)('a' + pick(4)), 0};
		struct object *o = &s->object[s->count];

		if (s->object[parent].kind != KIND_DIRECTORY || child(s, parent, name, 1) >= 0)
			continue;
		strcpy(o->name, name);
		o->parent = parent;
		o->kind = pick(10) < 5 ? KIND_DIRECTORY : pick(2) ? KIND_LINK : KIND_FILE;
		if (o->kind == KIND_LINK)
			random_text(o->target, pick(3) == 0);
		s->count++;
	}
}

static bool below(const char *path, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(path, prefix, n) == 0 && (path[n] == 0 || path[n] == '/');
}

/* The server whose mount covers the physical path; -1: none. */
static int covering(const struct world *w, const char *path)
{
	int best = -1;

	for (int i = 0; i < WORLD_SERVERS; i++)
		if (w->server[i].mounted && below(path, w->server[i].prefix) &&
		    (best < 0 || strlen(w->server[i].prefix) > strlen(w->server[best].prefix)))
			best = i;
	return best;
}

static bool synthetic(const struct world *w, const char *path)
{
	const struct node *node = w->ns->root;
	unsigned len = (unsigned)strlen(path);

	for (struct component c = text_component(path, len, 0); c.len; c = text_component(path, len, c.end)) {
		node = namespace_child(w->ns, node, path + c.at, c.len);
		if (!node)
			return false;
	}
	return namespace_served(node);
}

/* What stands at a physical path, all of whose beginning is known to be directories. */
static struct found at_physical(const struct world *w, const char *path)
{
	struct found f = {0};
	int server = covering(w, path), object = 0;
	const char *rest;
	unsigned len;

	if (synthetic(w, path)) {
		f.server = -1;
		strcpy(f.prefix, path);
		return f;
	}
	if (server < 0)
		return (struct found){.error = -ENOENT};
	rest = path + strlen(w->server[server].prefix);
	len = (unsigned)strlen(rest);
	for (struct component c = text_component(rest, len, 0); c.len; c = text_component(rest, len, c.end)) {
		if (w->server[server].object[object].kind != KIND_DIRECTORY)
			return (struct found){.error = -ENOTDIR};
		object = child(&w->server[server], object, rest + c.at, c.len);
		if (object < 0)
			return (struct found){.error = -ENOENT};
	}
	f.server = server;
	f.object = object;
	return f;
}

static bool is_directory(const struct world *w, struct found f)
{
	if (f.error)
		return false;
	return f.server < 0 ||
	       (!w->server[f.server].file && w->server[f.server].object[f.object].kind == KIND_DIRECTORY);
}

struct found world_walk(const struct world *w, const char *start, const char *text)
{
	char path[4096], rest[8192], next[8192];
	unsigned links = 0;

	strcpy(path, text[0] == '/' ? w->root : start);
	strcpy(rest, text);
	for (;;) {
		unsigned len = (unsigned)strlen(rest);
		struct component c = text_component(rest, len, 0);
		struct found f = at_physical(w, path);

		if (f.error)
			return f;
		if (len && !is_directory(w, f))
			return (struct found){.error = -ENOTDIR};
		if (c.len == 0)
			return f;
		if (text_is_dotdot(rest, c)) {
			if (strlen(path) > strlen(w->root))
				*strrchr(path, '/') = 0;
		} else if (!text_is_dot(rest, c)) {
			size_t n = strlen(path);

			snprintf(path + n, sizeof(path) - n, "/%.*s", (int)c.len, rest + c.at);
			f = at_physical(w, path);
			if (f.error)
				return f;
			if (f.server >= 0 && !w->server[f.server].file &&
			    w->server[f.server].object[f.object].kind == KIND_LINK) {
				const char *target = w->server[f.server].object[f.object].target;

				if (++links > LINKS_MAX)
					return (struct found){.error = -ELOOP};
				path[n] = 0;
				if (target[0] == '/')
					strcpy(path, w->root);
				snprintf(next, sizeof(next), "%s%s", target, rest + c.at + c.len);
				strcpy(rest, next[0] == '/' ? next + 1 : next);
				/* What follows a link with a final slash must be in a directory. */
				continue;
			}
		}
		memmove(rest, rest + c.at + c.len, strlen(rest + c.at + c.len) + 1);
	}
}

static void path_within(const struct server *s, int object, char *path)
{
	char part[4096];

	path[0] = 0;
	for (; object; object = s->object[object].parent) {
		snprintf(part, sizeof(part), "%s%s%s", s->object[object].name, path[0] ? "/" : "", path);
		strcpy(path, part);
	}
}

void world_path(const struct world *w, struct found at, char *path)
{
	char within[4096];

	if (at.server < 0) {
		strcpy(path, at.prefix);
		return;
	}
	path_within(&w->server[at.server], at.object, within);
	sprintf(path, "%s%s%s", w->server[at.server].prefix, within[0] ? "/" : "", within);
}

/* What a client keeps of a redirect. */
struct text {
	char text[8192];
	uint32_t mount;
	unsigned physical;
};

static bool marked(const struct world *w, int server, int object)
{
	char path[4096];

	world_path(w, (struct found){.server = server, .object = object}, path);
	for (int i = 0; i < WORLD_SERVERS; i++)
		if (i != server && w->server[i].mounted && strcmp(w->server[i].prefix, path) == 0)
			return true;
	return false;
}

/* A server at work, as path.def says: true: redirected. */
static bool serve(const struct world *w, int server, int from, const char *given, bool forwarded, struct text *t,
		  struct found *f)
{
	const struct server *s = &w->server[server];
	char rest[8192], next[8192];
	int at = from;
	unsigned links = 0;
	bool mind = !forwarded, lazy = !w->synthetic && pick(2);

	*f = (struct found){.server = server};
	strcpy(rest, given);
	for (;;) {
		unsigned len = (unsigned)strlen(rest);
		struct component c = text_component(rest, len, 0);
		const char *what, *behind;
		int to;

		if (len && (s->file || s->object[at].kind != KIND_DIRECTORY)) {
			f->error = -ENOTDIR;
			return false;
		}
		if (c.len == 0) {
			f->object = at;
			return false;
		}
		behind = rest + c.at + c.len;
		what = NULL;
		if (text_is_dotdot(rest, c)) {
			what = "..";
		} else if (!text_is_dot(rest, c)) {
			to = child(s, at, rest + c.at, c.len);
			if (to < 0) {
				f->error = -ENOENT;
				return false;
			}
			if (s->object[to].kind == KIND_LINK) {
				const char *target = s->object[to].target;

				if (target[0] != '/' && !strstr(target, "..") && lazy) {
					/* Stays inside: followed here; it may run into mounts. */
					snprintf(next, sizeof(next), "%s%s", target, behind);
					if (++links > LINKS_MAX || strlen(next) > 4000) {
						f->error = -ELOOP;
						return false;
					}
					strcpy(rest, next);
					mind = true;
					continue;
				}
				what = target;
			} else if (mind && marked(w, server, to)) {
				what = s->object[to].name;
			} else {
				at = to;
			}
		}
		if (what) {
			path_within(s, at, t->text);
			t->mount = s->number;
			t->physical = (unsigned)strlen(t->text);
			if (what[0] == '/') {
				t->text[0] = 0;
				t->physical = 0;
			} else if (t->text[0]) {
				strcat(t->text, "/");
			}
			strcat(t->text, what);
			strcat(t->text, behind);
			return true;
		}
		memmove(rest, behind, strlen(behind) + 1);
	}
}

static struct found follow(const struct world *w, struct text *t, const char *base)
{
	static struct resolve r;
	struct found f = {0};

	for (unsigned hops = 0; hops < HOPS_MAX; hops++) {
		int result;

		r = (struct resolve){.ns = w->ns,
				     .root = w->root,
				     .root_len = (unsigned)strlen(w->root),
				     .base = base,
				     .base_len = (unsigned)strlen(base),
				     .text = t->text,
				     .len = (unsigned)strlen(t->text),
				     .mount = t->mount,
				     .physical = t->physical};
		result = resolve(&r);
		base = w->root;
		if (result < 0)
			return (struct found){.error = result == -ENAMETOOLONG ? -ELOOP : result};
		if (result == RESOLVE_SYNTHETIC) {
			f.server = -1;
			memcpy(f.prefix, r.path, r.path_len);
			f.prefix[r.path_len] = 0;
			return f;
		}
		if (result == RESOLVE_REDIRECT) {
			memcpy(t->text, r.path, r.path_len);
			t->text[r.path_len] = 0;
			t->mount = r.new_mount;
			t->physical = r.new_physical;
			continue;
		}
		for (int i = 0; i < WORLD_SERVERS; i++) {
			char given[8192];

			if (!w->server[i].mounted || w->server[i].number != r.node->mount->number)
				continue;
			strcpy(given, t->text + r.skip);
			if (!serve(w, i, 0, given, true, t, &f))
				return f;
			break;
		}
		if (strlen(t->text) > 4000)
			return (struct found){.error = -ELOOP};
	}
	return (struct found){.error = -ELOOP};
}

struct found world_send(const struct world *w, const char *text)
{
	struct text t = {.mount = 0};

	strcpy(t.text, text);
	return follow(w, &t, w->root);
}

struct found world_send_at(const struct world *w, struct found at, const char *text)
{
	struct text t = {.mount = 0};
	struct found f;

	if (text[0] == '/')
		return world_send(w, text);
	if (at.server < 0) {
		strcpy(t.text, text);
		return follow(w, &t, at.prefix);
	}
	if (!serve(w, at.server, at.object, text, false, &t, &f))
		return f;
	return follow(w, &t, w->root);
}

/* Mounts server I where the contract allows it; else it stays unmounted. */
static void mount(struct world *w, int i)
{
	struct server *s = &w->server[i];
	char prefix[64] = "", part[64];
	unsigned depth = i ? 1 + pick(3) : 0;
	bool missing = false;
	struct mount *m;

	for (unsigned d = 0; d < depth; d++) {
		struct found f;

		strcpy(part, prefix);
		snprintf(prefix + strlen(prefix), sizeof(prefix) - strlen(prefix), "/%c", 'a' + (int)pick(4));
		f = at_physical(w, prefix);
		if (f.error == -ENOENT)
			missing = true;
		else if (!is_directory(w, f))
			return;
	}
	m = mount_new(
	    1, 1, (missing || pick(9) == 0 ? NS_MOUNT_SYNTHETIC : 0u) | (i == WORLD_SERVERS - 1 ? NS_MOUNT_FILE : 0u));
	if (namespace_mount(w->ns, prefix[0] ? prefix : "/", prefix[0] ? (unsigned)strlen(prefix) : 1, m)) {
		mount_drop(m);
		return;
	}
	strcpy(s->prefix, prefix);
	s->mounted = true;
	w->synthetic = w->synthetic || m->flags & NS_MOUNT_SYNTHETIC;
	s->file = i == WORLD_SERVERS - 1;
	s->number = m->number;
}

void world_make(struct world *w)
{
	memset(w, 0, sizeof(*w));
	namespace_new(&w->ns);
	for (int i = 0; i < WORLD_SERVERS; i++)
		fill(&w->server[i]);
	for (int i = pick(8) ? 0 : 1; i < WORLD_SERVERS; i++)
		mount(w, i);
	if (pick(3) == 0) {
		char text[64], path[4096];
		struct found f;

		random_text(text, true);
		f = world_walk(w, "", text);
		if (!is_directory(w, f))
			return;
		world_path(w, f, path);
		if (strlen(path) < sizeof(w->root))
			strcpy(w->root, path);
	}
}

void world_end(struct world *w) { namespace_put(w->ns); }
