/* SPDX-License-Identifier: 0BSD */
/* request.h: a message that is being served.
 *
 * A handler sys_<protocol>_<operation>(q) finds the words in q->words.w and the first
 * REQUEST_DATA_MAX bytes of the message's data in q->data (request_read fetches the rest). It
 * leaves the reply's words in the same place, reply data in q->reply_data, capabilities by
 * request_give, and answers the status. What it answers with SYS_LATER it has parked; with SYS_FORWARD the message goes
 * on to q->forward_to, with q->words and without the first q->forward_skip bytes of its data.
 *
 * Which handle may send what, the dispatcher knows: mem to THREAD, SPACE and MEMOBJ; proc to THREAD, PROCESS,
 * ACCOUNT and RIGHT; ns to CONTEXT and NAMESPACE; path to CONTEXT and DIRECTORY; file to DIRECTORY. Else EINVAL. CLOSE
 * is answered 0 for all.
 *
 * Parked requests: a record, found by the message's id. The sender may stop waiting: then `notice`
 * is called, and should end the request soon (parked_reply with what there is, or -EINTR). It is
 * also called, with 0, after the sender has gone: then the message is no more, and the record is to
 * be freed with parked_drop.
 */
#pragma once

#include "lib/tree.h"
#include "main/handle.h"

#include <parley/call.h>

#define REQUEST_DATA_MAX 8192

struct request {
	uint64_t id;
	struct handle *handle; /* what it was sent to */
	uint64_t who, cred;    /* the sender's stamp */
	int64_t info;	       /* INFO_ fields */
	struct os_words words; /* in and out */
	const char *data;      /* valid until the handler returns: a parked request has none */
	uint32_t data_bytes;   /* in `data` */
	uint32_t cap_count;
	cap_t cap[MESSAGE_CAPS_MAX]; /* landed; CAP_NONE: failed, or taken */
	/* reply */
	const void *reply_data;
	uint32_t reply_bytes;
	uint8_t give_count, give_flags; /* GIVE_ */
	uint8_t give_delete;		/* bit i: delete give[i] from sys' table afterwards */
	cap_t give[MESSAGE_CAPS_MAX];
	cap_t forward_to;
	uint32_t forward_skip;
};

/* Takes the i-th capability out of the request into a slot of sys' own (EBADF: there is none). */
int request_take(struct request *q, unsigned i, cap_t *slot);
/* Its object_type, 0: none. It stays in the request, in slot q->cap[i]. */
unsigned request_cap_type(const struct request *q, unsigned i);
/* One more capability for the reply; AFTERWARDS: sys' slot is deleted when it has been sent. */
void request_give(struct request *q, cap_t slot, bool afterwards);
/* Reads bytes of the message's data: how many; EABSENT: a NOTICE_RETRY will come; EFAULT; ESRCH. */
int64_t request_read(const struct request *q, uint64_t offset, void *to, uint64_t bytes);

struct parked {
	struct request q;
	void *owner;
	/* bits: NOTICE_; 0: the sender has gone */
	void (*notice)(struct parked *p, unsigned bits);
	struct tree_node by_id;
};

/* Keeps Q open: the handler returns SYS_LATER then. Capabilities that were not taken are gone.
 * NULL: no memory. */
struct parked *request_park(struct request *q, void *owner, void (*notice)(struct parked *p, unsigned bits));
/* Sends the reply that stands in p->q, with STATUS, and frees the record. If a page of the sender's
 * reply buffer is absent the reply is tried again by itself, with a copy of the data. */
void parked_reply(struct parked *p, int64_t status);
/* Frees the record of a request that has been ended otherwise (forward, its sender's end). */
void parked_drop(struct parked *p);

/* Sends the reply to a request that has not been parked, from a handler that then answers
 * SYS_LATER: when it must do something afterwards. */
void request_reply(struct request *q, int64_t status);

/* A handler that has ended its sender (whose message is no more) answers SYS_LATER and parks nothing. */

/* Handlers: sys_<proto>_<op>, one for each line of the tables; a missing one does not link. */
#define OP(PROTOCOL, NAME, name, ...) int64_t sys_mem_##name(struct request *q);
#include <proto/mem.def>
#undef OP
#define OP(PROTOCOL, NAME, name, ...) int64_t sys_proc_##name(struct request *q);
#include <proto/proc.def>
#undef OP
#define OP(PROTOCOL, NAME, name, ...) int64_t sys_ns_##name(struct request *q);
#include <proto/ns.def>
#undef OP
/* All of the path protocol, sent to a context or to a directory of sys' own; and of the file protocol, sent to
 * such a directory. */
int64_t sys_path(struct request *q);
int64_t sys_file(struct request *q);
