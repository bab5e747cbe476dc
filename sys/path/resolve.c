/* SPDX-License-Identifier: 0BSD */
/* resolve.c: path text against the prefix table.
 *
 * `path` holds the physical path so far. `node` is the deepest node of the trie on the way there and
 * `beyond` counts the components of `path` behind it. Text is taken in component by component as
 * long as it is known to be physical; what follows goes to the covering mount's server. */
#include "path/resolve.h"

#include "path/text.h"
#include "lib/string.h"

#include <proto/posix.h>

struct state {
	struct resolve *r;
	struct node *node;
	unsigned beyond;
	struct node *ahead; /* a node that the text is known to lead to, `sure` components on */
	unsigned sure;
	unsigned at; /* in the text: what is behind is not taken in yet */
};

static bool is_file(const struct state *s)
{
	return s->beyond == 0 && s->node->mount && s->node->mount->flags & NS_MOUNT_FILE;
}

/* The next node on the way to `ahead`. */
static struct node *node_ahead(struct state *s)
{
	struct node *node = s->ahead;

	for (unsigned up = --s->sure; up; up--)
		node = node->parent;
	return node;
}

static int push(struct state *s, const char *name, unsigned len)
{
	struct resolve *r = s->r;
	struct node *child = NULL;

	if (len > PATH_NAME_MAX || r->path_len + 1 + len >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	if (is_file(s))
		return -ENOTDIR;
	r->path[r->path_len] = '/';
	memcpy(r->path + r->path_len + 1, name, len);
	r->path_len += 1 + len;
	if (s->sure)
		child = node_ahead(s);
	else if (s->beyond == 0)
		child = namespace_child(r->ns, s->node, name, len);
	if (child)
		s->node = child;
	else
		s->beyond++;
	return 0;
}

/* `..`: not above the root. */
static int pop(struct state *s)
{
	struct resolve *r = s->r;

	if (is_file(s))
		return -ENOTDIR;
	if (r->path_len <= r->root_len)
		return 0;
	while (r->path[--r->path_len] != '/')
		;
	if (s->beyond)
		s->beyond--;
	else
		s->node = s->node->parent;
	return 0;
}

/* Takes in LEN bytes that are physical: `..` in them is a lie. */
static int push_physical(struct state *s, const char *text, unsigned len)
{
	for (struct component c = text_component(text, len, 0); c.len; c = text_component(text, len, c.end)) {
		int error;

		if (text_is_dotdot(text, c))
			return -EINVAL;
		if (text_is_dot(text, c))
			continue;
		error = push(s, text + c.at, c.len);
		if (error)
			return error;
	}
	return 0;
}

static bool below_root(const struct resolve *r)
{
	return r->path_len >= r->root_len && memcmp(r->path, r->root, r->root_len) == 0 &&
	       (r->path_len == r->root_len || r->path[r->root_len] == '/');
}

/* Sets `path` to where the text begins, and takes in what is physical of it. */
static int begin(struct state *s)
{
	struct resolve *r = s->r;
	int error;

	s->node = r->ns->root;
	r->path_len = 0;
	if (r->len && r->text[0] == '/')
		return push_physical(s, r->root, r->root_len);
	if (r->mount == 0)
		return push_physical(s, r->base, r->base_len);
	if (r->physical > r->len)
		return -EINVAL;
	s->node = namespace_numbered(r->ns, r->mount);
	if (!s->node)
		return -ENOENT;
	namespace_path(s->node, r->path);
	r->path_len = s->node->path_bytes;
	error = push_physical(s, r->text, r->physical);
	if (error)
		return error;
	s->at = r->physical;
	return below_root(r) ? 0 : -ENOENT;
}

/* Whether a mount or a synthetic directory stands at the end of names that begin at C: then all of
 * them are physical, and `ahead` is that node. */
static void look_ahead(struct state *s, struct component c)
{
	const struct resolve *r = s->r;
	struct node *node = s->node;
	bool served = namespace_covering(s->node);
	unsigned names = 0;

	for (; c.len && !text_is_dotdot(r->text, c); c = text_component(r->text, r->len, c.end)) {
		if (text_is_dot(r->text, c))
			continue;
		node = namespace_child(r->ns, node, r->text + c.at, c.len);
		if (!node)
			break;
		names++;
		if (node->mount || node->synthetic || !served) {
			s->sure = names;
			s->ahead = node;
		}
		if (node->mount && node->mount->flags & NS_MOUNT_FILE)
			break;
		served = served || node->mount;
	}
}

/* Takes in text as long as it is physical. */
static int take(struct state *s)
{
	struct resolve *r = s->r;

	for (;;) {
		struct component c = text_component(r->text, r->len, s->at);
		int error = 0;

		s->at = c.at; /* slashes before it are nobody's */
		if (c.len == 0)
			break;
		if (text_is_dotdot(r->text, c)) {
			error = pop(s);
		} else if (text_is_dot(r->text, c)) {
			error = is_file(s) ? -ENOTDIR : 0;
		} else {
			if (s->sure == 0 && s->beyond == 0)
				look_ahead(s, c);
			if (s->sure == 0)
				break;
			error = push(s, r->text + c.at, c.len);
		}
		if (error)
			return error;
		s->at = c.end;
	}
	return 0;
}

/* Whether the text's end says what lies behind the mount's prefix: that is PATH[FROM..], then the
 * text from AT on. */
static bool suffix(const struct resolve *r, unsigned from, unsigned at, unsigned *skip)
{
	unsigned len = r->path_len - from, left = r->len - at;
	const char *text;

	if (len == 0) {
		*skip = at;
		return true;
	}
	from++; /* its '/' */
	len--;
	if (at < len)
		return false;
	text = r->text + at;
	if (left || (at && text[-1] == '/')) {
		if (at == len || text[-1] != '/')
			return false;
		text--;
	}
	text -= len;
	if (memcmp(text, r->path + from, len) != 0 || (text > r->text && text[-1] != '/'))
		return false;
	*skip = (unsigned)(text - r->text);
	return true;
}

/* The path behind the mount's prefix, and the rest of the text, as a text of its own. */
static int redirect(struct resolve *r, unsigned from, unsigned at)
{
	unsigned left = r->len - at;

	r->new_physical = r->path_len - from - 1;
	memmove(r->path, r->path + from + 1, r->new_physical);
	r->path_len = r->new_physical;
	if (left && r->path_len + 1 + left >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	if (left || (at && r->text[at - 1] == '/'))
		r->path[r->path_len++] = '/';
	memcpy(r->path + r->path_len, r->text + at, left);
	r->path_len += left;
	return RESOLVE_REDIRECT;
}

int resolve(struct resolve *r)
{
	struct state s = {.r = r};
	struct node *mount;
	int error;

	if (r->len >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	error = begin(&s);
	if (!error)
		error = take(&s);
	if (error)
		return error;
	mount = namespace_covering(s.node);
	if (s.beyond == 0 && s.at == r->len && namespace_served(s.node)) {
		r->node = s.node;
		return RESOLVE_SYNTHETIC;
	}
	if (!mount)
		return -ENOENT;
	if (mount->mount->flags & NS_MOUNT_FILE &&
	    (mount != s.node || s.beyond || s.at < r->len || (r->len && r->text[r->len - 1] == '/')))
		return -ENOTDIR;
	r->node = mount;
	r->new_mount = mount->mount->number;
	if (suffix(r, mount->path_bytes, s.at, &r->skip))
		return RESOLVE_MOUNT;
	return redirect(r, mount->path_bytes, s.at);
}

/* All of the text is physical and relative to a mount. */
static int begin_physical(struct state *s)
{
	struct resolve *r = s->r;

	if (r->mount == 0 || (r->len && r->text[0] == '/'))
		return -EINVAL;
	r->physical = r->len;
	return begin(s);
}

int resolve_where(struct resolve *r)
{
	struct state s = {.r = r};
	int error = begin_physical(&s);

	if (error)
		return error;
	r->path_len -= r->root_len;
	memmove(r->path, r->path + r->root_len, r->path_len);
	if (r->path_len == 0)
		r->path[r->path_len++] = '/';
	return 0;
}

int resolve_node(struct resolve *r, struct node **node)
{
	struct state s = {.r = r};
	int error = begin_physical(&s);

	if (error)
		return error;
	*node = s.beyond ? NULL : s.node;
	return 0;
}

int resolve_physical(struct resolve *r)
{
	struct state s = {.r = r};
	int error = begin(&s);

	return error ? error : push_physical(&s, r->text, r->len);
}
