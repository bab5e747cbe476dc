/* SPDX-License-Identifier: 0BSD */
/* path_words.h: operations by name that travel in words alone.
 *
 * A short path needs no memory: its count of bytes stands in word 0, as that of all inline data, and the text begins
 * in word 2. It ends before word 6, so it is shorter than other inline data; word 5 says nothing then. `sys` hides a
 * prefix by word 7 alone: the server's text is the last so many bytes.
 *
 * Who sends no buffer gets no data. So PATH_STAT and FILE_STAT answer with PROTO_WANT_INLINE what fits in words 1..7
 * (stat_to_words), or else PATH_WANT_BUFFER; and PATH_REDIRECT comes without its text. After both of them the same
 * request is sent with a buffer: nothing has been done yet.
 */
#pragma once

#include <stdbool.h>

#include <proto/flags.h>
#include <proto/proto.h>
#include <proto/stat.h>

#define PATH_INLINE_MAX	 32 /* bytes, in words 2..5 */
#define PATH_WANT_BUFFER 0x10001

/* Operations with no other argument than word 1, and with no text but the path. */
static inline bool path_may_inline(unsigned op)
{
	const uint32_t some = 1u << (PATH_OPEN & 31) | 1u << (PATH_STAT & 31) | 1u << (PATH_ACCESS & 31) |
			      1u << (PATH_MKDIR & 31) | 1u << (PATH_UNLINK & 31) | 1u << (PATH_CHMOD & 31) |
			      1u << (PATH_TRUNCATE & 31) | 1u << (PATH_BIND & 31) | 1u << (PATH_CONNECT & 31);

	return op - PATH_OP_BASE < 32 && some >> (op & 31) & 1;
}

/* PATH_OPEN's word 1: flags, and the mode of a new file. */
#define PATH_OPEN_WORD(flags, mode) ((uint64_t)(uint32_t)(flags) | (uint64_t)(mode) << 32)
#define PATH_OPEN_FLAGS(w1)	    ((uint32_t)(w1))
#define PATH_OPEN_MODE(w1)	    ((uint32_t)((w1) >> 32) & 07777)

#define STAT_BLOCK_BYTES	    4096

/* *S in words 1..7: false, and nothing written, if it says more than they can. */
static inline bool stat_to_words(const struct proto_stat *s, uint64_t *w)
{
	if ((s->device | s->rdevice << 32) >> 32 || (s->mode | s->links) >> 16 || s->block_bytes != STAT_BLOCK_BYTES ||
	    s->blocks != (s->size_bytes + 511) / 512)
		return false;
	w[1] = s->device << 32 | s->links << 16 | s->mode;
	w[2] = (uint64_t)s->gid << 32 | s->uid;
	w[3] = s->inode;
	w[4] = s->size_bytes;
	w[5] = s->accessed_ns;
	w[6] = s->modified_ns;
	w[7] = s->changed_ns;
	return true;
}

static inline void stat_from_words(struct proto_stat *s, const uint64_t *w)
{
	*s = (struct proto_stat){
	    .device = w[1] >> 32,
	    .inode = w[3],
	    .mode = w[1] & 0xffff,
	    .links = w[1] >> 16 & 0xffff,
	    .uid = (uint32_t)w[2],
	    .gid = (uint32_t)(w[2] >> 32),
	    .size_bytes = w[4],
	    .blocks = (w[4] + 511) / 512,
	    .block_bytes = STAT_BLOCK_BYTES,
	    .accessed_ns = w[5],
	    .modified_ns = w[6],
	    .changed_ns = w[7],
	};
}

_Static_assert((PATH_SOCKET & 0xff) < 32, "path_may_inline: a bit each");
