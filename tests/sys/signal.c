/* SPDX-License-Identifier: 0BSD */
/* signal.c: signals to processes and threads. Children send what they saw through shared memory. */
#include "sys/world.h"

#include "lib/string.h"

static void wait_caught(uint32_t count)
{
	uint64_t end = os_in_ns(PATIENCE_NS);

	while (caught.count < count && os_now_ns() < end)
		os_sleep(os_in_ns(50 * OS_MS));
}

static void report(void)
{
	shared->value[0] = caught.number;
	shared->value[1] = (uint64_t)(int64_t)caught.code;
	shared->value[2] = caught.pid;
	shared->value[3] = caught.uid;
	shared->value[4] = caught.value;
	shared->value[5] = caught.count;
}

static void catch_one(void *arg)
{
	catch_signals(0, BIT(SIGUSR1));
	flag_set(0, 1);
	wait_caught(1);
	report();
}

TEST(signal, a_handler_runs_and_knows_who_sent)
{
	int64_t pid;

	share_begin();
	pid = child_start(catch_one, NULL);
	flag_wait(0, 1);
	EXPECT_OK(proc_kill(pid, SIGUSR1));
	EXPECT_EQ(status_of(pid), 0);
	EXPECT_EQ(shared->value[0], SIGUSR1);
	EXPECT_EQ((int64_t)shared->value[1], SI_USER);
	EXPECT_EQ(shared->value[2], proc_pid());
	EXPECT_EQ(shared->value[5], 1);
	share_end();
}

TEST(signal, a_queued_signal_carries_a_value)
{
	int64_t pid;

	share_begin();
	pid = child_start(catch_one, NULL);
	flag_wait(0, 1);
	EXPECT_OK(proc_call(PROC_KILL, KILL_QUEUE, (uint64_t)pid, SIGUSR1, 0x1234567890, 0, NULL));
	EXPECT_EQ(status_of(pid), 0);
	EXPECT_EQ((int64_t)shared->value[1], SI_QUEUE);
	EXPECT_EQ(shared->value[4], 0x1234567890);
	share_end();
}

static void default_of(void *arg)
{
	flag_set(0, 1);
	for (;;)
		os_sleep(DEADLINE_FOREVER);
}

TEST(signal, default_actions_end_or_do_nothing)
{
	static const uint8_t ends[] = {SIGHUP,	SIGINT,	 SIGQUIT, SIGALRM,  SIGTERM,
				       SIGUSR1, SIGPIPE, SIGSYS,  SIGRTMIN, SIGRTMAX};
	static const uint8_t none[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT, 32, 33};

	for (unsigned i = 0; i < sizeof(ends); i++) {
		int64_t pid;

		share_begin();
		pid = child_start(default_of, NULL);
		flag_wait(0, 1);
		for (unsigned k = 0; k < sizeof(none); k++)
			EXPECT_OK(proc_kill(pid, none[k]));
		EXPECT_EQ(proc_wait(P_PID, pid, WEXITED | WNOHANG, NULL), 0);
		EXPECT_OK(proc_kill(pid, ends[i]));
		EXPECT_EQ(status_of(pid), ends[i]);
		share_end();
	}
	EXPECT_EQ(proc_kill(proc_pid(), 65), -EINVAL);
	EXPECT_EQ(proc_kill(1234567, SIGTERM), -ESRCH);
}

static void ignore(void *arg)
{
	control()->ignored = BIT(SIGTERM) | BIT(SIGKILL) | BIT(SIGSTOP);
	default_of(NULL);
}

TEST(signal, ignored_signals_are_dropped_but_not_the_sure_ones)
{
	int64_t pid;

	share_begin();
	pid = child_start(ignore, NULL);
	flag_wait(0, 1);
	EXPECT_OK(proc_kill(pid, SIGTERM));
	EXPECT_EQ(proc_wait(P_PID, pid, WEXITED | WNOHANG, NULL), 0);
	EXPECT_OK(proc_kill(pid, SIGKILL));
	EXPECT_EQ(status_of(pid), SIGKILL);
	share_end();
}

static void block_then_let(void *arg)
{
	catch_signals(0, BIT(SIGUSR1));
	record(0)->blocked = BIT(SIGUSR1);
	flag_set(0, 1);
	flag_wait(1, 1);
	os_sleep(os_in_ns(2 * OS_MS));
	shared->value[6] = caught.count;
	shared->value[7] = info()->pending;
	record(0)->blocked = 0;
	proc_call(PROC_SIGNAL_POLL, 0, 0, 0, 0, 0, NULL);
	report();
	shared->value[8] = info()->pending;
}

TEST(signal, a_blocked_signal_waits_until_it_is_let_through)
{
	int64_t pid;

	share_begin();
	pid = child_start(block_then_let, NULL);
	flag_wait(0, 1);
	EXPECT_OK(proc_kill(pid, SIGUSR1));
	EXPECT_OK(proc_kill(pid, SIGUSR1));
	flag_set(1, 1);
	EXPECT_EQ(status_of(pid), 0);
	EXPECT_EQ(shared->value[6], 0);
	EXPECT_EQ(shared->value[7], BIT(SIGUSR1));
	EXPECT_EQ(shared->value[5], 1);
	EXPECT_EQ(shared->value[8], 0);
	share_end();
}

static void interrupted(void *arg)
{
	catch_signals(0, BIT(SIGUSR1));
	child_start(default_of, NULL);
	flag_wait(0, 1);
	flag_set(1, 1);
	shared->value[6] = (uint64_t)proc_wait(P_ALL, 0, WEXITED, NULL);
	report();
	proc_kill(0, SIGKILL);
}

static void own_group(void *arg)
{
	proc_call(PROC_GROUP_SET, 0, 0, 0, 0, 0, NULL);
	interrupted(NULL);
}

TEST(signal, a_handler_ends_a_wait_with_eintr)
{
	int64_t pid;

	share_begin();
	pid = child_start(own_group, NULL);
	flag_wait(1, 1);
	os_sleep(os_in_ns(3 * OS_MS));
	EXPECT_OK(proc_kill(pid, SIGUSR1));
	EXPECT_EQ(status_of(pid), SIGKILL);
	EXPECT_EQ((int64_t)shared->value[6], -EINTR);
	EXPECT_EQ(shared->value[0], SIGUSR1);
	while (proc_wait(P_ALL, 0, WEXITED, NULL) > 0)
		;
	share_end();
}

static void sigwait(void *arg)
{
	struct os_words words;

	record(0)->blocked = BIT(SIGUSR2) | BIT(SIGRTMIN);
	shared->value[0] = (uint64_t)proc_call(PROC_SIGNAL_WAIT, 0, BIT(SIGUSR2), os_in_ns(3 * OS_MS), 0, 0, NULL);
	shared->value[1] = (uint64_t)proc_call(PROC_SIGNAL_WAIT, 0, BIT(SIGUSR2), 0, 0, 0, NULL);
	flag_set(0, 1);
	shared->value[2] = (uint64_t)proc_call(PROC_SIGNAL_WAIT, 0, BIT(SIGUSR2), DEADLINE_FOREVER, 0, 0, &words);
	shared->value[3] = words.w[1];
	flag_set(0, 2);
	flag_wait(1, 1);
	for (unsigned i = 0; i < 3; i++) {
		proc_call(PROC_SIGNAL_WAIT, 0, BIT(SIGRTMIN), DEADLINE_FOREVER, 0, 0, &words);
		shared->value[4 + i] = words.w[5];
	}
}

TEST(signal, waiting_for_signals_takes_them)
{
	int64_t pid;

	share_begin();
	pid = child_start(sigwait, NULL);
	flag_wait(0, 1);
	os_sleep(os_in_ns(2 * OS_MS));
	EXPECT_OK(proc_kill(pid, SIGUSR2));
	flag_wait(0, 2);
	for (unsigned i = 0; i < 3; i++)
		EXPECT_OK(proc_call(PROC_KILL, KILL_QUEUE, (uint64_t)pid, SIGRTMIN, 10 + i, 0, NULL));
	flag_set(1, 1);
	EXPECT_EQ(status_of(pid), 0);
	EXPECT_EQ((int64_t)shared->value[0], -EAGAIN);
	EXPECT_EQ((int64_t)shared->value[1], -EAGAIN);
	EXPECT_EQ((int64_t)shared->value[2], 0);
	EXPECT_EQ(shared->value[3], SIGUSR2);
	for (unsigned i = 0; i < 3; i++)
		EXPECT_EQ(shared->value[4 + i], 10 + i);
	share_end();
}

static void count_up(void *arg)
{
	for (;;)
		__atomic_fetch_add(&shared->flag[0], 1, __ATOMIC_RELAXED);
}

TEST(signal, a_stopped_process_stands_still_and_goes_on)
{
	uint32_t status, before;
	int64_t pid;

	share_begin();
	pid = child_start(count_up, NULL);
	while (!shared->flag[0])
		os_sleep(os_in_ns(OS_MS));
	EXPECT_OK(proc_kill(pid, SIGSTOP));
	EXPECT_EQ(proc_wait(P_PID, pid, WSTOPPED, &status), pid);
	EXPECT_EQ(status, WAIT_STOPPED(SIGSTOP));
	EXPECT_EQ(proc_wait(P_PID, pid, WSTOPPED | WNOHANG, &status), 0);
	before = shared->flag[0];
	os_sleep(os_in_ns(10 * OS_MS));
	EXPECT_EQ(shared->flag[0], before);
	/* What comes now waits. */
	EXPECT_OK(proc_kill(pid, SIGTERM));
	EXPECT_EQ(proc_wait(P_PID, pid, WEXITED | WNOHANG, NULL), 0);
	EXPECT_OK(proc_kill(pid, SIGCONT));
	EXPECT_EQ(status_of(pid), SIGTERM);
	share_end();
}

TEST(signal, continuing_is_told)
{
	uint32_t status;
	int64_t pid;

	share_begin();
	pid = child_start(default_of, NULL);
	flag_wait(0, 1);
	EXPECT_OK(proc_kill(pid, SIGSTOP));
	EXPECT_OK(proc_kill(pid, SIGCONT));
	EXPECT_EQ(proc_wait(P_PID, pid, WCONTINUED, &status), pid);
	EXPECT_EQ(status, WAIT_CONTINUED);
	EXPECT_OK(proc_kill(pid, SIGSTOP));
	EXPECT_OK(proc_kill(pid, SIGKILL));
	EXPECT_EQ(status_of(pid), SIGKILL);
	share_end();
}

static void exit_with(void *status) { child_exit((unsigned)(uint64_t)status); }

static void tell_of_child(void *arg)
{
	catch_signals(0, BIT(SIGCHLD));
	shared->value[6] = (uint64_t)child_start(exit_with, (void *)5);
	wait_caught(1);
	report();
	shared->value[7] = caught.status;
	proc_wait(P_ALL, 0, WEXITED, NULL);
}

TEST(signal, the_parent_gets_sigchld)
{
	share_begin();
	EXPECT_EQ(child_run(tell_of_child, NULL), 0);
	EXPECT_EQ(shared->value[0], SIGCHLD);
	EXPECT_EQ(shared->value[1], CLD_EXITED);
	EXPECT_EQ(shared->value[2], shared->value[6]);
	EXPECT_EQ(shared->value[7], 5);
	share_end();
}

static void want_no_children(void *arg)
{
	control()->ignored = BIT(SIGCHLD);
	child_start(exit_with, (void *)5);
	child_start(exit_with, (void *)6);
	shared->value[0] = (uint64_t)proc_wait(P_ALL, 0, WEXITED, NULL);
}

TEST(signal, ignored_children_leave_no_status)
{
	share_begin();
	EXPECT_EQ(child_run(want_no_children, NULL), 0);
	EXPECT_EQ((int64_t)shared->value[0], -ECHILD);
	share_end();
}

/* rbx is where the handler goes on. */
static void touch_nothing(void *arg)
{
	catch_signals(0, BIT(SIGSEGV));
	__asm__ volatile("lea 1f(%%rip), %%rbx\n"
			 "movq $7, 0x123000\n"
			 "1:\n" ::
			     : "rbx", "rbp", "rax", "rcx", "rdx", "rdi", "rsi", "r8", "r9", "r10", "r11", "memory");
	report();
}

TEST(signal, a_fault_is_a_signal_with_its_address)
{
	share_begin();
	EXPECT_EQ(child_run(touch_nothing, NULL), 0);
	EXPECT_EQ(shared->value[0], SIGSEGV);
	EXPECT_EQ(shared->value[1], SEGV_MAPERR);
	EXPECT_EQ(shared->value[4], 0x123000);
	share_end();
}

static void touch_blocked(void *arg)
{
	catch_signals(0, BIT(SIGSEGV));
	record(0)->blocked = BIT(SIGSEGV);
	*(volatile int *)0x123000 = 1;
}

static void divide(void *arg)
{
	__asm__ volatile("xor %%ecx, %%ecx; xor %%edx, %%edx; mov $1, %%eax; div %%ecx" ::: "eax", "ecx", "edx");
}

static void illegal(void *arg) { __asm__ volatile("ud2"); }

static void breakpoint(void *arg) { __asm__ volatile("int3"); }

TEST(signal, uncaught_faults_end_the_process)
{
	EXPECT_EQ(child_run(touch_blocked, NULL), SIGSEGV);
	EXPECT_EQ(child_run(divide, NULL), SIGFPE);
	EXPECT_EQ(child_run(illegal, NULL), SIGILL);
	EXPECT_EQ(child_run(breakpoint, NULL), SIGTRAP);
}

static void ring(void *arg)
{
	struct os_words words;

	catch_signals(0, BIT(SIGALRM) | BIT(SIGVTALRM));
	proc_call(PROC_ALARM, 0, ITIMER_REAL, os_in_ns(3 * OS_MS), 2 * OS_MS, 0, NULL);
	wait_caught(3);
	shared->value[8] = caught.count;
	proc_call(PROC_ALARM, 0, ITIMER_REAL, 0, 0, 0, &words);
	shared->value[9] = words.w[2];
	caught.count = 0;
	proc_call(PROC_ALARM, 0, ITIMER_VIRTUAL, 5 * OS_MS, 0, 0, NULL);
	for (uint64_t end = os_in_ns(PATIENCE_NS); !caught.count && os_now_ns() < end;)
		;
	report();
}

TEST(signal, timers_ring)
{
	share_begin();
	EXPECT_EQ(child_run(ring, NULL), 0);
	EXPECT(shared->value[8] >= 3);
	EXPECT_EQ(shared->value[9], 2 * OS_MS);
	EXPECT_EQ(shared->value[0], SIGVTALRM);
	share_end();
}

static void thread_that_blocks(void *arg)
{
	record(1)->blocked = ~0ull;
	flag_set(2, 1);
	flag_wait(1, 1);
}

static void by_thread(void *arg)
{
	int64_t tid;

	catch_signals(0, BIT(SIGUSR1));
	tid = thread_begin(thread_that_blocks, NULL, CAP_NONE);
	flag_wait(2, 1);
	shared->value[9] = (uint64_t)proc_call(PROC_KILL, KILL_THREAD, 0, SIGUSR1, 0, (uint64_t)tid, NULL);
	os_sleep(os_in_ns(2 * OS_MS));
	shared->value[6] = caught.count;
	shared->value[7] = record(1)->pending;
	proc_kill(proc_pid(), SIGUSR1);
	wait_caught(1);
	report();
	flag_set(1, 1);
	os_sleep(os_in_ns(2 * OS_MS));
}

TEST(signal, a_signal_to_one_thread_is_its_own)
{
	share_begin();
	EXPECT_EQ(child_run(by_thread, NULL), 0);
	EXPECT_EQ(shared->value[9], 0);
	EXPECT_EQ(shared->value[6], 0);
	EXPECT_EQ(shared->value[7], BIT(SIGUSR1));
	EXPECT_EQ(shared->value[5], 1);
	share_end();
}

/* A clone keeps the parent's handlers. */
static void child_catches(void *arg)
{
	shared->value[0] = control()->caught;
	shared->value[1] = control()->ignored;
}

static void parent_catches(void *arg)
{
	catch_signals(0, BIT(SIGUSR1));
	control()->ignored = BIT(SIGINT);
	child_run(child_catches, NULL);
}

TEST(signal, a_clone_keeps_what_is_caught_and_ignored)
{
	share_begin();
	EXPECT_EQ(child_run(parent_catches, NULL), 0);
	EXPECT_EQ(shared->value[0], BIT(SIGUSR1));
	EXPECT_EQ(shared->value[1], BIT(SIGINT));
	share_end();
}

/* Makes a stopped child in a group of its own, and goes: nobody could continue it. */
static void leave_a_stopped_group(void *arg)
{
	int64_t pid = child_start(default_of, NULL);

	shared->value[0] = (uint64_t)pid;
	flag_wait(0, 1);
	proc_call(PROC_GROUP_SET, 0, (uint64_t)pid, 0, 0, 0, NULL);
	proc_kill(pid, SIGSTOP);
	proc_wait(P_PID, pid, WSTOPPED, NULL);
}

static void in_a_session(void *arg)
{
	proc_call(PROC_SESSION, 0, 0, 0, 0, 0, NULL);
	leave_a_stopped_group(NULL);
}

TEST(signal, a_stopped_group_that_is_orphaned_is_hung_up)
{
	share_begin();
	EXPECT_EQ(child_run(in_a_session, NULL), 0);
	EXPECT_EQ(status_of((int64_t)shared->value[0]), SIGHUP);
	share_end();
}

TEST(signal, a_terminal_signals_a_group)
{
	struct call c = {.to = SLOT_TERMINAL, .op = PROC_TERMINAL_SIGNAL, .w2 = SIGINT};
	struct os_words words;
	int64_t pid;

	share_begin();
	pid = child_start(default_of, NULL);
	flag_wait(0, 1);
	EXPECT_OK(proc_call(PROC_GROUP_SET, 0, (uint64_t)pid, 0, 0, 0, NULL));
	c.w1 = (uint64_t)pid;
	EXPECT_OK(sys_call(&c, &words, NULL));
	EXPECT_EQ(status_of(pid), SIGINT);
	EXPECT_EQ(sys_call(&c, &words, NULL), -ESRCH);
	share_end();
}
