/* SPDX-License-Identifier: 0BSD */
/* first.h: making the first program.
 *
 * Its objects lie in memory that boot_alloc gave for good, so their capabilities are roots of the
 * derivation tree and cannot be reclaimed. Everything else that exists is handed to it as Untypeds.
 */
#pragma once

#include <abi/boot.h>
#include "boot_info.h"
#include "obj/cspace.h"
#include "obj/thread.h"

struct first {
	struct cspace *cspace;
	struct vspace *vspace;
	struct thread *thread;
	struct boot_page *page;
};

/* Fills the empty slot INDEX of CS with a root capability of TYPE with all rights. */
struct slot *first_slot(struct cspace *cs, cap_t index, uint8_t type);

/* An Extent capability for memory from boot_alloc (or the module) in slot INDEX. SIZE_LOG2:
 * naturally aligned. */
struct slot *first_extent(struct cspace *cs, cap_t index, uint64_t phys, unsigned size_log2, uint8_t rights);

/* Maps COUNT pages of the Extent in S from page FIRST on; page 0 is at VA. Panics on failure. */
void first_map(struct first *f, struct slot *s, uint64_t va, uint64_t first, uint64_t count, unsigned prot);

/* Loads the ELF file at IMAGE: fills in program_address and program_pages. The entry point. Panics,
 * naming the reason, when it is no static x86-64 ELF file with sane segments. */
uint64_t elf_load(struct first *f, const uint8_t *image, uint64_t len_bytes);

/* All of it: the thread is ready to run. */
void first_make(const struct boot_info *info);

/* Fills in the lists of untypeds; the last thing that happens with memory. */
void hand_over_memory(struct first *f);
