/* SPDX-License-Identifier: 0BSD */
/* words.h: what system calls take and bring; call.h and message.h have the calls. */
#pragma once

#include <stdint.h>
#include <abi/message.h>
#include <abi/syscall.h>

#define OS_INLINE static inline __attribute__((always_inline))

/* Eight words: those of a message, and what calls of kind W answer. */
struct os_words {
	uint64_t w[MESSAGE_WORDS];
};

/* rax of a call. */
OS_INLINE uint64_t os_call_rax(unsigned number, unsigned flags, cap_t slot)
{
	return number | flags << SYSCALL_FLAGS_SHIFT | (uint64_t)slot << SYSCALL_SLOT_SHIFT;
}

/* A message descriptor with room for COUNT pieces: OS_DESC(16) d = {.desc = {...}}; d.desc.piece[3]
 * = ... */
#define OS_DESC(count)                                                                                                 \
	union {                                                                                                        \
		struct message_desc desc;                                                                              \
		char room[sizeof(struct message_desc) + (count) * sizeof(struct message_piece)];                       \
	}

/* What receive brought. `words` is also what reply_receive sends. */
struct os_received {
	int64_t info; /* the answer: INFO_ fields, or a negated error number */
	uint64_t id;
	uint64_t cookie;
	uint64_t who, cred; /* the sender's stamp */
	struct os_words words;
};

/* DESC, which only says what is accepted, to be read when it is needed. */
OS_INLINE const struct message_desc *os_accepts(const struct message_desc *desc)
{
	return (const struct message_desc *)((uint64_t)desc | DESC_ACCEPTS);
}
