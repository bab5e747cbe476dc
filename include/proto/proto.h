/* SPDX-License-Identifier: 0BSD */
/* proto.h: how an operation of a protocol lies in a message.
 *
 * Word 0 names the operation: number in bits 0..15 (protocol in 8..15), the count of bytes that
 * travel in words 2..7 in bits 16..23, flags of the operation in bits 32..63. Words 1..7 are the
 * operation's. The reply's status is 0 or more, or a negated error number; reply words that an
 * operation does not name mean nothing.
 *
 * Up to PROTO_INLINE_MAX bytes can lie in words 2..7 instead of in memory, in both directions: a
 * short read or write is a message of words alone, which is the kernel's fast path. The sender says
 * so: by the count (data to the server), or by PROTO_WANT_INLINE (data from the server).
 *
 * Each line of a table is
 *   OP(PROTOCOL, NAME, name, REPLAY, "arguments", "answers", "summary")
 * REPLAY says whether a restarted server may serve a message that its predecessor may have begun:
 * AGAIN (the result is the same) or ONCE (it answers EIO).
 */
#pragma once

#include <stdint.h>

enum proto_number {
	PROTO_PATH = 1,
	PROTO_FILE,
	PROTO_SOCK,
	PROTO_MEM,
	PROTO_PROC,
	PROTO_NS,
	PROTO_LOG,
	PROTO_SVC,
};

/* Numbers of operations: protocol << 8 | line. */
#define OP(PROTOCOL, NAME, ...) PROTOCOL##_##NAME,
enum path_op {
	PATH_OP_BASE = PROTO_PATH << 8,
#include <proto/path.def>
};
enum file_op {
	FILE_OP_BASE = PROTO_FILE << 8,
#include <proto/file.def>
};
enum sock_op {
	SOCK_OP_BASE = PROTO_SOCK << 8,
#include <proto/sock.def>
};
enum mem_op {
	MEM_OP_BASE = PROTO_MEM << 8,
#include <proto/mem.def>
};
enum proc_op {
	PROC_OP_BASE = PROTO_PROC << 8,
#include <proto/proc.def>
};
enum ns_op {
	NS_OP_BASE = PROTO_NS << 8,
#include <proto/ns.def>
};
enum log_op {
	LOG_OP_BASE = PROTO_LOG << 8,
#include <proto/log.def>
};
enum svc_op {
	SVC_OP_BASE = PROTO_SVC << 8,
#include <proto/svc.def>
};
#undef OP

#define PROTO_INLINE_MAX  48
#define PROTO_INLINE_WORD 2	     /* the first of the words that hold inline data */
#define PROTO_WANT_INLINE (1u << 31) /* flag: answer data in words 2..7 */

#define PROTO_OP(w0)	  ((unsigned)((w0)&0xffff))
#define PROTO_PART(w0)	  ((unsigned)(((w0) >> 8) & 0xff)) /* the protocol */
#define PROTO_INLINE(w0)  ((unsigned)(((w0) >> 16) & 0xff))
#define PROTO_FLAGS(w0)	  ((uint32_t)((w0) >> 32))
#define PROTO_WORD0(op, flags, inline_bytes)                                                                           \
	((uint64_t)(op) | (uint64_t)(inline_bytes) << 16 | (uint64_t)(uint32_t)(flags) << 32)
