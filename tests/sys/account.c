/* SPDX-License-Identifier: 0BSD */
/* account.c: limits: what they stop, and whom they leave alone. */
#include "sys/kit.h"

static volatile char *at(uint64_t address) { return (volatile char *)address; }

/* An account with so many pages, objects and processes of this one's. */
static cap_t account(uint64_t pages, uint64_t objects, uint64_t processes)
{
	const uint64_t amount[] = {0, pages * PAGE, objects, processes};
	struct os_words words;
	cap_t slot;

	EXPECT_OK(
	    sys_call(&(struct call){.to = CAP_SELF_PROCESS, .op = PROC_ACCOUNT, .w1 = ACCOUNT_NEW}, &words, &slot));
	for (uint64_t what = ACCOUNT_MEMORY; what <= ACCOUNT_PROCESSES; what++)
		EXPECT_OK(sys_call(&(struct call){.to = CAP_SELF_PROCESS,
						  .op = PROC_ACCOUNT,
						  .w1 = ACCOUNT_MOVE,
						  .w2 = what,
						  .w3 = amount[what],
						  .cap = {slot},
						  .caps = 1},
				   &words, NULL));
	return slot;
}

/* Touches ARG pages of a lazy region of 1 GiB. */
static void touches(void *arg)
{
	uint64_t a = 0, pages = (uint64_t)arg;

	if (mem_map(&a, 1ull << 30, RW, 0, CAP_NONE, 0) < 0)
		child_exit(1);
	for (uint64_t i = 0; i < pages; i++)
		*at(a + i * PAGE) = 1;
	child_exit(0);
}

static void reserves(void *arg)
{
	uint64_t a = 0;
	int64_t r = mem_map(&a, (uint64_t)arg * PAGE, RW, MEM_RESERVED, CAP_NONE, 0);

	child_exit(r == 0 ? 0 : r == -ENOMEM ? 2 : 3);
}

static int64_t run_in(cap_t slot, void (*child)(void *arg), uint64_t arg)
{
	int64_t pid = child_start_in(slot, child, (void *)arg);

	return pid < 0 ? pid : child_wait(pid);
}

TEST(account, touching_more_than_its_account_ends_a_process)
{
	cap_t a = account(128, 20, 2);

	EXPECT_EQ(run_in(a, touches, 32), 0);
	EXPECT(run_in(a, touches, 500) & 0x7f);
	EXPECT_EQ(run_in(a, touches, 32), 0);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, a));
}

TEST(account, a_reservation_is_charged_at_once)
{
	cap_t a = account(128, 20, 2);

	EXPECT_EQ(run_in(a, reserves, 40), 0);
	EXPECT_EQ(run_in(a, reserves, 128), 2 << 8);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, a));
}

TEST(account, what_is_too_small_for_a_process_gets_none)
{
	cap_t pages = account(20, 20, 2), objects = account(128, 3, 2), processes = account(128, 20, 0);

	EXPECT_EQ(run_in(pages, touches, 1), -ENOMEM);
	EXPECT_EQ(run_in(objects, touches, 1), -EAGAIN);
	EXPECT_EQ(run_in(processes, touches, 1), -EAGAIN);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, pages));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, objects));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, processes));
}

TEST(account, more_than_there_is_cannot_be_moved)
{
	struct os_words words;
	cap_t slot = account(1, 1, 1);

	EXPECT_EQ(sys_call(&(struct call){.to = CAP_SELF_PROCESS,
					  .op = PROC_ACCOUNT,
					  .w1 = ACCOUNT_MOVE,
					  .w2 = ACCOUNT_MEMORY,
					  .w3 = 1ull << 50,
					  .cap = {slot},
					  .caps = 1},
			   &words, NULL),
		  -ENOMEM);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, slot));
}

TEST(account, all_memory_touched_ends_who_did_it)
{
	uint64_t a = mem_new(16 * PAGE, 0);

	for (uint64_t i = 0; i < 16; i++)
		*at(a + i * PAGE) = (char)i;
	EXPECT(run_in(CAP_NONE, touches, 1ull << 18) & 0x7f);
	for (uint64_t i = 0; i < 16; i++)
		EXPECT_EQ(*at(a + i * PAGE), (char)i);
	EXPECT_OK(mem_unmap(a, 16 * PAGE));
	EXPECT_EQ(run_in(CAP_NONE, touches, 64), 0);
}
