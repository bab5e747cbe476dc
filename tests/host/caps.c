/* SPDX-License-Identifier: 0BSD */
/* caps.c: see caps.h; and many operations at random. */
#include "host/caps.h"

#include <string.h>
#include "host/fuzz/caps.h"
#include "host/harness.h"

struct thread caller, other;

bool always(void) { return true; }

void caps_begin(void)
{
	host_caps_begin();
	memset(&caller, 0, sizeof(caller));
	memset(&other, 0, sizeof(other));
	host_bind(&caller, host_root);
	host_bind(&other, host_root);
}

void caps_end(void)
{
	host_bind(&caller, NULL);
	host_bind(&other, NULL);
	EXPECT(host_caps_end());
}

struct slot *at(cap_t index) { return cspace_slot(host_root, index); }

int64_t make_from(cap_t untyped, unsigned type, unsigned size_log2, cap_t to)
{
	return CALL(untyped_retype, untyped, type, size_log2, 1, SELF, to);
}

int64_t make(unsigned type, unsigned size_log2, cap_t to) { return make_from(0, type, size_log2, to); }

int64_t copy(cap_t from, cap_t to) { return CALL(cspace_copy, SELF, SELF, from, to, to, RIGHTS_ALL, 0); }

int64_t derive(cap_t from, cap_t to) { return CALL(cspace_derive, SELF, SELF, from, to, to, RIGHTS_ALL, 0); }

struct cspace *make_table(void)
{
	EXPECT_EQ(make(OBJ_UNTYPED, 16, PARENT), 0);
	EXPECT_EQ(make_from(PARENT, OBJ_CSPACE, 12, TABLE), 0);
	EXPECT_EQ(make_from(PARENT, OBJ_UNTYPED, 12, FEED), 0);
	EXPECT_EQ(CALL(cspace_feed, TABLE, FEED), 0);
	return cspace_of_object(at(TABLE)->object);
}

TEST(caps, random_operations_keep_every_invariant)
{
	for (uint64_t seed = 1; seed <= 10; seed++)
		EXPECT(fuzz_caps(seed, 1500));
}
