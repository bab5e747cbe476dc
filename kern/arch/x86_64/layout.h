/* SPDX-License-Identifier: 0BSD */
/* layout.h: the kernel's half of every address space.  Usable from C, assembler and (preprocessed) linker
 * script.
 *
 *   0xffff800000000000  PML4 256..383  direct map of all RAM: virtual = PHYS_MAP_BASE + physical
 * (NX, RW) 0xffffffff80000000  PML4 511       kernel image: virtual = KERNEL_BASE + physical, W^X
 *   0xffffffffc0000000  PML4 511       2 MiB window: devices that the kernel itself uses (uncached)
 *   0xffffffffc0200000  PML4 511       2 MiB window: CPU stacks with guard pages
 *
 * The PML4 entries exist from boot and never change, so an address space copies entries 256..511
 * once, when it is made.  User addresses are 0..USER_END-1.
 */
#pragma once

#define PAGE_SHIFT	   12
#define PAGE_SIZE	   0x1000
#define PAGE_SIZE_2M	   0x200000
#define PAGE_SIZE_1G	   0x40000000

#define USER_END	   0x00007ffffffff000
#define PHYS_MAP_BASE	   0xffff800000000000
#define KERNEL_BASE	   0xffffffff80000000
#define KERNEL_PHYS	   0x0000000000100000 /* where the loader puts the image */
#define DEVICE_WINDOW_BASE 0xffffffffc0000000
#define DEVICE_WINDOW_SIZE 0x0000000000200000
#define STACK_WINDOW_BASE  0xffffffffc0200000
#define STACK_WINDOW_SIZE  0x0000000000200000

#define PML4_KERNEL_FIRST  256
#define PML4_KERNEL_END	   512

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

/* Physical to direct-map address. phys must be usable RAM (the module included). */
static inline void *phys_to_virt(uint64_t phys) { return (void *)(uintptr_t)(PHYS_MAP_BASE + phys); }

/* Direct-map address to physical. Not for kernel image addresses: see image_to_phys(). */
static inline uint64_t virt_to_phys(const volatile void *virt) { return (uint64_t)(uintptr_t)virt - PHYS_MAP_BASE; }

/* Address of something in the kernel image (code, static data) to physical. */
static inline uint64_t image_to_phys(const volatile void *virt) { return (uint64_t)(uintptr_t)virt - KERNEL_BASE; }
#endif
