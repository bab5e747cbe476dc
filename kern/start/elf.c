/* SPDX-License-Identifier: 0BSD */
/* elf.c: loading the first program from an ELF64 file.
 *
 * Only what our own linker script makes: static, little endian, page-aligned loadable segments
 * close to each other. Everything read from the file is checked against its length (System V ABI,
 * chapter 4 and 5).
 */
#include <abi/memory.h>
#include "lib/assert.h"
#include "lib/string.h"
#include "start/first.h"

struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, segments_at, sections_at;
	uint32_t flags;
	uint16_t size, segment_size, segment_count;
	uint16_t rest[3];
};

struct elf_segment {
	uint32_t type, flags;
	uint64_t offset, address, physical, file_bytes, memory_bytes, align;
};

#define SEGMENT_LOAD	 1
#define SEGMENT_EXEC	 1
#define SEGMENT_WRITE	 2
#define TYPE_EXECUTABLE	 2
#define MACHINE_X86_64	 62
#define SEGMENTS_MAX	 16
#define PROGRAM_SIZE_MAX (1ull << 30)

static void demand(bool holds, const char *what)
{
	if (!holds) panic("first program: %s", what);
}

static const struct elf_segment *segment_at(const uint8_t *image, const struct elf_header *h, unsigned i)
{
	return (const struct elf_segment *)(image + h->segments_at + i * sizeof(struct elf_segment));
}

static void check_header(const struct elf_header *h, uint64_t len_bytes)
{
	demand(len_bytes >= sizeof(*h), "no boot module, or too short");
	demand(!memcmp(h->ident,
		       "\x7f"
		       "ELF\2\1",
		       6),
	       "not an ELF64 file");
	demand(h->type == TYPE_EXECUTABLE && h->machine == MACHINE_X86_64, "not a static x86-64 program");
	demand(h->segment_size == sizeof(struct elf_segment), "segment headers of unknown size");
	demand(h->segment_count > 0 && h->segment_count <= SEGMENTS_MAX, "too many segments");
	demand(h->segments_at <= len_bytes &&
		   h->segment_count * sizeof(struct elf_segment) <= len_bytes - h->segments_at,
	       "segment headers outside the file");
}

static void check_segment(const struct elf_segment *s, uint64_t len_bytes)
{
	demand(s->address % PAGE_SIZE == 0 && s->address < USER_END, "segment address");
	demand(s->file_bytes <= s->memory_bytes && s->memory_bytes <= PROGRAM_SIZE_MAX, "segment size");
	demand(s->offset <= len_bytes && s->file_bytes <= len_bytes - s->offset, "segment outside the file");
	demand(s->address + s->memory_bytes <= USER_END, "segment above user memory");
}

static unsigned protection(uint32_t flags)
{
	return PROT_READ | (flags & SEGMENT_WRITE ? PROT_WRITE : 0) | (flags & SEGMENT_EXEC ? PROT_EXEC : 0);
}

uint64_t elf_load(struct first *f, const uint8_t *image, uint64_t len_bytes)
{
	const struct elf_header *h = (const struct elf_header *)image;
	uint64_t low = USER_END, high = 0, size;
	struct slot *extent;
	uint8_t *memory;

	check_header(h, len_bytes);
	for (unsigned i = 0; i < h->segment_count; i++) {
		const struct elf_segment *s = segment_at(image, h, i);

		if (s->type != SEGMENT_LOAD || !s->memory_bytes) continue;
		check_segment(s, len_bytes);
		low = min(low, s->address);
		high = max(high, align_up(s->address + s->memory_bytes, PAGE_SIZE));
	}
	demand(low < high && high - low <= PROGRAM_SIZE_MAX, "nothing to load, or too far apart");
	size = 1ull << log2_ceil(high - low);
	memory = boot_alloc(size, size);
	extent = first_extent(f->cspace, BOOT_SLOT_PROGRAM, virt_to_phys(memory), log2_ceil(size), RIGHTS_ALL);
	for (unsigned i = 0; i < h->segment_count; i++) {
		const struct elf_segment *s = segment_at(image, h, i);

		if (s->type != SEGMENT_LOAD || !s->memory_bytes) continue;
		memcpy(memory + (s->address - low), image + s->offset, s->file_bytes);
		first_map(f, extent, low, (s->address - low) >> PAGE_SHIFT,
			  align_up(s->memory_bytes, PAGE_SIZE) >> PAGE_SHIFT, protection(s->flags));
	}
	f->page->program_address = low;
	f->page->program_pages = (high - low) >> PAGE_SHIFT;
	return h->entry;
}
