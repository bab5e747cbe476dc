/* SPDX-License-Identifier: 0BSD */
/* boot_machine.c: physical memory for tests of the boot path's readers. */
#include "host/boot_machine.h"

#include "arch/x86_64/boot/boot.h"
#include "host/harness.h"

#include <stdlib.h>
#include <string.h>

#define BLOB_MAX 16
#define COPY_MAX 64

static struct {
	uint64_t phys;
	const char *bytes;
	uint64_t len_bytes;
} blobs[BLOB_MAX];
static unsigned int blob_count;

/* A ring: a copy lives until as many have been made after it, or until the next reset. */
static void *copies[COPY_MAX];
static unsigned int copy_count;

void machine_reset(void)
{
	for (unsigned int i = 0; i < COPY_MAX; i++) {
		free(copies[i]);
		copies[i] = NULL;
	}
	blob_count = 0;
	*boot_info_writable() = (struct boot_info){.phys_limit = MACHINE_PHYS_LIMIT};
}

void machine_put(uint64_t phys, const void *bytes, uint64_t len_bytes)
{
	if (blob_count == BLOB_MAX)
		abort();
	blobs[blob_count].phys = phys;
	blobs[blob_count].bytes = bytes;
	blobs[blob_count++].len_bytes = len_bytes;
}

void machine_checksum(void *bytes, uint64_t len_bytes, uint64_t at)
{
	uint8_t *sum = bytes;

	sum[at] = 0;
	for (uint64_t i = 0; i < len_bytes; i++) {
		if (i != at)
			sum[at] = (uint8_t)(sum[at] - sum[i]);
	}
}

/* What lies between the blobs is zeros. */
const void *boot_peek(uint64_t phys, uint64_t len_bytes)
{
	char *copy;

	if (phys == 0 || phys >= BOOT_PEEK_END || len_bytes > BOOT_PEEK_END - phys)
		return NULL;
	if (len_bytes > 4u << 20)
		return NULL;
	copy = calloc(1, len_bytes ? len_bytes : 1);
	free(copies[copy_count % COPY_MAX]);
	copies[copy_count++ % COPY_MAX] = copy;
	for (unsigned int i = 0; i < blob_count; i++) {
		uint64_t from = blobs[i].phys > phys ? blobs[i].phys : phys;
		uint64_t to = blobs[i].phys + blobs[i].len_bytes;

		to = to < phys + len_bytes ? to : phys + len_bytes;
		if (from < to)
			memcpy(copy + (from - phys), blobs[i].bytes + (from - blobs[i].phys), to - from);
	}
	return copy;
}
