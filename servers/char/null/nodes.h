/* SPDX-License-Identifier: 0BSD */
/* nodes.h: what each device of this server is: a table of operations. */
#pragma once

#include "srv/srv.h"

extern const struct srv_ops null_ops, zero_ops, full_ops, random_ops;

/* read of /dev/zero and /dev/full. */
int64_t zero_read(struct srv_request *r, uint64_t offset, uint64_t length);
