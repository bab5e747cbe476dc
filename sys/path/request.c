/* SPDX-License-Identifier: 0BSD */
/* request.c: the path protocol: every operation is resolved and forwarded, or answered with a
 * REDIRECT, or is about a directory of `sys` itself. */
#include "path/context.h"

#include <proto/path_words.h>
#include <proto/posix.h>
#include <proto/proto.h>

/* One request at a time: it is too large for the stack. */
static struct resolve the_resolve;

static void from_context(struct resolve *r, const struct context *c)
{
	r->ns = c->ns;
	r->root = r->base = c->root;
	r->root_len = r->base_len = c->root_len;
}

static void from_directory(struct resolve *r, const struct directory *d)
{
	r->ns = d->ns;
	r->root = r->base = d->path;
	r->root_len = d->root_len;
	r->base_len = d->path_len;
	r->mount = 0;
	r->physical = 0;
}

static int64_t forward(struct request *q, const struct resolve *r)
{
	q->words.w[6] = PATH_FORWARDED | r->node->mount->number;
	q->words.w[7] = r->len - r->skip;
	q->forward_to = r->node->mount->slot;
	q->forward_skip = PROTO_INLINE(q->words.w[0]) ? 0 : r->skip;
	return SYS_FORWARD;
}

/* The path: in words, or in the data. */
static int take_text(struct resolve *r, const struct request *q)
{
	unsigned inline_bytes = PROTO_INLINE(q->words.w[0]);

	if (inline_bytes) {
		r->text = (const char *)&q->words.w[PROTO_INLINE_WORD];
		r->len = inline_bytes;
		return r->len <= PATH_INLINE_MAX && path_may_inline(PROTO_OP(q->words.w[0])) ? 0 : -EINVAL;
	}
	r->text = q->data;
	r->len = PATH_BYTES(q->words.w[5]);
	return r->len >= PATH_TEXT_MAX ? -ENAMETOOLONG : r->len > q->data_bytes ? -EINVAL : 0;
}

int64_t sys_path(struct request *q)
{
	struct resolve *r = &the_resolve;
	int result;

	result = take_text(r, q);
	if (result < 0)
		return result;
	r->mount = PATH_MOUNT(q->words.w[6]);
	r->physical = (unsigned)(q->words.w[7] & 0xffff);
	if (q->handle->kind == HANDLE_CONTEXT)
		from_context(r, context_of(q->handle));
	else
		from_directory(r, container_of(q->handle, struct directory, handle));
	result = resolve(r);
	if (result < 0)
		return result;
	if (result == RESOLVE_MOUNT)
		return forward(q, r);
	if (result == RESOLVE_SYNTHETIC)
		return directory_path_request(q, r);
	q->words.w[5] = r->path_len;
	q->words.w[6] = r->new_mount;
	q->words.w[7] = r->new_physical;
	q->reply_data = r->path;
	q->reply_bytes = r->path_len;
	return PATH_REDIRECT;
}
