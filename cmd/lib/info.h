/* SPDX-License-Identifier: 0BSD */
/* info.h: reading the records that `sys` tells (proto/info.h). */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* All records of `kind` and `id`, each `record_bytes` long: allocated, to be freed by the caller.
 * Answers their count, or -1 with errno set (ESRCH: no such container; ENOMEM). */
int info_read(unsigned kind, uint32_t id, size_t record_bytes, void **out);

/* Text of `kind` and `id` into `buffer`, cut off there. Answers its length, or -1 with errno set.
 */
int info_text(unsigned kind, uint32_t id, char *buffer, size_t len_bytes);
