/* SPDX-License-Identifier: 0BSD */
/* first.c: the first program's objects. */
#include "start/first.h"

#include "arch/arch_time.h"
#include "lib/assert.h"
#include "lib/string.h"
#include "mm/extent.h"
#include "obj/sched_context.h"
#include "sched/sched.h"

/* Where things are in the first program's address space. */
#define BOOT_PAGE_AT	 0x10000000ull
#define STACK_AT	 0x20000000ull
#define IMAGE_AT	 0x40000000ull

#define CSPACE_LOG2	 13 /* tables for BOOT_CSPACE_SLOTS and more */
#define CSPACE_FEED_LOG2 18 /* 64 pages of slots */
#define VSPACE_FEED_LOG2 18

/* An object of TYPE in memory for good. */
static struct object *make_object(uint8_t type, unsigned size_log2)
{
	const struct object_ops *ops = object_ops[type];
	uint8_t *memory = boot_alloc(1ull << size_log2, 1ull << size_log2);
	struct object *obj = (struct object *)(memory + ops->header_offset);

	obj->type = type;
	obj->size_log2 = (uint8_t)size_log2;
	if (ops->frame_kind != FRAME_PLAIN) frame_set(memory, ops->frame_kind, memory);
	ops->init(obj);
	return obj;
}

/* An Untyped outside any CSpace, to feed an object with. */
static struct slot *make_untyped(unsigned size_log2)
{
	struct slot *s = boot_alloc(sizeof(*s), sizeof(*s));

	s->type = OBJ_UNTYPED;
	s->rights = RIGHTS_ALL;
	s->size_log2 = (uint8_t)size_log2;
	s->base = virt_to_phys(boot_alloc(1ull << size_log2, 1ull << size_log2));
	slot_root(s);
	return s;
}

struct slot *first_slot(struct cspace *cs, cap_t index, uint8_t type)
{
	struct slot *s;

	if (cspace_slot_at(cs, index, &s) < 0) panic("first program: no slot %u", index);
	s->type = type;
	s->rights = RIGHTS_ALL;
	return s;
}

static void first_object(struct cspace *cs, cap_t index, struct object *obj, uint64_t data)
{
	struct slot *s = first_slot(cs, index, obj->type);

	s->object = obj;
	s->data = data;
	slot_root(s);
	object_named(s);
}

struct slot *first_extent(struct cspace *cs, cap_t index, uint64_t phys, unsigned size_log2, uint8_t rights)
{
	struct slot *s = first_slot(cs, index, OBJ_EXTENT);

	s->rights = rights;
	s->size_log2 = (uint8_t)size_log2;
	s->base = phys;
	slot_root(s);
	return s;
}

void first_map(struct first *f, struct slot *s, uint64_t va, uint64_t first, uint64_t count, unsigned prot)
{
	uint64_t progress = 0;
	int64_t r;

	do {
		r = extent_map(s, f->vspace, va, first, count, prot, &progress);
	} while (r == SYS_RESTART);
	if (r < 0) panic("first program: mapping %lx: error %d", va, (int)-r);
}

static void make_containers(struct first *f)
{
	int r;

	f->cspace = cspace_of_object(make_object(OBJ_CSPACE, CSPACE_LOG2));
	do {
		r = cspace_feed(f->cspace, make_untyped(CSPACE_FEED_LOG2));
	} while (r == SYS_RESTART);
	f->vspace = vspace_of_object(make_object(OBJ_VSPACE, 13));
	if (r < 0 || vspace_feed(f->vspace, make_untyped(VSPACE_FEED_LOG2)) < 0)
		panic("first program: feeding: error %d", -r);
	first_object(f->cspace, BOOT_SLOT_CSPACE, &f->cspace->object, 0);
	first_object(f->cspace, BOOT_SLOT_VSPACE, &f->vspace->object, 0);
}

static void make_thread(struct first *f, uint64_t entry)
{
	struct thread *t = container_of(make_object(OBJ_THREAD, 12), struct thread, object);
	struct sched_context *sc = container_of(make_object(OBJ_SCHED, 9), struct sched_context, object);

	first_object(f->cspace, BOOT_SLOT_THREAD, &t->object, 255);
	first_object(f->cspace, BOOT_SLOT_SCHED, &sc->object, 0);
	slot_root(first_slot(f->cspace, BOOT_SLOT_SYSTEM, OBJ_SYSTEM));
	thread_bind_cspace(t, f->cspace);
	thread_bind_vspace(t, f->vspace);
	t->own = sc;
	sc->owner = t;
	t->max_priority = 255;
	t->base_priority = 128;
	t->priority = 128;
	t->regs.rip = entry;
	t->regs.rsp = STACK_AT + BOOT_STACK_SIZE;
	t->regs.w[0] = BOOT_PAGE_AT;
	t->special = 0;
	f->thread = t;
}

static void fill_page(struct boot_page *p, const struct boot_info *info)
{
	p->magic = BOOT_MAGIC;
	p->abi_version = BOOT_ABI_VERSION;
	p->cpu_count = cpu_count;
	p->clock = clock;
	p->display = info->framebuffer;
	p->acpi_root_phys = info->acpi_root_phys;
	p->frame_count = frame_count;
	memcpy(p->cmdline, info->cmdline, min(sizeof(p->cmdline) - 1, sizeof(info->cmdline)));
}

/* The boot module as it was loaded, in naturally aligned pieces, mapped in one run. */
static void give_image(struct first *f, const struct boot_module *module)
{
	uint64_t at = align_down(module->phys, PAGE_SIZE);
	uint64_t end = align_up(module->phys + module->len_bytes, PAGE_SIZE);
	uint64_t va = IMAGE_AT;
	cap_t index = BOOT_SLOT_FIRST_IMAGE;

	f->page->image_address = IMAGE_AT + (module->phys - at);
	f->page->image_bytes = module->len_bytes;
	while (at < end && index < BOOT_SLOT_FIRST_IMAGE + BOOT_IMAGE_MAX) {
		unsigned size_log2 = min(log2_floor(end - at), (unsigned)__builtin_ctzll(at));
		struct slot *s = first_extent(f->cspace, index++, at, size_log2, RIGHT_EXTENT_READ | RIGHT_EXTENT_EXEC);

		first_map(f, s, va, 0, 1ull << (size_log2 - PAGE_SHIFT), PROT_READ);
		at += 1ull << size_log2;
		va += 1ull << size_log2;
	}
	f->page->image_extents = index - BOOT_SLOT_FIRST_IMAGE;
}

void first_make(const struct boot_info *info)
{
	struct first f;
	uint8_t *stack = boot_alloc(BOOT_STACK_SIZE, BOOT_STACK_SIZE);
	struct slot *s;
	uint64_t entry;

	f.page = boot_alloc(sizeof(*f.page), sizeof(*f.page));
	make_containers(&f);
	fill_page(f.page, info);
	s = first_extent(f.cspace, BOOT_SLOT_BOOTPAGE, virt_to_phys(f.page), log2_ceil(sizeof(*f.page)),
			 RIGHT_EXTENT_READ);
	first_map(&f, s, BOOT_PAGE_AT, 0, sizeof(*f.page) >> PAGE_SHIFT, PROT_READ);
	s = first_extent(f.cspace, BOOT_SLOT_STACK, virt_to_phys(stack), log2_ceil(BOOT_STACK_SIZE), RIGHTS_ALL);
	first_map(&f, s, STACK_AT, 0, BOOT_STACK_SIZE >> PAGE_SHIFT, PROT_READ | PROT_WRITE);
	f.page->stack_address = STACK_AT;
	entry = elf_load(&f, phys_to_virt(info->module.phys), info->module.len_bytes);
	give_image(&f, &info->module);
	make_thread(&f, entry);
	hand_over_memory(&f);
	sched_ready(f.thread);
}
