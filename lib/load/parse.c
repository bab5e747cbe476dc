/* SPDX-License-Identifier: 0BSD */
/* parse.c: checking an ELF header and its program headers (System V ABI, ELF-64 object file format 1.5).
 *
 * What is accepted: segments in ascending order that share no page, between LOAD_LOWEST and the addresses
 * that mmap uses, with the entry point in one that can be executed. All sums are checked before they
 * are made.
 */
#include "load/load.h"

#include <proto/posix.h>
#include "lib/string.h"
#include <proto/layout.h>

#define LOAD_LOWEST 0x10000u

enum { PT_LOAD = 1, PT_INTERP = 3 };
enum { PF_X = 1, PF_W = 2, PF_R = 4 };
enum { READ = 1, WRITE = 2, EXEC = 4 }; /* PROT_ */

struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct program_header {
	uint32_t type, flags;
	uint64_t offset, address, physical, file_bytes, memory_bytes, align;
};

_Static_assert(sizeof(struct elf_header) == 64 && sizeof(struct program_header) == 56, "ELF-64");

static const uint8_t ident[7] = {0x7f, 'E', 'L', 'F', 2 /* 64 bits */, 1 /* little endian */, 1};

static int header_good(const struct elf_header *h, size_t head_bytes)
{
	return memcmp(h->ident, ident, sizeof(ident)) == 0 && h->type == 2 /* ET_EXEC */ &&
	       h->machine == 62 /* EM_X86_64 */ && h->version == 1 && h->phentsize == sizeof(struct program_header) &&
	       h->phnum > 0 && h->phoff <= head_bytes &&
	       h->phnum <= (head_bytes - h->phoff) / sizeof(struct program_header);
}

static uint64_t page_end(uint64_t address) { return (address + LOAD_PAGE - 1) & ~(uint64_t)(LOAD_PAGE - 1); }

/* `lowest`: behind the segment before. */
static int segment_good(const struct program_header *p, uint64_t file_bytes, uint64_t lowest)
{
	return p->file_bytes <= p->memory_bytes && p->offset <= file_bytes && p->file_bytes <= file_bytes - p->offset &&
	       p->address >= lowest && p->address < LAYOUT_MMAP_MIN &&
	       p->memory_bytes <= LAYOUT_MMAP_MIN - p->address && (p->address - p->offset) % LOAD_PAGE == 0;
}

static uint32_t protection_of(uint32_t flags)
{
	return (flags & PF_R ? READ : 0) | (flags & PF_W ? WRITE : 0) | (flags & PF_X ? EXEC : 0);
}

static int add_segment(struct load_program *program, const struct program_header *p)
{
	if (program->segment_count == LOAD_SEGMENTS_MAX)
		return -ENOEXEC;
	program->segment[program->segment_count++] = (struct load_segment){.address = p->address,
									   .memory_bytes = p->memory_bytes,
									   .offset = p->offset,
									   .file_bytes = p->file_bytes,
									   .protection = protection_of(p->flags)};
	return 0;
}

static int collect(const char *head, const struct elf_header *h, uint64_t file_bytes, struct load_program *program)
{
	uint64_t lowest = LOAD_LOWEST;
	struct program_header p;

	for (unsigned i = 0; i < h->phnum; i++) {
		memcpy(&p, head + h->phoff + i * sizeof(p), sizeof(p));
		if (p.type == PT_INTERP)
			return -ENOEXEC;
		if (p.type != PT_LOAD || p.memory_bytes == 0)
			continue;
		if (!segment_good(&p, file_bytes, lowest) || add_segment(program, &p) < 0)
			return -ENOEXEC;
		lowest = page_end(p.address + p.memory_bytes);
	}
	return 0;
}

/* Whether LENGTH bytes at ADDRESS lie in the segment. */
static int covers(const struct load_segment *s, uint64_t address, uint64_t length)
{
	return address >= s->address && address - s->address <= s->memory_bytes &&
	       length <= s->memory_bytes - (address - s->address);
}

int load_parse(const void *head, size_t head_bytes, uint64_t file_bytes, struct load_program *program)
{
	struct elf_header h;
	uint64_t table_bytes;
	int entry_good = 0;

	*program = (struct load_program){0};
	if (head_bytes < sizeof(h))
		return -ENOEXEC;
	memcpy(&h, head, sizeof(h));
	if (!header_good(&h, head_bytes) || collect(head, &h, file_bytes, program) < 0)
		return -ENOEXEC;
	table_bytes = h.phnum * sizeof(struct program_header);
	for (unsigned i = 0; i < program->segment_count; i++) {
		const struct load_segment *s = &program->segment[i];

		entry_good |= (s->protection & EXEC) && covers(s, h.entry, 1);
		if (h.phoff >= s->offset && h.phoff - s->offset <= s->file_bytes &&
		    table_bytes <= s->file_bytes - (h.phoff - s->offset))
			program->headers_address = s->address + (h.phoff - s->offset);
	}
	program->entry = h.entry;
	program->header_count = h.phnum;
	return entry_good ? 0 : -ENOEXEC;
}
