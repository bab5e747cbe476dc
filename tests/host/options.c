/* SPDX-License-Identifier: 0BSD */
/* options.c: tests of tests/lib/options, the command line of test programs. */
#include "lib/options.h"

#include "host/harness.h"

#include <stddef.h>

TEST(options, value_is_found_behind_its_name_only)
{
	EXPECT(option_find("", "suite") == NULL);
	EXPECT(option_find("resuite=a suites=b", "suite") == NULL);
	EXPECT_STR(option_find("quiet  suite=a,b", "suite"), "a,b");
	EXPECT_STR(option_find("suite=", "suite"), "");
}

TEST(options, list_holds_whole_items_only)
{
	EXPECT(option_lists("suite=ab,c x=d", "suite", "ab"));
	EXPECT(option_lists("suite=ab,c x=d", "suite", "c"));
	EXPECT(!option_lists("suite=ab,c x=d", "suite", "a"));
	EXPECT(!option_lists("suite=ab,c x=d", "suite", "abc"));
	EXPECT(!option_lists("suite=ab,c x=d", "suite", "d"));
}

TEST(options, list_may_hold_prefixes)
{
	EXPECT(option_lists_prefix("bench=map,ipc.send", "bench", "ipc.send.64k"));
	EXPECT(option_lists_prefix("bench=map,ipc.send", "bench", "map.4k"));
	EXPECT(!option_lists_prefix("bench=map,ipc.send", "bench", "ipc.sen"));
	EXPECT(!option_lists_prefix("bench=map,ipc.send", "bench", "unmap.4k"));
}

TEST(options, number_is_decimal_or_the_default)
{
	EXPECT_EQ(option_number("seed=42 n=7", "seed", 1), 42);
	EXPECT_EQ(option_number("seed=42 n=7", "n", 1), 7);
	EXPECT_EQ(option_number("seed=42", "calls", 10), 10);
}
