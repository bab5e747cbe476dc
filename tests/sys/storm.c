/* SPDX-License-Identifier: 0BSD */
/* storm.c: many at once, and in an order that nobody chose. */
#include "sys/kit.h"

SUITE_SECONDS(storm, 120);

#define CHILDREN 24
#define ROUNDS	 400

static volatile char *at(uint64_t address) { return (volatile char *)address; }

static uint64_t seed;

static uint64_t any(uint64_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % below;
}

static void nothing(void *arg) {}

static void sleeps(void *arg)
{
	os_sleep(os_in_ns((uint64_t)arg * OS_MS));
	child_exit(7);
}

TEST(storm, children_at_the_same_time)
{
	int64_t pid[CHILDREN];

	for (int round = 0; round < 4; round++) {
		for (uint64_t i = 0; i < CHILDREN; i++)
			EXPECT_OK(pid[i] = child_start(sleeps, (void *)(any(20) + 1)));
		for (uint64_t i = 0; i < CHILDREN; i++)
			EXPECT_EQ(child_wait(pid[i]), 7 << 8);
	}
}

static void forks(void *arg)
{
	uint64_t depth = (uint64_t)arg;

	if (depth == 0)
		child_exit(1);
	for (int i = 0; i < 2; i++)
		if (child_run(forks, (void *)(depth - 1)) != 1 << 8)
			child_exit(2);
	child_exit(1);
}

TEST(storm, children_of_children) { EXPECT_EQ(child_run(forks, (void *)5), 1 << 8); }

/* Maps, unmaps, protects, touches and clones at random, and knows what every page must hold. */
#define PAGES 256u
static char holds[PAGES]; /* 0: no page; else what is in it */
static bool writable[PAGES];

static void check(uint64_t base)
{
	for (uint64_t i = 0; i < PAGES; i++)
		if (holds[i])
			EXPECT_EQ(*at(base + i * PAGE), holds[i]);
}

static void checks(void *arg)
{
	uint64_t base = (uint64_t)arg;

	for (uint64_t i = 0; i < PAGES; i++) {
		if (holds[i] && *at(base + i * PAGE) != holds[i])
			child_exit(1);
		if (holds[i] && writable[i])
			*at(base + i * PAGE) = 99;
	}
	child_exit(0);
}

static void change(uint64_t base)
{
	uint64_t first = any(PAGES), count = 1 + any(40);
	uint64_t a = base + first * PAGE;

	count = count > PAGES - first ? PAGES - first : count;
	switch (any(6)) {
	case 0:
		EXPECT_OK(mem_unmap(a, count * PAGE));
		for (uint64_t i = first; i < first + count; i++)
			holds[i] = 0;
		break;
	case 1:
	case 2:
		EXPECT_OK(mem_map(&a, count * PAGE, RW, MEM_FIXED, CAP_NONE, 0));
		for (uint64_t i = first; i < first + count; i++) {
			writable[i] = true;
			holds[i] = (char)(1 + any(90));
			*at(base + i * PAGE) = holds[i];
		}
		break;
	case 3:
	case 4: {
		bool to = any(2);

		for (uint64_t i = first; i < first + count && holds[i]; i++) {
			EXPECT_OK(mem_protect(base + i * PAGE, PAGE, to ? RW : PROT_READ));
			writable[i] = to;
		}
		break;
	}
	default:
		for (uint64_t i = first; i < first + count; i++)
			if (holds[i] && writable[i])
				*at(base + i * PAGE) = holds[i] = (char)(1 + any(90));
	}
}

TEST(storm, pages_hold_what_they_must)
{
	uint64_t base = 0x150000000000 + PAGE;

	seed = 12345;
	for (unsigned i = 0; i < PAGES; i++)
		holds[i] = 0;
	for (int round = 0; round < ROUNDS; round++) {
		change(base);
		if (round % 8 == 0) {
			check(base);
			ASSERT_EQ(child_run(checks, (void *)base), 0);
		}
	}
	check(base);
	EXPECT_OK(mem_unmap(base, PAGES * PAGE));
	EXPECT_EQ(child_run(nothing, NULL), 0);
}

TEST(storm, killed_at_any_moment)
{
	struct os_words words;

	for (int i = 0; i < 60; i++) {
		int64_t pid = child_start(forks, (void *)3);

		os_sleep(os_in_ns(any(3000) * OS_US));
		sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = PROC_KILL, .w1 = (uint64_t)pid, .w2 = 9}, &words,
			 NULL);
		EXPECT_OK(child_wait(pid));
	}
	/* Those whose parent was killed are this one's now, or still end. */
	for (int i = 0; i < 2000; i++) {
		struct os_words wait = {{PROTO_WORD0(PROC_WAIT, 0, 0), 0 /* P_ALL */, 0, 4 | 1 /* WEXITED WNOHANG */}};

		if (os_send_words(CAP_SELF_PROCESS, &wait) < 0)
			return;
		os_sleep(os_in_ns(OS_MS));
	}
	EXPECT(!"no end of children");
}
