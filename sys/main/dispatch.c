/* SPDX-License-Identifier: 0BSD */
/* dispatch.c: from a message's first word to its handler.
 *
 * The tables of the protocols are the list of handlers; each is named here by expanding them, so one that is missing
 * does not link.
 */
#include "lib/bits.h"
#include "main/serve.h"

#include <proto/proto.h>

typedef int64_t handler(struct request *q);

#define OP(PROTOCOL, NAME, name, ...) sys_mem_##name,
static handler *const mem_handlers[] = {
#include <proto/mem.def>
};
#undef OP
#define OP(PROTOCOL, NAME, name, ...) sys_proc_##name,
static handler *const proc_handlers[] = {
#include <proto/proc.def>
};
#undef OP
#define OP(PROTOCOL, NAME, name, ...) sys_ns_##name,
static handler *const ns_handlers[] = {
#include <proto/ns.def>
};
#undef OP

struct table {
	handler *const *handlers; /* of operation 1 on */
	handler *all;		  /* in place of a table */
	uint16_t count;
	uint16_t kinds; /* 1 << HANDLE_: what may be sent it */
};

#define ON(KIND) (1u << HANDLE_##KIND)

static const struct table tables[] = {
    [PROTO_PATH] = {NULL, sys_path, 0, ON(CONTEXT) | ON(DIRECTORY)},
    [PROTO_FILE] = {NULL, sys_file, 0, ON(DIRECTORY)},
    [PROTO_MEM] = {mem_handlers, NULL, array_len(mem_handlers), ON(THREAD) | ON(SPACE) | ON(MEMOBJ)},
    [PROTO_PROC] = {proc_handlers, NULL, array_len(proc_handlers), ON(THREAD) | ON(PROCESS) | ON(ACCOUNT) | ON(RIGHT)},
    [PROTO_NS] = {ns_handlers, NULL, array_len(ns_handlers), ON(CONTEXT) | ON(NAMESPACE)},
};

int64_t dispatch(struct request *q)
{
	unsigned part = PROTO_PART(q->words.w[0]);
	unsigned line = q->words.w[0] & 0xff;
	const struct table *t = &tables[part];

	if (part >= array_len(tables) || !t->kinds)
		return -ENOSYS;
	if (!(t->kinds >> q->handle->kind & 1))
		return -EINVAL;
	if (t->all)
		return t->all(q);
	if (line == 0 || line > t->count)
		return -ENOSYS;
	return t->handlers[line - 1](q);
}
