/* SPDX-License-Identifier: 0BSD */
/* ioport.c: I/O ports, tried on the real-time clock's registers and the POST code port. */
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE

static cap_t ports(uint32_t first, uint32_t count)
{
	cap_t slot = kit_slot();

	kit_foreign(slot);
	EXPECT_OK(os_ioport_create(BOOT_SLOT_SYSTEM, first, count, slot));
	return slot;
}

TEST(ioport, reads_and_writes_in_its_range)
{
	cap_t rtc = ports(0x70, 2);

	EXPECT_OK(os_ioport_out(rtc, 0x70, 1, 0x0d));
	EXPECT_EQ(os_ioport_in(rtc, 0x71, 1) & 0x80, 0x80); /* the battery is good */
}

TEST(ioport, in_refuses)
{
	cap_t port = ports(0x80, 2);

	EXPECT_ERR(ioport_in, EINVAL, os_ioport_in(port, 0x80, 3));
	EXPECT_ERR(ioport_in, EINVAL, os_ioport_in(port, 0x80, 8));
	EXPECT_ERR(ioport_in, ERANGE, os_ioport_in(port, 0x80, 4));
	EXPECT_ERR(ioport_in, ERANGE, os_ioport_in(port, 0x7f, 1));
	EXPECT_ERR(ioport_in, ERANGE, os_ioport_in(port, 0x82, 1));
	EXPECT_OK(os_ioport_in(port, 0x80, 2));
}

TEST(ioport, out_refuses)
{
	cap_t port = ports(0x80, 2);

	EXPECT_ERR(ioport_out, EINVAL, os_ioport_out(port, 0x80, 0, 0));
	EXPECT_ERR(ioport_out, ERANGE, os_ioport_out(port, 0x81, 2, 0));
	EXPECT_OK(os_ioport_out(port, 0x80, 1, 0));
}

static int64_t answer;
static uint64_t pages;

static void create_in_a_full_table(void *arg)
{
	struct os_words words = {{0x80, 1, 128}};

	answer = os_call_words(os_call_rax(SYS_ioport_create, 0, 1), &words);
	pages = words.w[0];
}

TEST(ioport, create_refuses)
{
	cap_t system = BOOT_SLOT_SYSTEM;
	cap_t slot = kit_slot();
	cap_t cspace = kit_small_cspace(&system, 1);

	EXPECT_ERR(ioport_create, EINVAL, os_ioport_create(system, 0x80, 0, slot));
	EXPECT_ERR(ioport_create, EINVAL, os_ioport_create(system, 0x10000, 1, slot));
	EXPECT_ERR(ioport_create, EINVAL, os_ioport_create(system, 0xffff, 2, slot));
	EXPECT_ERR(ioport_create, EEXIST, os_ioport_create(system, 0x80, 1, system));
	EXPECT(kit_join(kit_thread_with(&(struct kit_how){.cspace = cspace}, create_in_a_full_table, NULL)));
	EXPECT_ERR(ioport_create, ENOMEM, answer);
	EXPECT_EQ(pages, 1);
}

TEST(ioport, create_has_a_limit_of_depth)
{
	cap_t first = kit_slots(200);
	cap_t link = BOOT_SLOT_SYSTEM;
	unsigned depth;

	for (depth = 0; depth < 200; depth++) {
		cap_t to = first + depth;

		if (os_cspace_derive(SELF, SELF, link, to, to, RIGHTS_ALL, 0) < 0)
			break;
		link = to;
	}
	EXPECT(depth > 100 && depth < 200);
	EXPECT_ERR(ioport_create, ELOOP, os_ioport_create(link, 0x80, 1, first + depth));
	EXPECT_OK(os_cspace_delete(SELF, first));
}
