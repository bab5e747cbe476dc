/* SPDX-License-Identifier: 0BSD */
/* process.c: builds, exits, waits, threads, groups. Each test ends with the check that nothing is left. */
#include "sys/world.h"

#include "lib/string.h"

static void exit_with(void *arg) { child_exit((unsigned)(uintptr_t)arg); }

TEST(process, exit_status_is_what_wait_answers)
{
	for (unsigned i = 0; i < 256; i += 51)
		EXPECT_EQ(child_run(exit_with, (void *)(uintptr_t)i), WAIT_EXITED(i));
}

TEST(process, waiting_for_nobody_is_refused)
{
	EXPECT_EQ(proc_wait(P_ALL, 0, WEXITED, NULL), -ECHILD);
	EXPECT_EQ(proc_wait(P_PID, 99999, WEXITED | WNOHANG, NULL), -ECHILD);
	EXPECT_EQ(proc_wait(P_ALL, 0, 0, NULL), -EINVAL);
	EXPECT_EQ(proc_wait(7, 0, WEXITED, NULL), -EINVAL);
}

TEST(process, wait_takes_by_number_by_group_and_any)
{
	int64_t a = child_start(exit_with, (void *)1), b = child_start(exit_with, (void *)2), c;
	uint32_t status;

	EXPECT_EQ(status_of(b), WAIT_EXITED(2));
	EXPECT_EQ(proc_wait(P_ALL, 0, WEXITED, &status), a);
	EXPECT_EQ(status, WAIT_EXITED(1));
	c = child_start(exit_with, (void *)3);
	EXPECT_EQ(proc_wait(P_PGID, 123456, WEXITED, NULL), -ECHILD);
	EXPECT_EQ(proc_wait(P_PGID, 0, WEXITED | WNOWAIT, &status), c);
	EXPECT_EQ(proc_wait(P_PGID, info()->group, WEXITED, &status), c);
	EXPECT_EQ(status, WAIT_EXITED(3));
}

TEST(process, wait_without_hanging_answers_nobody)
{
	int64_t pid;

	share_begin();
	pid = child_start(child_sleep, NULL);
	flag_wait(0, 1);
	EXPECT_EQ(proc_wait(P_PID, pid, WEXITED | WNOHANG, NULL), 0);
	EXPECT_OK(proc_kill(pid, SIGTERM));
	EXPECT_EQ(status_of(pid), SIGTERM);
	share_end();
}

static void make_orphan(void *arg)
{
	shared->value[0] = (uint64_t)child_start(child_sleep, NULL);
	flag_wait(0, 1);
}

TEST(process, orphans_go_to_the_subreaper)
{
	struct os_words words;
	int64_t pid;

	share_begin();
	EXPECT_EQ(child_run(make_orphan, NULL), 0);
	pid = (int64_t)shared->value[0];
	EXPECT_OK(proc_call(PROC_GROUP_GET, 0, (uint64_t)pid, 0, 0, 0, &words));
	EXPECT_EQ(words.w[3], proc_pid());
	EXPECT_OK(proc_kill(pid, SIGKILL));
	EXPECT_EQ(status_of(pid), SIGKILL);
	EXPECT_EQ(proc_kill(pid, 0), -ESRCH);
	share_end();
}

TEST(process, orphaned_zombies_are_handed_on)
{
	share_begin();
	/* The grandchild ends first and nobody waits for it there. */
	EXPECT_EQ(child_run(make_orphan, NULL), 0);
	EXPECT_OK(proc_kill((int64_t)shared->value[0], SIGTERM));
	EXPECT_EQ(status_of((int64_t)shared->value[0]), SIGTERM);
	share_end();
}

static void look_around(void *arg)
{
	shared->value[0] = info()->pid;
	shared->value[1] = info()->parent;
	shared->value[2] = info()->group;
	shared->value[3] = info()->session;
	shared->value[4] = record(0)->tid;
	shared->value[5] = record(0)->in_use;
}

TEST(process, info_page_says_who_one_is)
{
	int64_t pid;

	share_begin();
	pid = child_start(look_around, NULL);
	EXPECT_EQ(status_of(pid), 0);
	EXPECT_EQ(shared->value[0], pid);
	EXPECT_EQ(shared->value[1], proc_pid());
	EXPECT_EQ(shared->value[2], info()->group);
	EXPECT_EQ(shared->value[3], info()->session);
	EXPECT_EQ(shared->value[4], pid);
	EXPECT_EQ(shared->value[5], 1);
	share_end();
}

/* ---- ends in every state ---- */

static void spin(void *arg)
{
	flag_set(0, 1);
	for (;;)
		__asm__ volatile("pause");
}

static void wait_for_child(void *arg)
{
	shared->value[0] = (uint64_t)child_start(child_sleep, NULL);
	flag_wait(0, 1);
	proc_wait(P_ALL, 0, WEXITED, NULL);
}

static void wait_for_signal(void *arg)
{
	flag_set(0, 1);
	proc_call(PROC_SIGNAL_WAIT, 0, BIT(SIGUSR1), DEADLINE_FOREVER, 0, 0, NULL);
}

static uint32_t word;

static void wait_for_word(void *arg)
{
	flag_set(0, 1);
	os_sync_wait((uint64_t)&word, 0, DEADLINE_FOREVER, 0);
}

static cap_t own_endpoint(unsigned connections)
{
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_ENDPOINT, .w1 = connections};
	struct os_words words;
	cap_t slot;

	EXPECT_OK(sys_call(&c, &words, &slot));
	return slot;
}

static void receive_for_ever(void *arg)
{
	struct os_received r;
	cap_t endpoint = own_endpoint(15);

	flag_set(0, 1);
	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
}

static void send_to_nobody(void *arg)
{
	cap_t endpoint = own_endpoint(15);
	struct os_words words;
	int64_t connection = os_connect(endpoint, 1, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX, 0, &words);

	flag_set(0, 1);
	os_send_words((cap_t)connection, &words);
}

static void stop_oneself(void *arg)
{
	flag_set(0, 1);
	proc_kill(proc_pid(), SIGSTOP);
	for (;;)
		os_sleep(DEADLINE_FOREVER);
}

static void many_threads(void *arg)
{
	for (int i = 0; i < 4; i++)
		thread_begin(spin, NULL, CAP_NONE);
	spin(NULL);
}

TEST(process, kill_ends_it_in_every_state)
{
	static void (*const state[])(void *) = {child_sleep,	 spin,		wait_for_child,
						wait_for_signal, wait_for_word, receive_for_ever,
						send_to_nobody,	 stop_oneself,	many_threads};

	for (unsigned i = 0; i < sizeof(state) / sizeof(state[0]); i++) {
		int64_t pid;

		share_begin();
		pid = child_start(state[i], NULL);
		ASSERT(pid > 0);
		flag_wait(0, 1);
		os_sleep(os_in_ns(2 * OS_MS));
		EXPECT_OK(proc_kill(pid, SIGKILL));
		EXPECT_EQ(status_of(pid), SIGKILL);
		pid = (int64_t)shared->value[0]; /* wait_for_child left a child: ours now */
		if (pid) {
			EXPECT_OK(proc_kill(pid, SIGKILL));
			EXPECT_EQ(status_of(pid), SIGKILL);
		}
		share_end();
	}
}

/* ---- threads ---- */

static void count(void *arg)
{
	__atomic_fetch_add(&shared->flag[1], 1, __ATOMIC_ACQ_REL);
	shared->value[1] = (uint64_t)arg;
}

TEST(process, threads_run_and_leave_nothing)
{
	share_begin();
	for (uint32_t i = 1; i <= 200; i++) {
		ASSERT(thread_begin(count, (void *)(uintptr_t)i, CAP_NONE) > 0);
		ASSERT(flag_wait(1, i));
		EXPECT_EQ(shared->value[1], i);
	}
	share_end();
}

TEST(process, many_threads_at_once)
{
	share_begin();
	for (uint32_t i = 0; i < 64; i++)
		ASSERT(thread_begin(count, NULL, CAP_NONE) > 0);
	flag_wait(1, 64);
	share_end();
}

static void last_thread(void *arg)
{
	os_sleep(os_in_ns(3 * OS_MS));
	thread_done();
}

static void main_goes_first(void *arg)
{
	thread_begin(last_thread, NULL, CAP_NONE);
	thread_done();
}

TEST(process, last_thread_ends_the_process) { EXPECT_EQ(child_run(main_goes_first, NULL), WAIT_EXITED(0)); }

static void exit_beside(void *arg)
{
	for (int i = 0; i < 4; i++)
		thread_begin(spin, NULL, CAP_NONE);
	flag_wait(0, 1);
	child_exit(9);
}

TEST(process, exit_takes_all_threads_along)
{
	share_begin();
	EXPECT_EQ(child_run(exit_beside, NULL), WAIT_EXITED(9));
	share_end();
}

/* ---- storms ---- */

static void nothing(void *arg) {}

TEST(process, fork_storm_leaves_nothing)
{
	for (int i = 0; i < 100; i++)
		ASSERT_EQ(child_run(nothing, NULL), 0);
}

TEST(process, forty_children_at_once)
{
	uint32_t status;

	for (int i = 0; i < 40; i++)
		ASSERT(child_start(nothing, NULL) > 0);
	for (int i = 0; i < 40; i++)
		EXPECT(proc_wait(P_ALL, 0, WEXITED, &status) > 0);
	EXPECT_EQ(proc_wait(P_ALL, 0, WEXITED, &status), -ECHILD);
}

/* ---- groups ---- */

static void lead_session(void *arg)
{
	struct os_words words;

	EXPECT_OK(proc_call(PROC_SESSION, 0, 0, 0, 0, 0, &words));
	shared->value[0] = words.w[1];
	shared->value[1] = info()->session;
	shared->value[2] = info()->group;
	EXPECT_EQ(proc_call(PROC_SESSION, 0, 0, 0, 0, 0, NULL), -EPERM);
	EXPECT_EQ(proc_call(PROC_GROUP_SET, 0, 0, 0, 0, 0, NULL), -EPERM);
}

TEST(process, session_has_its_leaders_number)
{
	int64_t pid;

	share_begin();
	pid = child_start(lead_session, NULL);
	EXPECT_EQ(status_of(pid), 0);
	EXPECT_EQ(shared->value[0], pid);
	EXPECT_EQ(shared->value[1], pid);
	EXPECT_EQ(shared->value[2], pid);
	share_end();
}

TEST(process, group_is_set_waited_for_and_killed)
{
	int64_t a, b;

	share_begin();
	a = child_start(child_sleep, NULL);
	b = child_start(child_sleep, NULL);
	EXPECT_OK(proc_call(PROC_GROUP_SET, 0, (uint64_t)a, 0, 0, 0, NULL));
	EXPECT_OK(proc_call(PROC_GROUP_SET, 0, (uint64_t)b, (uint64_t)a, 0, 0, NULL));
	EXPECT_EQ(proc_call(PROC_GROUP_SET, 0, (uint64_t)b, 54321, 0, 0, NULL), -EPERM);
	EXPECT_EQ(proc_call(PROC_GROUP_SET, 0, 54321, 0, 0, 0, NULL), -ESRCH);
	EXPECT_EQ(proc_wait(P_PGID, a, WEXITED | WNOHANG, NULL), 0);
	EXPECT_OK(proc_kill(-a, SIGTERM));
	EXPECT(proc_wait(P_PGID, a, WEXITED, NULL) > 0);
	EXPECT(proc_wait(P_PGID, a, WEXITED, NULL) > 0);
	EXPECT_EQ(proc_kill(-a, 0), -ESRCH);
	share_end();
}

/* ---- limits, usage, scheduling ---- */

TEST(process, limits_are_kept_and_inherited)
{
	struct os_words words;

	EXPECT_OK(proc_call(PROC_LIMIT, 0, RLIMIT_NOFILE, 0, 0, 0, &words));
	EXPECT_EQ(words.w[1], SLOT_OPEN_MAX);
	EXPECT_EQ(proc_call(PROC_LIMIT, LIMIT_SET, RLIMIT_NOFILE, 10, 5, 0, NULL), -EINVAL);
	EXPECT_EQ(proc_call(PROC_LIMIT, LIMIT_SET, RLIMIT_NOFILE, 10, 5000, 0, NULL), -EINVAL);
	EXPECT_EQ(proc_call(PROC_LIMIT, 0, 99, 0, 0, 0, NULL), -EINVAL);
}

static void eat_time(void *arg)
{
	proc_call(PROC_LIMIT, LIMIT_SET, RLIMIT_CPU, 0, 0, 0, NULL);
	for (;;)
		__asm__ volatile("pause");
}

TEST(process, processor_time_is_limited) { EXPECT_EQ(child_run(eat_time, NULL), SIGKILL); }

TEST(process, scheduling_is_checked_and_told)
{
	struct os_words words;

	EXPECT_EQ(proc_call(PROC_SCHED_SET, 0, 0, 0, 9, 1, NULL), -EINVAL);
	EXPECT_EQ(proc_call(PROC_SCHED_SET, 0, 0, 0, 1, 255, NULL), -EINVAL);
	EXPECT_OK(proc_call(PROC_SCHED_GET, 0, 0, 0, 0, 0, &words));
	EXPECT_EQ(proc_call(PROC_SCHED_SET, 0, 99999, 0, 0, 20, NULL), -ESRCH);
}

/* ---- handles ---- */

TEST(process, a_handle_stands_for_the_process)
{
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_HANDLE};
	struct os_words words;
	struct info_process i;
	int64_t pid;
	cap_t handle;

	share_begin();
	pid = child_start(child_sleep, NULL);
	flag_wait(0, 1);
	c.w1 = (uint64_t)pid;
	EXPECT_OK(sys_call(&c, &words, &handle));
	c = (struct call){.to = handle, .op = PROC_INFO, .w1 = INFO_PROCESS, .reply = &i, .reply_bytes = sizeof(i)};
	EXPECT_EQ(sys_call(&c, &words, NULL), 1);
	EXPECT_EQ(i.pid, pid);
	EXPECT_EQ(i.parent, proc_pid());
	EXPECT_EQ(i.state, 'S');
	c = (struct call){.to = handle, .op = PROC_KILL, .w2 = SIGKILL};
	EXPECT_OK(sys_call(&c, &words, NULL));
	c = (struct call){.to = handle, .op = PROC_WAIT, .w3 = WEXITED};
	EXPECT_OK(sys_call(&c, &words, NULL));
	EXPECT_EQ(words.w[2], SIGKILL);
	EXPECT_EQ(status_of(pid), SIGKILL);
	/* The record stays as long as the handle. */
	EXPECT_OK(sys_call(&c, &words, NULL));
	EXPECT_EQ(words.w[1], pid);
	drop(handle);
	share_end();
}

TEST(process, lists_tell_of_all_processes)
{
	struct info_process list[16];
	struct call c = {
	    .to = CAP_SELF_PROCESS, .op = PROC_INFO, .w1 = INFO_PROCESSES, .reply = list, .reply_bytes = sizeof(list)};
	struct os_words words;
	int64_t n = sys_call(&c, &words, NULL);
	bool self = false;

	EXPECT(n >= 3);
	for (int64_t i = 0; i < n; i++)
		self = self || (list[i].pid == proc_pid() && !memcmp(list[i].name, "supervisor", 11));
	EXPECT(self);
	EXPECT_EQ(list[0].pid, 1);
}
