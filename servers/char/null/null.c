/* SPDX-License-Identifier: 0BSD */
/* null.c: /dev/null: nothing comes out, everything goes in. */
#include "nodes.h"

static int64_t null_read(struct srv_request *r, uint64_t offset, uint64_t length) { return 0; }
static int64_t null_write(struct srv_request *r, uint64_t offset, uint64_t length) { return (int64_t)length; }

const struct srv_ops null_ops = {.repeats = true, .read = null_read, .write = null_write};
