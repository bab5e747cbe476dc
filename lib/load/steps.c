/* SPDX-License-Identifier: 0BSD */
/* steps.c: a program's segments as steps.
 *
 * Whole pages of the file are mapped, privately. Where a segment's memory goes on behind its file data the last,
 * partial page of data is made of anonymous memory and written, as is what follows of zeros: so
 * nothing in the file can show behind the data, and `sys` needs no page of the file while it builds.
 */
#include "load/load.h"

#include <proto/posix.h>

#define PAGE_MASK ((uint64_t)LOAD_PAGE - 1)

static struct proc_step map(uint64_t start, uint64_t end, uint32_t protection, uint64_t offset, cap_t object)
{
	return (struct proc_step){
	    .step = STEP_MAP, .a = start, .b = end - start, .c = protection, .d = offset, .e = object};
}

int load_steps(const struct load_program *program, cap_t object, struct proc_step *steps,
	       struct load_tail tail[LOAD_TAILS_MAX], uint64_t *from)
{
	struct proc_step *step = steps;
	unsigned tails = 0;

	for (unsigned i = 0; i < LOAD_TAILS_MAX; i++)
		tail[i] = (struct load_tail){0};
	for (unsigned i = 0; i < program->segment_count; i++) {
		const struct load_segment *s = &program->segment[i];
		uint64_t start = s->address & ~PAGE_MASK;
		uint64_t data_end = s->address + s->file_bytes;
		uint64_t end = (s->address + s->memory_bytes + PAGE_MASK) & ~PAGE_MASK;
		uint64_t mapped_end = s->memory_bytes > s->file_bytes ? data_end & ~PAGE_MASK : end;
		uint64_t written;

		if (mapped_end > start)
			*step++ = map(start, mapped_end, s->protection, s->offset & ~PAGE_MASK, object);
		else
			mapped_end = start;
		if (end > mapped_end)
			*step++ = map(mapped_end, end, s->protection, 0, 0);
		written = mapped_end > s->address ? mapped_end : s->address;
		if (s->memory_bytes == s->file_bytes || data_end <= written)
			continue;
		if (tails == LOAD_TAILS_MAX)
			return -ENOEXEC;
		tail[tails++] = (struct load_tail){.offset = s->offset + (written - s->address),
						   .address = written,
						   .bytes = (uint32_t)(data_end - written)};
		*step++ = (struct proc_step){.step = STEP_WRITE, .a = written, .b = data_end - written, .c = *from};
		*from += data_end - written;
	}
	return (int)(step - steps);
}
