/* SPDX-License-Identifier: 0BSD */
/* walk.c: one component after the other. */
#include "srv/walk.h"
#include "srv/state.h"

/* Takes `to` into use in the place of what is there. */
static void set(struct srv_node **at, struct srv_node *to)
{
	struct srv_node *old = *at;

	*at = to;
	if (to)
		node_use(to);
	if (old)
		node_unuse(old);
}

static void skip_slashes(struct walk *w)
{
	while (w->bytes && *w->text == '/') {
		w->text++;
		w->bytes--;
	}
}

/* The next component: 1, 0 at the end, or -errno. What is behind it, with its slashes, stays. */
static int next_name(struct walk *w, struct srv_name *name)
{
	unsigned n = 0;

	skip_slashes(w);
	while (n < w->bytes && w->text[n] != '/') {
		if (!w->text[n])
			return -EINVAL;
		n++;
	}
	*name = (struct srv_name){w->text, n};
	w->text += n;
	w->bytes -= n;
	return n > PATH_NAME_MAX ? -ENAMETOOLONG : n != 0;
}

static bool is_dot(struct srv_name name) { return name.bytes == 1 && name.text[0] == '.'; }
static bool is_dot_dot(struct srv_name name) { return name.bytes == 2 && name.text[0] == '.' && name.text[1] == '.'; }

/* Whether nothing but slashes follows. */
static bool at_end(const struct walk *w)
{
	for (unsigned i = 0; i < w->bytes; i++) {
		if (w->text[i] != '/')
			return false;
	}
	return true;
}

static int redirect(struct walk *w, struct srv_name target)
{
	w->target = target;
	w->rest = (struct srv_name){w->text, w->bytes};
	return PATH_REDIRECT;
}

/* Whether a link's target leads out of what this server alone can decide. */
static bool leads_away(struct srv_name target)
{
	struct walk w = {.text = target.text, .bytes = target.bytes};
	struct srv_name name;

	if (target.text[0] == '/')
		return true;
	while (next_name(&w, &name) > 0) {
		if (is_dot_dot(name))
			return true;
	}
	return false;
}

/* The link `w->node` in `w->dir` is followed: 0: the text is a new one, from w->dir on. */
static int follow(struct walk *w)
{
	struct srv_name target;
	int64_t bytes;

	if (++w->links > PATH_REDIRECTS_MAX)
		return -ELOOP;
	bytes = w->node->ops->readlink ? w->node->ops->readlink(w->node, &target.text) : -EINVAL;
	if (bytes <= 0)
		return bytes ? (int)bytes : -ENOENT;
	if (bytes + w->bytes >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	target.bytes = (unsigned)bytes;
	if (leads_away(target))
		return redirect(w, target);
	memmove(w->work + target.bytes, w->text, w->bytes);
	memcpy(w->work, target.text, target.bytes);
	w->text = w->work;
	w->bytes += target.bytes;
	w->marks = true;
	set(&w->node, w->dir);
	return 0;
}

/* Looks `name` up in w->node, which becomes w->dir. */
static int step(struct walk *w, struct srv_name name)
{
	struct srv_node *child = NULL;
	int r;

	if (!S_ISDIR(w->node->mode))
		return -ENOTDIR;
	r = w->search(w, w->node);
	if (r < 0)
		return r;
	if (is_dot(name)) {
		set(&w->dir, NULL);
		return 0;
	}
	set(&w->dir, w->node);
	if (is_dot_dot(name))
		return redirect(w, name);
	r = w->dir->ops->lookup ? w->dir->ops->lookup(w->dir, name, &child) : -ENOENT;
	if (r < 0 && r != -ENOENT)
		return r;
	set(&w->node, r < 0 ? NULL : child);
	return 0;
}

/* The component `name` has been looked up. 0: go on. */
static int consider(struct walk *w, struct srv_name name, bool last)
{
	if (!w->node)
		return last && w->parent ? 0 : -ENOENT;
	if (S_ISLNK(w->node->mode) && (!last || w->follow || (w->slash && !w->making)))
		return follow(w);
	if (w->node->marked && w->marks && !(last && w->covered))
		return redirect(w, name);
	return 0;
}

int walk_path(struct walk *w)
{
	struct srv_name name;
	int r;

	node_use(w->node);
	while ((r = next_name(w, &name)) > 0) {
		bool last = at_end(w);

		w->slash = last && w->bytes;
		r = step(w, name);
		if (r == 0 && w->dir)
			r = consider(w, name, last);
		if (r != 0)
			return r;
		w->last = name;
		if (last && !w->node)
			return 0;
	}
	if (r == 0 && w->slash && !w->making && !S_ISDIR(w->node->mode))
		return -ENOTDIR;
	return r;
}

void walk_end(struct walk *w)
{
	set(&w->node, NULL);
	set(&w->dir, NULL);
}
