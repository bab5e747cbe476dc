/* SPDX-License-Identifier: 0BSD */
/* layout.h: the "physical memory" of host tests: an array. Physical address 0 is its first byte. */
#pragma once

#include <stdint.h>

#define PAGE_SHIFT	  12
#define PAGE_SIZE	  0x1000
#define PAGE_SIZE_2M	  0x200000
#define PAGE_SIZE_1G	  0x40000000
#define USER_END	  0x00007ffffffff000

#define HOST_MEMORY_BYTES (16ull << 20)

extern uint8_t host_memory[HOST_MEMORY_BYTES];

static inline void *phys_to_virt(uint64_t phys) { return host_memory + phys; }

static inline uint64_t virt_to_phys(const volatile void *virt)
{
	return (uint64_t)((const volatile uint8_t *)virt - host_memory);
}

/* All memory full of rubbish, all frames plain. */
void host_memory_reset(void);
