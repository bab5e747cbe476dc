/* SPDX-License-Identifier: 0BSD */
/* zero.c: /dev/zero and /dev/full: zeros come out; what goes in is forgotten, or does not fit. */
#include "nodes.h"

/* The zeros are put several times: an answer may have many pieces. */
static const char zeros[16384];

int64_t zero_read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	uint64_t done = 0;

	while (done < length) {
		int64_t put = srv_put(r, zeros, length - done < sizeof(zeros) ? length - done : sizeof(zeros));

		if (put <= 0)
			return put < 0 ? put : (int64_t)done;
		done += (uint64_t)put;
	}
	return (int64_t)done;
}

static int64_t zero_peek(struct srv_node *node, uint64_t offset, uint64_t length, void *to)
{
	__builtin_memset(to, 0, PROTO_INLINE_MAX); /* in line */
	return (int64_t)length;
}

static int64_t zero_write(struct srv_request *r, uint64_t offset, uint64_t length) { return (int64_t)length; }
static int64_t full_write(struct srv_request *r, uint64_t offset, uint64_t length) { return -ENOSPC; }

const struct srv_ops zero_ops = {.repeats = true, .read = zero_read, .peek = zero_peek, .write = zero_write};
const struct srv_ops full_ops = {.repeats = true, .read = zero_read, .peek = zero_peek, .write = full_write};
