/* SPDX-License-Identifier: 0BSD */
/* receive.h: in place of the framework's own, which is an instruction. */
#pragma once

#include <parley/message.h>

static inline void reply_receive(cap_t endpoint, int64_t status, struct os_received *r, const struct message_desc *desc)
{
	os_reply_receive(endpoint, status, r, desc, DEADLINE_FOREVER);
}
