/* SPDX-License-Identifier: 0BSD */
/* pagetable.h: entries of user page tables.
 *
 * Four levels of 512 entries. A level is named by what one entry of it covers: 0 is 4 KiB, 1 is
 * 2 MiB, 2 is 1 GiB and 3 (the top table) 512 GiB. An entry of level 1 or 2 is a page itself when
 * PTE_LARGE is set, else it names a table.
 *
 * Every page that an Extent maps is present, also one without any permission: that one lacks
 * PTE_USER. So "present" always means "counted in the table's live entries". Four bits that the
 * processor ignores remember what it does not: the rights of the Extent that mapped the page, above
 * which no later change of protection can go, and whether the page is device memory, which the
 * kernel must not reach by its direct map.
 *
 * Source: Intel SDM vol.3 4.5 (tables 4-15 to 4-20), 4.8 (accessed and dirty).
 */
#pragma once

#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/paging.h"
#include "mm/vspace.h"

#define PTE_ENTRIES   512
#define PTE_LEVEL_TOP 3

/* Ignored by the processor. */
#define PTE_DEVICE	(1ull << 9)
#define PTE_MAY_READ	(1ull << 52)
#define PTE_MAY_WRITE	(1ull << 53)
#define PTE_MAY_EXECUTE (1ull << 54)

/* What vspace_protect changes. */
#define PTE_PROTECTION (PTE_USER | PTE_WRITE | PTE_NX)
/* An entry that names a table forbids nothing. */
#define PTE_TABLE (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED)

static inline unsigned int level_shift(unsigned int level) { return PAGE_SHIFT + 9 * level; }

/* Bytes, and 4 KiB pages, that one entry of LEVEL covers. */
static inline uint64_t level_bytes(unsigned int level) { return 1ull << level_shift(level); }

static inline uint64_t level_pages(unsigned int level) { return 1ull << (9 * level); }

/* The highest level at which the processor can map a page. */
static inline unsigned int level_max(void) { return cpu_features.gb_pages ? 2 : 1; }

static inline unsigned int pte_index(uint64_t va, unsigned int level)
{
	return va >> level_shift(level) & (PTE_ENTRIES - 1);
}

/* True when E, an entry of a level above 0, names a table. */
static inline bool pte_is_table(uint64_t e) { return (e & (PTE_PRESENT | PTE_LARGE)) == PTE_PRESENT; }

/* The physical address that E, a page of LEVEL, maps. */
static inline uint64_t pte_address(uint64_t e, unsigned int level)
{
	return e & PTE_ADDRESS_MASK & ~(level_bytes(level) - 1);
}

/* True when E is a present page of LEVEL that maps PHYS. */
static inline bool pte_maps(uint64_t e, uint64_t phys, unsigned int level)
{
	return (e & PTE_PRESENT) && pte_address(e, level) == phys;
}

/* E with protection PROT as far as the Extent that mapped it allowed. This processor has no way to
 * forbid reading to who may write or execute. */
static inline uint64_t pte_protect(uint64_t e, unsigned int prot)
{
	uint64_t new = (e & ~PTE_PROTECTION) | PTE_NX;

	if (!(e & PTE_MAY_READ) || !(prot & (PROT_READ | PROT_WRITE | PROT_EXEC))) return new;
	new |= PTE_USER;
	if ((prot & PROT_WRITE) && (e & PTE_MAY_WRITE)) new |= PTE_WRITE;
	if ((prot & PROT_EXEC) && (e & PTE_MAY_EXECUTE)) new &= ~PTE_NX;
	return new;
}

/* An entry of level 0 for physical address 0, by an Extent with RIGHTS. */
static inline uint64_t pte_template(unsigned int prot, uint8_t rights, bool ram)
{
	uint64_t e = PTE_PRESENT | PTE_ACCESSED;

	e |= rights & RIGHT_EXTENT_READ ? PTE_MAY_READ : 0;
	e |= rights & RIGHT_EXTENT_WRITE ? PTE_MAY_WRITE : 0;
	e |= rights & RIGHT_EXTENT_EXEC ? PTE_MAY_EXECUTE : 0;
	e |= ram ? 0 : PTE_DEVICE;
	if (prot & PROT_UNCACHED)
		e |= PAGE_CACHE_UNCACHED;
	else if (prot & PROT_WRITECOMBINE)
		e |= PAGE_CACHE_COMBINE;
	return pte_protect(e, prot);
}

/* A page of LEVEL at PHYS like TEMPLATE: in large pages the PAT bit stands elsewhere. */
static inline uint64_t pte_page(uint64_t template, uint64_t phys, unsigned int level)
{
	if (level > 0) template = (template & ~PTE_PAT_4K) | PTE_LARGE | (template & PTE_PAT_4K ? PTE_PAT_LARGE : 0);
	return template | phys;
}

/* The first of the 512 pages of LEVEL - 1 that together are the large page E of LEVEL. */
static inline uint64_t pte_first_part(uint64_t e, unsigned int level)
{
	if (level > 1) return e;
	return (e & ~(PTE_LARGE | PTE_PAT_LARGE)) | (e & PTE_PAT_LARGE ? PTE_PAT_4K : 0);
}

/* The processor sets accessed and dirty bits in entries that the kernel is changing. */
static inline bool pte_exchange(uint64_t *entry, uint64_t *old, uint64_t new)
{
	return __atomic_compare_exchange_n(entry, old, new, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static inline void pte_set_bits(uint64_t *entry, uint64_t bits) { __atomic_fetch_or(entry, bits, __ATOMIC_RELAXED); }

static inline void pte_clear_bits(uint64_t *entry, uint64_t bits)
{
	__atomic_fetch_and(entry, ~bits, __ATOMIC_RELAXED);
}
