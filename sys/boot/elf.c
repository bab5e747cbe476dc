/* SPDX-License-Identifier: 0BSD */
/* elf.c: loading a static ELF64 program into an address space (System V ABI, chapters 4 and 5). Everything read from
 * the file is checked against its length. Only sys' first programs are loaded so: all others by the library. */
#include "boot/boot.h"

#include "lib/bits.h"
#include "lib/string.h"

#include <abi/memory.h>
#include <proto/flags.h>

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

#define SEGMENT_LOAD	1
#define SEGMENT_EXEC	1
#define SEGMENT_WRITE	2
#define TYPE_EXECUTABLE 2
#define MACHINE_X86_64	62
#define SEGMENTS_MAX	16
#define BAD_FORMAT	8 /* ENOEXEC: proto/posix.h and abi/memory.h do not go together */

static bool header_good(const struct elf_header *h, uint64_t bytes)
{
	static const uint8_t ident[] = {0x7f, 'E', 'L', 'F', 2, 1};

	return bytes >= sizeof(*h) && !memcmp(h->ident, ident, sizeof(ident)) && h->type == TYPE_EXECUTABLE &&
	       h->machine == MACHINE_X86_64 && h->segment_size == sizeof(struct elf_segment) && h->segment_count > 0 &&
	       h->segment_count <= SEGMENTS_MAX && h->segments_at <= bytes && h->segments_at % 8 == 0 &&
	       h->segment_count * sizeof(struct elf_segment) <= bytes - h->segments_at;
}

static int load_segment(struct space *s, const struct boot_file *f, const struct elf_segment *p)
{
	uint32_t prot =
	    PROT_READ | (p->flags & SEGMENT_WRITE ? PROT_WRITE : 0) | (p->flags & SEGMENT_EXEC ? PROT_EXEC : 0);
	uint64_t address = p->address, length = align_up(p->memory_bytes, PAGE_BYTES);
	int r;

	if (p->file_bytes > p->memory_bytes || p->offset > f->bytes || p->file_bytes > f->bytes - p->offset ||
	    !space_range_valid(address, length) || address == 0)
		return -BAD_FORMAT;
	r = space_map(s, &address, length, prot, MEM_FIXED, NULL, 0);
	return r < 0 ? r : space_write(s, address, f->at + p->offset, p->file_bytes);
}

int boot_load(struct space *s, const struct boot_file *f, uint64_t *entry)
{
	const struct elf_header *h = (const struct elf_header *)f->at;
	const struct elf_segment *p;
	int r = 0;

	if (!header_good(h, f->bytes))
		return -BAD_FORMAT;
	p = (const struct elf_segment *)(f->at + h->segments_at);
	for (unsigned i = 0; i < h->segment_count && r == 0; i++)
		if (p[i].type == SEGMENT_LOAD && p[i].memory_bytes)
			r = load_segment(s, f, &p[i]);
	*entry = h->entry;
	return r;
}
