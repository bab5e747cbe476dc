/* SPDX-License-Identifier: 0BSD */
/* info.c: what PROC_INFO tells of contexts and name spaces. */
#include "path/context.h"

#include "lib/string.h"

#include <proto/info.h>
#include <proto/posix.h>

static union {
	struct info_container container[64];
	char bytes[2 * PATH_TEXT_MAX];
} out;

static int64_t answer(struct request *q, unsigned count, unsigned bytes, uint64_t next)
{
	q->words.w[1] = next;
	q->reply_data = &out;
	q->reply_bytes = bytes;
	return count;
}

static int64_t contexts(struct request *q)
{
	struct context *c = context_next(NULL);
	unsigned n = 0;

	for (; c && n < 64; c = context_next(c))
		if (c->id >= q->words.w[3])
			out.container[n++] =
			    (struct info_container){.id = c->id, .references = c->references, .parent = c->ns->id};
	return answer(q, n, n * sizeof(out.container[0]), c ? c->id : 0);
}

static int64_t namespaces(struct request *q)
{
	struct namespace *ns = namespace_next(NULL);
	unsigned n = 0;

	for (; ns && n < 64; ns = namespace_next(ns))
		if (ns->id >= q->words.w[3])
			out.container[n++] =
			    (struct info_container){.id = ns->id, .references = ns->references, .size = ns->mounts};
	return answer(q, n, n * sizeof(out.container[0]), ns ? ns->id : 0);
}

/* The root, and an empty text for the working directory, which only its server knows. */
static int64_t context(struct request *q)
{
	const struct context *c = context_lookup((uint32_t)q->words.w[2]);
	unsigned len;

	if (!c)
		return -ESRCH;
	len = c->root_len;
	if (len)
		memcpy(out.bytes, c->root, len);
	else
		out.bytes[len++] = '/';
	out.bytes[len++] = 0;
	out.bytes[len++] = 0;
	return answer(q, len, len, 0);
}

static int64_t namespace(struct request *q)
{
	const struct namespace *ns = namespace_lookup((uint32_t)q->words.w[2]);
	uint64_t place = q->words.w[3];
	unsigned bytes, count = 0;

	if (!ns)
		return -ESRCH;
	bytes = namespace_list(NULL, ns, &place, out.bytes, sizeof(out.bytes));
	for (unsigned at = 0; at < bytes; count++) {
		const struct proto_mount *m = (const struct proto_mount *)(out.bytes + at);

		at += (unsigned)(sizeof(*m) + m->prefix_bytes + 7) & ~7u;
	}
	return answer(q, count, bytes, place);
}

int64_t path_info(struct request *q)
{
	switch (q->words.w[1]) {
	case INFO_CONTEXTS:
		return contexts(q);
	case INFO_CONTEXT:
		return context(q);
	case INFO_NAMESPACES:
		return namespaces(q);
	case INFO_NAMESPACE:
		return namespace(q);
	}
	return -EINVAL;
}
