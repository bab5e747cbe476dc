/* SPDX-License-Identifier: 0BSD */
/* extent.c: mapping, slicing, filling and copying Extents.
 *
 * Mapping goes down to the largest page that fits at each position (range.h does everything that
 * only looks at what is present). A deletion that is preempted keeps its progress in the bits of
 * `base` that no physical address uses, in units of 32 pages: two CPUs that delete at the same time
 * and stop for each other at each cut both come to an end.
 */
#include "mm/extent.h"

#include <abi/errno.h>
#include "lib/assert.h"
#include "lib/string.h"
#include "mm/range.h"
#include "sched/preempt.h"

/* ---- the record ---- */

#define RELEASE_UNIT 32ull

static uint64_t released_units(const struct slot *e) { return (e->base & (PAGE_SIZE - 1)) | (e->base >> 46 << 12); }

static void set_released_units(struct slot *e, uint64_t units)
{
	e->base = extent_base(e) | (units & (PAGE_SIZE - 1)) | (units >> 12 << 46);
}

static void forget(struct slot *e)
{
	e->map_vspace = 0;
	e->map_page = 0;
	e->map_generation = 0;
	set_released_units(e, 0);
}

static void record(struct slot *e, struct vspace *v, uint64_t va)
{
	e->map_vspace = frame_number(v);
	e->map_page = va >> PAGE_SHIFT;
	e->map_generation = frame_of(v)->generation;
	set_released_units(e, 0);
}

/* The range of V where pages [first, first + count) of E are mapped, as far as addresses go. */
static struct range owned_range(const struct slot *e, struct vspace *v, uint64_t first, uint64_t count)
{
	uint64_t va = ((uint64_t)e->map_page + first) * PAGE_SIZE;

	return (struct range){
	    .vspace = v,
	    .va = va,
	    .pages = va < USER_END ? min(count, (uint64_t)((USER_END - va) / PAGE_SIZE)) : 0,
	    .owned = true,
	    .phys = extent_base(e) + first * PAGE_SIZE,
	    .owned_bytes = 1ull << e->size_log2,
	};
}

/* ---- mapping ---- */

struct mapping {
	struct vspace *vspace;
	uint64_t va, phys, pages; /* what is left to be mapped */
	uint64_t template;
	struct tlb_batch tlb;
};

/* The largest pages that fit where M stands. */
static unsigned int fitting_level(const struct mapping *m)
{
	for (unsigned int level = level_max(); level > 0; level--)
		if (is_aligned(m->va | m->phys, level_bytes(level)) && m->pages >= level_pages(level)) return level;
	return 0;
}

/* Maps COUNT small pages in one table. Entries that are as they should be keep their dirty bit. */
static void fill(struct mapping *m, uint64_t *entry, unsigned int count)
{
	uint64_t e = pte_page(m->template, m->phys, 0);
	int added = 0;

	for (unsigned int i = 0; i < count; i++, e += PAGE_SIZE) {
		uint64_t old = entry[i];

		if (((old ^ e) & ~PTE_DIRTY) == 0) continue;
		entry[i] = e;
		if (old & PTE_PRESENT)
			tlb_batch_add(&m->tlb, m->va + i * PAGE_SIZE);
		else
			added++;
	}
	table_count(entry, added);
}

static void place_large(struct mapping *m, const struct place *at)
{
	if (*at->entry & PTE_PRESENT)
		tlb_batch_all(&m->tlb);
	else
		table_count(at->entry, 1);
	*at->entry = pte_page(m->template, m->phys, at->level);
}

/* An upper bound of the tables below which small pages from M's place on still need, beyond the
 * first. */
static uint64_t further_tables(const struct mapping *m)
{
	uint64_t last = m->va + (m->pages - 1) * PAGE_SIZE;
	uint64_t tables = 0;

	if (is_aligned(m->va ^ m->phys, level_bytes(1))) return 0; /* large pages: one step at a time */
	for (unsigned int level = 1; level <= PTE_LEVEL_TOP; level++)
		tables += (last >> level_shift(level)) - (m->va >> level_shift(level));
	return tables;
}

/* Maps one stretch: the number of pages, or -ENOMEM. */
static int64_t map_piece(struct mapping *m)
{
	struct place at;
	uint64_t tables = m->vspace->tables;
	unsigned int count = 1;
	int error = table_reach(m->vspace, m->va, fitting_level(m), &m->tlb, &at);

	if (error) {
		m->vspace->wanted += further_tables(m);
		return error;
	}
	if (m->vspace->tables - tables >= TABLES_AT_ONCE) return 0; /* that was enough for one piece */
	if (at.level > 0) {
		place_large(m, &at);
		return (int64_t)level_pages(at.level);
	}
	count = PTE_ENTRIES - pte_index(m->va, 0);
	count = min(count, (unsigned int)STRETCH_MAX);
	count = (unsigned int)min(m->pages, (uint64_t)count);
	fill(m, at.entry, count);
	return count;
}

static int64_t map_all(struct mapping *m, uint64_t *progress)
{
	int64_t result = 0;

	tlb_batch_init(&m->tlb, m->vspace);
	while (m->pages > 0) {
		int64_t done = map_piece(m);

		if (done < 0) {
			result = done;
			break;
		}
		m->va += (uint64_t)done * PAGE_SIZE;
		m->phys += (uint64_t)done * PAGE_SIZE;
		m->pages -= (uint64_t)done;
		*progress += (uint64_t)done;
		if (preempt_cut() && m->pages > 0) {
			result = SYS_RESTART;
			break;
		}
	}
	tlb_batch_flush(&m->tlb);
	return result;
}

static bool in_range(const struct slot *e, uint64_t first, uint64_t count)
{
	uint64_t pages = extent_pages(e);

	return first <= pages && count <= pages - first;
}

static int check_access(const struct slot *e, unsigned int prot)
{
	uint8_t need = 0;

	need |= prot & (PROT_READ | PROT_WRITE | PROT_EXEC) ? RIGHT_EXTENT_READ : 0;
	need |= prot & PROT_WRITE ? RIGHT_EXTENT_WRITE : 0;
	need |= prot & PROT_EXEC ? RIGHT_EXTENT_EXEC : 0;
	return need & ~e->rights ? -EACCES : 0;
}

static int check_map(const struct slot *e, struct vspace *v, uint64_t va, uint64_t first, uint64_t count,
		     unsigned int prot)
{
	unsigned int caching = prot & (PROT_UNCACHED | PROT_WRITECOMBINE);
	struct vspace *known = vspace_from_record(e);

	if (prot & ~(unsigned int)PROT_ALL || !is_aligned(va, PAGE_SIZE) || va >= USER_END) return -EINVAL;
	if (caching && (extent_is_ram(e) || !is_pow2(caching))) return -EINVAL;
	if (!in_range(e, first, count)) return -ERANGE;
	if (first + count > (USER_END - va) / PAGE_SIZE) return -EINVAL;
	if (known && (known != v || e->map_page != va >> PAGE_SHIFT || released_units(e) != 0)) return -EBUSY;
	return check_access(e, prot);
}

int64_t extent_map(struct slot *extent, struct vspace *v, uint64_t va, uint64_t first, uint64_t count,
		   unsigned int prot, uint64_t *progress)
{
	int error = check_map(extent, v, va, first, count, prot);
	bool known = vspace_from_record(extent);
	struct mapping m = {.vspace = v};
	int64_t result;

	if (error || count == 0) return error;
	if (*progress > count) *progress = count;
	m.va = va + (first + *progress) * PAGE_SIZE;
	m.phys = extent_base(extent) + (first + *progress) * PAGE_SIZE;
	m.pages = count - *progress;
	m.template = pte_template(prot, extent->rights, extent_is_ram(extent));
	record(extent, v, va);
	result = map_all(&m, progress);
	if (result == -ENOMEM && *progress == 0 && !known) forget(extent);
	return result;
}

/* ---- what is mapped ---- */

int64_t extent_unmap(struct slot *extent, uint64_t first, uint64_t count, uint64_t *progress)
{
	struct vspace *v = vspace_from_record(extent);
	int64_t result = 0;

	if (!in_range(extent, first, count)) return -ERANGE;
	if (v) {
		struct range r = owned_range(extent, v, first, count);

		result = range_unmap(&r, progress);
	}
	if (result == 0 && first == 0 && count == extent_pages(extent)) forget(extent);
	return result;
}

int64_t extent_protect(struct slot *extent, uint64_t first, uint64_t count, unsigned int prot, uint64_t *progress)
{
	struct vspace *v = vspace_from_record(extent);
	struct range r;
	int error;

	if (prot & ~(unsigned int)(PROT_READ | PROT_WRITE | PROT_EXEC)) return -EINVAL;
	if (!in_range(extent, first, count)) return -ERANGE;
	error = check_access(extent, prot);
	if (error || !v) return error;
	r = owned_range(extent, v, first, count);
	r.prot = prot;
	return range_protect(&r, progress);
}

bool extent_release_step(struct slot *extent)
{
	struct vspace *v = vspace_from_record(extent);
	uint64_t units = released_units(extent);
	uint64_t start = units > 0 ? units - 1 : 0;
	uint64_t done = start * RELEASE_UNIT;
	int64_t result = 0;

	if (v) {
		struct range r = owned_range(extent, v, 0, extent_pages(extent));

		/* Stop only when the next call will begin further on. */
		do result = range_unmap(&r, &done);
		while (result == SYS_RESTART && done / RELEASE_UNIT == start);
	}
	KASSERT(result != -ENOMEM, "a large page of an Extent lies within it");
	if (result == SYS_RESTART) {
		set_released_units(extent, done / RELEASE_UNIT + 1);
		return false;
	}
	forget(extent);
	return true;
}

/* ---- memory itself ---- */

bool extent_is_ram(const struct slot *extent) { return frame_is_ram(extent_base(extent)); }

int extent_slice(struct slot *extent, uint64_t first, unsigned int size_log2, struct slot *to)
{
	uint64_t pages;

	if (size_log2 < PAGE_SHIFT || size_log2 > 63) return -EINVAL;
	pages = 1ull << (size_log2 - PAGE_SHIFT);
	if (!in_range(extent, first, pages)) return -ERANGE;
	if (!is_aligned(first, pages)) return -EINVAL;
	if (extent->depth >= SLOT_DEPTH_MAX) return -ELOOP;
	KASSERT(slot_empty(to), "the caller found an empty slot");
	to->type = OBJ_EXTENT;
	to->rights = extent->rights;
	to->flags = 0;
	to->size_log2 = (uint8_t)size_log2;
	to->base = extent_base(extent) + first * PAGE_SIZE;
	to->data = 0;
	to->map_generation = 0;
	slot_link_child(to, extent);
	return 0;
}

static uint8_t *page_of(const struct slot *e, uint64_t page) { return phys_to_virt(extent_base(e) + page * PAGE_SIZE); }

int64_t extent_zero(struct slot *extent, uint64_t first, uint64_t count, uint64_t *progress)
{
	if (!in_range(extent, first, count)) return -ERANGE;
	if (!extent_is_ram(extent)) return -ENOTSUP;
	while (*progress < count) {
		memset(page_of(extent, first + *progress), 0, PAGE_SIZE);
		++*progress;
		if (preempt_cut() && *progress < count) return SYS_RESTART;
	}
	return 0;
}

int64_t extent_copy(struct slot *to, uint64_t to_first, struct slot *from, uint64_t from_first, uint64_t count,
		    uint64_t *progress)
{
	if (!in_range(to, to_first, count) || !in_range(from, from_first, count)) return -ERANGE;
	if (!extent_is_ram(to) || !extent_is_ram(from)) return -ENOTSUP;
	while (*progress < count) {
		memmove(page_of(to, to_first + *progress), page_of(from, from_first + *progress), PAGE_SIZE);
		++*progress;
		if (preempt_cut() && *progress < count) return SYS_RESTART;
	}
	return 0;
}
