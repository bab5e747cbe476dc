/* SPDX-License-Identifier: 0BSD */
/* boot_machine.h: physical memory for tests of the boot path's readers.
 *
 * The memory is made of blobs that a test puts at addresses.  boot_peek() hands out a fresh copy of
 * exactly the bytes that were asked for, so that the address sanitizer sees every byte read beyond
 * them.
 */
#pragma once

#include <stdint.h>

#define MACHINE_PHYS_LIMIT (1ull << 40)

/* An empty machine, and an empty struct boot_info. */
void machine_reset(void);

/* Borrows `bytes` until the next reset. */
void machine_put(uint64_t phys, const void *bytes, uint64_t len_bytes);

/* Sets the byte at `at` so that all len_bytes bytes add up to 0, as ACPI wants it. */
void machine_checksum(void *bytes, uint64_t len_bytes, uint64_t at);
