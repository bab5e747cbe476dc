/* SPDX-License-Identifier: 0BSD */
/* kit.c: the arena and the objects made out of it. */
#include "lib/kit.h"

#include "lib/string.h"

#include <abi/boot.h>

#define FOREIGN_MAX 256

static struct boot_page boot_copy; /* seen in all address spaces that share this program */
static cap_t arena;
static cap_t first_slot, next_slot;
static cap_t foreign[FOREIGN_MAX];
static uint32_t foreign_count;
static uint64_t tables_before;

/* The biggest Untyped that is RAM. */
static cap_t biggest_untyped(void)
{
	uint32_t best = 0;

	for (uint32_t i = 0; i < os_boot->untyped_count; i++) {
		const struct boot_untyped *u = &os_boot->untyped[i];

		if (!u->device && (os_boot->untyped[best].device || u->size_log2 > os_boot->untyped[best].size_log2))
			best = i;
	}
	return BOOT_SLOT_FIRST_UNTYPED + best;
}

void kit_init(void)
{
	memcpy(&boot_copy, os_boot, sizeof(boot_copy));
	os_boot = &boot_copy;
	arena = os_boot->first_free_slot;
	first_slot = next_slot = arena + 1;
	EXPECT_OK(os_thread_set_priority(BOOT_SLOT_THREAD, KIT_PRIORITY, 0, 0));
	EXPECT_OK(os_untyped_retype(biggest_untyped(), OBJ_UNTYPED, KIT_ARENA_LOG2, 1, CAP_SELF_CSPACE, arena));
}

static uint64_t tables_in_use(void)
{
	struct os_words out;

	EXPECT_OK(os_vspace_info(CAP_SELF_VSPACE, &out));
	return out.w[0];
}

void kit_begin(void)
{
	next_slot = first_slot;
	foreign_count = 0;
	tables_before = tables_in_use();
}

void kit_end(void)
{
	struct os_words out;

	EXPECT_OK(os_cspace_revoke(CAP_SELF_CSPACE, arena));
	for (uint32_t i = 0; i < foreign_count; i++)
		os_cspace_delete(CAP_SELF_CSPACE, foreign[i]);
	EXPECT_OK(os_untyped_reset(arena));
	for (cap_t slot = first_slot; slot < next_slot; slot++) {
		if (os_cspace_info(CAP_SELF_CSPACE, slot, &out) == -EBADF)
			continue;
		/* What a Connection leaves to its clients when its endpoint goes is not ours. */
		if ((out.w[0] & 0xff) == OBJ_DEAD) {
			EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, slot));
			continue;
		}
		test_check(false, __FILE__, __LINE__, "a slot is left over");
		os_printf("slot %u type %lu\n", slot, out.w[0] & 0xff);
	}
	EXPECT_EQ(tables_in_use(), tables_before);
	kit_threads_forget();
}

void kit_next(void)
{
	kit_end();
	kit_begin();
}

cap_t kit_arena(void) { return arena; }

cap_t kit_slots(uint32_t count)
{
	cap_t slot = next_slot;

	next_slot += count;
	return slot;
}

void kit_slots_back(cap_t first) { next_slot = first; }

cap_t kit_slot(void) { return kit_slots(1); }

void kit_foreign(cap_t slot)
{
	if (EXPECT(foreign_count < FOREIGN_MAX))
		foreign[foreign_count++] = slot;
}

cap_t kit_make(enum object_type type, uint32_t size_log2)
{
	cap_t slot = kit_slot();

	if (!EXPECT_OK(os_untyped_retype(arena, type, size_log2, 1, CAP_SELF_CSPACE, slot)))
		return CAP_NONE;
	return slot;
}

cap_t kit_event(void) { return kit_make(OBJ_EVENT, 8); }

cap_t kit_bare_endpoint(void) { return kit_make(OBJ_ENDPOINT, 10); }

cap_t kit_endpoint(void)
{
	cap_t endpoint = kit_bare_endpoint();
	cap_t reserve = kit_make(OBJ_SCHED, 9);

	EXPECT_OK(os_endpoint_feed(endpoint, kit_make(OBJ_UNTYPED, 12)));
	EXPECT_OK(os_endpoint_configure(endpoint, 0, reserve, KIT_PRIORITY));
	return endpoint;
}

cap_t kit_connect_number(cap_t endpoint, uint64_t cookie, uint64_t *number)
{
	cap_t slot = kit_slot();
	struct os_words out;

	if (!EXPECT_OK(os_connect(endpoint, cookie, slot, slot, 0, &out)))
		return CAP_NONE;
	*number = out.w[0];
	return slot;
}

cap_t kit_connect(cap_t endpoint, uint64_t cookie)
{
	uint64_t number;

	return kit_connect_number(endpoint, cookie, &number);
}

cap_t kit_event_at(cap_t endpoint, uint64_t cookie, uint32_t priority)
{
	cap_t event = kit_event();

	EXPECT_OK(os_event_configure(event, endpoint, cookie, priority));
	return event;
}

cap_t kit_copy(cap_t slot, uint32_t rights)
{
	cap_t copy = kit_slot();

	if (!EXPECT_OK(os_cspace_copy(CAP_SELF_CSPACE, CAP_SELF_CSPACE, slot, copy, copy, rights, 0)))
		return CAP_NONE;
	return copy;
}

static void map_program(cap_t vspace, cap_t program, const char *from, const char *to, uint32_t prot)
{
	uint64_t first = ((uint64_t)from - PROGRAM_BASE) / 4096;
	uint64_t end = ((uint64_t)to - PROGRAM_BASE + 4095) / 4096;

	EXPECT_OK(os_extent_map(program, vspace, PROGRAM_BASE, first, end - first, prot));
}

cap_t kit_space(void)
{
	cap_t vspace = kit_make(OBJ_VSPACE, 13);
	cap_t program = kit_copy(BOOT_SLOT_PROGRAM, RIGHTS_ALL);
	cap_t stack = kit_copy(BOOT_SLOT_STACK, RIGHTS_ALL);

	kit_foreign(program);
	kit_foreign(stack);
	EXPECT_OK(os_vspace_feed(vspace, kit_make(OBJ_UNTYPED, 17)));
	map_program(vspace, program, (char *)PROGRAM_BASE, program_rodata, PROT_READ | PROT_EXEC);
	map_program(vspace, program, program_rodata, program_data, PROT_READ);
	map_program(vspace, program, program_data, program_end, PROT_READ | PROT_WRITE);
	EXPECT_OK(
	    os_extent_map(stack, vspace, os_boot->stack_address, 0, BOOT_STACK_SIZE / 4096, PROT_READ | PROT_WRITE));
	return vspace;
}

cap_t kit_map(uint64_t va, uint32_t size_log2)
{
	cap_t extent = kit_make(OBJ_EXTENT, size_log2);
	uint64_t pages = 1ull << (size_log2 - 12);

	EXPECT_OK(os_extent_zero(extent, 0, pages));
	EXPECT_OK(os_extent_map(extent, CAP_SELF_VSPACE, va, 0, pages, PROT_READ | PROT_WRITE));
	return extent;
}

bool kit_readable(uint64_t va)
{
	struct os_received r;

	return os_receive(kit_bare_endpoint(), &r, (struct message_desc *)va, DEADLINE_NOW) != -EFAULT;
}

bool kit_writable(uint64_t va)
{
	cap_t thread = kit_make(OBJ_THREAD, 12);

	EXPECT_OK(os_thread_suspend(thread));
	return os_thread_get_registers(thread, va) != -EFAULT;
}

cap_t kit_small_cspace(const cap_t *caps, unsigned count)
{
	cap_t cspace = kit_make(OBJ_CSPACE, 12);

	EXPECT_OK(os_cspace_feed(cspace, kit_make(OBJ_UNTYPED, 12)));
	for (unsigned i = 0; i < count; i++)
		EXPECT_OK(os_cspace_copy(cspace, CAP_SELF_CSPACE, caps[i], 1 + i, 1 + i, RIGHTS_ALL, 0));
	return cspace;
}
