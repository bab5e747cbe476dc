/* SPDX-License-Identifier: 0BSD */
/* poll.c: asking many Connections at once; what single ready masks do is in connection.c. */
#include "lib/kit.h"

#include <abi/poll.h>

TEST(poll, entries_may_cross_pages)
{
	struct poll_entry *entry = (struct poll_entry *)(KIT_VA + 4096 - 5 * sizeof(*entry));
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);

	kit_map(KIT_VA, 13);
	EXPECT_OK(os_set_ready(endpoint, number, 6, 0));
	for (unsigned i = 0; i < POLL_ENTRIES_MAX; i++)
		entry[i] = (struct poll_entry){.slot = connection, .mask = i % 2 ? 2 : 1};
	EXPECT_EQ(os_poll((uint64_t)entry, POLL_ENTRIES_MAX), POLL_ENTRIES_MAX / 2);
	for (unsigned i = 0; i < POLL_ENTRIES_MAX; i++)
		EXPECT_EQ(entry[i].ready, i % 2 ? 2 : 0);
}

TEST(poll, nothing_to_ask_is_nothing_ready) { EXPECT_EQ(os_poll(0, 0), 0); }

TEST(poll, refuses)
{
	static struct poll_entry entry[2] __attribute__((aligned(16)));

	EXPECT_ERR(poll, EINVAL, os_poll((uint64_t)entry + 8, 1));
	EXPECT_ERR(poll, E2BIG, os_poll((uint64_t)entry, POLL_ENTRIES_MAX + 1));
	EXPECT_ERR(poll, EFAULT, os_poll(KIT_VA, 1));
	EXPECT_ERR(poll, EFAULT, os_poll(0xffff800000000000, 1));
	entry[0].slot = CAP_NONE;
	EXPECT_EQ(os_poll((uint64_t)entry, 2), 2);
	EXPECT_EQ(entry[0].ready, POLL_INVALID);
}
