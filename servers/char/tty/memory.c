/* SPDX-License-Identifier: 0BSD */
/* memory.c: Extents of devices, mapped with write-combining. */
#include "memory.h"

#include <abi/memory.h>
#include <parley/message.h>
#include <parley/syscall.h>
#include <proto/flags.h>
#include <proto/proto.h>

static uint64_t whole_pages(uint64_t bytes) { return (bytes + 4095) & ~4095ull; }

void *memory_map_device(cap_t extent, uint64_t phys, uint64_t bytes)
{
	struct os_words w = {{PROTO_WORD0(MEM_RESERVE, 0, 0)}};
	unsigned log2 = 12;
	uint64_t offset;

	while (phys >> log2 != (phys + bytes - 1) >> log2)
		log2++;
	offset = phys & ((1ull << log2) - 1);
	w.w[1] = whole_pages(offset + bytes);
	if (os_send_words(CAP_SELF_PROCESS, &w) < 0)
		return 0;
	if (os_extent_map(extent, CAP_SELF_VSPACE, w.w[1], 0, whole_pages(offset + bytes) / 4096,
			  PROT_READ | PROT_WRITE | PROT_WRITECOMBINE) < 0)
		return 0;
	return (void *)(w.w[1] + offset);
}
