/* SPDX-License-Identifier: 0BSD */
/* paging.h: page-table entry bits, and the kernel's own mappings (made once, at boot).
 *
 * The kernel's master PML4 has an empty lower half.  All entries 256..511 that are ever used exist
 * when kernel_main() runs and never change afterwards: an address space copies them when it is made
 * and needs no further care.  Below them only the stack window and the device window change, at
 * boot. Source of the bits: Intel SDM vol.3 4.5, table 4-15 ff.; PAT 11.12.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PTE_PRESENT	  (1ull << 0)
#define PTE_WRITE	  (1ull << 1)
#define PTE_USER	  (1ull << 2)
#define PTE_WRITE_THROUGH (1ull << 3)
#define PTE_CACHE_DISABLE (1ull << 4)
#define PTE_ACCESSED	  (1ull << 5)
#define PTE_DIRTY	  (1ull << 6)
#define PTE_LARGE	  (1ull << 7) /* in a PDPT or PD entry */
#define PTE_GLOBAL	  (1ull << 8)
#define PTE_NX		  (1ull << 63)
#define PTE_PAT_4K	  (1ull << 7)
#define PTE_PAT_LARGE	  (1ull << 12)
#define PTE_ADDRESS_MASK  0x000ffffffffff000ull

/*
 * Caching of a mapping, as bits of a 4 KiB entry.  The kernel programs PAT entry 5 as
 * write-combining and leaves entries 0..3 as they are after reset, so only PAGE_CACHE_COMBINE needs
 * the PAT; it falls back to write-through on a CPU without one.  For a large page replace
 * PTE_PAT_4K by PTE_PAT_LARGE.
 */
#define PAGE_CACHE_UNCACHED (PTE_WRITE_THROUGH | PTE_CACHE_DISABLE)
#define PAGE_CACHE_COMBINE  (PTE_PAT_4K | PTE_WRITE_THROUGH)
#define PAT_VALUE	    0x0007010600070406ull

/*
 * Builds the kernel's page tables out of boot memory and switches to them; the identity map is gone
 * for this CPU, boot_alloc() may use all RAM from here on.  Bootstrap CPU, once.
 */
void paging_init(void);

/* Physical address of the master PML4: an address space copies its entries 256..511. Idle CPUs run
 * on it. */
uint64_t paging_kernel_pml4(void);

/* Maps one page of the stack window (RW, NX). virt inside the window, not mapped yet. Boot time
 * only. */
void paging_map_stack(uint64_t virt, uint64_t phys);

/*
 * Maps device registers uncached, RW, NX into the device window and returns the address of `phys`
 * itself (which need not be page-aligned).  Boot time only; never unmapped.  len > 0.
 * Returns NULL when the window (512 pages) is full or phys + len exceeds the physical address
 * space.
 */
void *arch_map_device(uint64_t phys, size_t len);
