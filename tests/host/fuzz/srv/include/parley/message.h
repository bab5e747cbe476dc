/* SPDX-License-Identifier: 0BSD */
/* message.h: the message calls of the server that is fuzzed: functions of kernel.c, and of sys.c. */
#pragma once

#include <parley/call.h>

int64_t os_send(cap_t connection, struct os_words *words, const struct message_desc *desc, uint64_t deadline_ns,
		unsigned flags);
int64_t os_receive(cap_t endpoint, struct os_received *r, const struct message_desc *desc, uint64_t deadline_ns);
int64_t os_reply(cap_t endpoint, uint64_t id, int64_t status, const struct os_words *words,
		 const struct message_desc *desc);
int64_t os_reply_receive(cap_t endpoint, int64_t status, struct os_received *r, const struct message_desc *desc,
			 uint64_t deadline_ns);
int64_t os_forward(cap_t endpoint, uint64_t id, cap_t connection, const struct os_words *words, uint32_t skip_bytes);

OS_INLINE int64_t os_send_words(cap_t connection, struct os_words *words)
{
	return os_send(connection, words, 0, DEADLINE_FOREVER, 0);
}
