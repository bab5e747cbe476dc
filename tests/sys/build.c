/* SPDX-License-Identifier: 0BSD */
/* build.c: PROC_BUILD step by step: new programs, replaced images, and builds that fail. */
#include "sys/world.h"

#include "lib/string.h"

#define CODE_AT 0x400000ull
#define DATA_AT 0x500000ull

/* mov $PROC_EXIT, %edi; mov status from DATA_AT, %esi; xor what else; syscall send on CAP_SELF_PROCESS. */
static const uint8_t exit_code[] = {
    0x49, 0x89, 0xff,						/* mov %rdi, %r15: the argument */
    0xbf, 0,	0,    0,    0,					/* mov $op, %edi */
    0x8b, 0x34, 0x25, 0x00, 0x00, 0x50, 0x00,			/* mov DATA_AT, %esi */
    0x44, 0x09, 0xfe,						/* or %r15d, %esi */
    0x31, 0xd2,							/* xor %edx, %edx */
    0x45, 0x31, 0xf6,						/* xor %r14d, %r14d */
    0x48, 0xc7, 0xc3, 0xff, 0xff, 0xff, 0xff,			/* mov $-1, %rbx: for ever */
    0x48, 0xb8, 0,    0,    0,	  0,	0xfb, 0xff, 0xff, 0xff, /* mov $send on CAP_SELF_PROCESS, %rax */
    0x0f, 0x05,							/* syscall */
    0xeb, 0xfe,							/* jmp . */
};

/* A program of its own, which exits with what stands at DATA_AT or'ed with its argument: steps, then bytes. */
struct program {
	struct proc_step step[16];
	unsigned steps;
	uint8_t bytes[4096];
	unsigned size;
};

static void add(struct program *p, struct proc_step s) { p->step[p->steps++] = s; }

static uint64_t put(struct program *p, const void *from, unsigned bytes)
{
	uint64_t at = p->size;

	memcpy(p->bytes + at, from, bytes);
	p->size += bytes;
	return at;
}

static void program(struct program *p, uint32_t status, uint64_t arg, enum build_step fds, enum build_step fs)
{
	uint8_t code[sizeof(exit_code)];
	uint16_t op = PROC_EXIT;

	memset(p, 0, sizeof(*p));
	memcpy(code, exit_code, sizeof(code));
	memcpy(code + 4, &op, sizeof(op));
	code[sizeof(code) - 12] = SYS_send;
	add(p, (struct proc_step){.step = STEP_SPACE_NEW});
	add(p, (struct proc_step){.step = fds});
	add(p, (struct proc_step){.step = fs});
	add(p, (struct proc_step){.step = STEP_MAP, .a = CODE_AT, .b = PAGE, .c = PROT_READ | PROT_EXEC});
	add(p, (struct proc_step){.step = STEP_MAP, .a = DATA_AT, .b = PAGE, .c = RW});
	add(p,
	    (struct proc_step){.step = STEP_WRITE, .a = CODE_AT, .b = sizeof(code), .c = put(p, code, sizeof(code))});
	add(p, (struct proc_step){.step = STEP_WRITE, .a = DATA_AT, .b = 4, .c = put(p, &status, 4)});
	add(p, (struct proc_step){.step = STEP_NAME, .b = 10, .c = put(p, "/bin/x\0-y\0", 10)});
	add(p, (struct proc_step){.step = STEP_THREAD, .a = CODE_AT, .b = DATA_AT + PAGE, .c = arg});
}

static int64_t build(struct program *p, uint32_t flags, struct os_words *words)
{
	static char message[16 * sizeof(struct proc_step) + 4096];
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_BUILD, .flags = flags, .w1 = p->steps, .w2 = p->size};

	memcpy(message, p->step, p->steps * sizeof(p->step[0]));
	memcpy(message + p->steps * sizeof(p->step[0]), p->bytes, p->size);
	c.data = message;
	c.bytes = p->steps * sizeof(p->step[0]) + p->size;
	return sys_call(&c, words, NULL);
}

static struct program p;

TEST(build, a_program_runs_in_a_space_of_its_own)
{
	struct os_words words;

	program(&p, 0x1200, 0x300, STEP_FDS_NEW, STEP_FS_COPY);
	ASSERT_OK(build(&p, 0, &words));
	EXPECT_EQ(status_of((int64_t)words.w[1]), 0x1300);
}

TEST(build, spawn_storm_leaves_nothing)
{
	struct os_words words;

	for (unsigned i = 0; i < 50; i++) {
		program(&p, i << 8, 0,
			i % 2	? STEP_FDS_CLONE
			: i % 4 ? STEP_FDS_NEW
				: STEP_FDS_SHARE,
			i % 3 ? STEP_FS_COPY : STEP_FS_SHARE);
		ASSERT_OK(build(&p, 0, &words));
		EXPECT_EQ(status_of((int64_t)words.w[1]), i << 8);
	}
}

static void replace(void *arg)
{
	struct os_words words;

	program(&p, 0x500, 0, STEP_FDS_SHARE, STEP_FS_SHARE);
	build(&p, BUILD_REPLACE, &words);
	child_exit(1);
}

TEST(build, a_replacement_keeps_the_process)
{
	int64_t pid = child_start(replace, NULL);

	EXPECT_EQ(status_of(pid), 0x500);
}

TEST(build, exec_storm_leaves_nothing)
{
	for (unsigned i = 0; i < 50; i++)
		ASSERT_EQ(child_run(replace, NULL), 0x500);
}

static void idle(void *arg)
{
	flag_set(0, 1);
	for (;;)
		os_sleep(DEADLINE_FOREVER);
}

static void replace_beside_threads(void *arg)
{
	for (int i = 0; i < 10; i++)
		thread_begin(idle, NULL, CAP_NONE);
	flag_wait(0, 1);
	replace(NULL);
}

TEST(build, a_replacement_ends_all_other_threads)
{
	share_begin();
	EXPECT_EQ(child_run(replace_beside_threads, NULL), 0x500);
	share_end();
}

static void replace_from_thread(void *arg)
{
	thread_begin(replace, NULL, CAP_NONE);
	for (;;)
		os_sleep(DEADLINE_FOREVER);
}

TEST(build, any_thread_may_replace_the_image) { EXPECT_EQ(child_run(replace_from_thread, NULL), 0x500); }

static void fail_to_replace(void *arg)
{
	struct os_words words;
	bool ok;

	program(&p, 0x500, 0, STEP_FDS_SHARE, STEP_FS_SHARE);
	p.step[5].a = 0x999000; /* nothing is mapped there */
	ok = build(&p, BUILD_REPLACE, &words) == -EFAULT;
	p.step[5].step = 77;
	ok = ok && build(&p, BUILD_REPLACE, &words) == -EINVAL;
	child_exit(ok ? 3 : 4);
}

TEST(build, a_failed_replacement_leaves_the_old_image) { EXPECT_EQ(child_run(fail_to_replace, NULL), WAIT_EXITED(3)); }

static void replace_without_cloexec(void *arg)
{
	struct os_words words;

	program(&p, 0x500, 0, STEP_FDS_SHARE, STEP_FS_SHARE);
	p.step[p.steps] = p.step[p.steps - 1];
	p.step[p.steps - 1] = (struct proc_step){.step = STEP_DROP_CLOEXEC};
	p.steps++;
	build(&p, BUILD_REPLACE, &words);
	child_exit(1);
}

/* The cookies of Connections that nobody has any more come as pulses: 2 is dropped by exec, 1 only by the end. */
TEST(build, a_replacement_drops_what_is_close_on_exec)
{
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_ENDPOINT, .w1 = 15};
	struct os_words words;
	struct os_received r;
	cap_t endpoint;
	int64_t kept, dropped, pid;

	EXPECT_OK(sys_call(&c, &words, &endpoint));
	kept = os_connect(endpoint, 1, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX, 0, &words);
	dropped = os_connect(endpoint, 2, SLOT_DYNAMIC_MIN, SLOT_DYNAMIC_MAX, SLOT_CLOEXEC, &words);
	ASSERT(kept > 0 && dropped > kept);
	pid = child_start(replace_without_cloexec, NULL);
	drop((cap_t)kept);
	drop((cap_t)dropped);
	EXPECT_OK(os_receive(endpoint, &r, NULL, os_in_ns(PATIENCE_NS)));
	EXPECT_EQ(r.cookie, 2);
	EXPECT_OK(os_receive(endpoint, &r, NULL, os_in_ns(PATIENCE_NS)));
	EXPECT_EQ(r.cookie, 1);
	EXPECT_EQ(status_of(pid), 0x500);
	drop(endpoint);
}

/* Each step with something wrong about it: the error, and nothing is left (kit_end looks). */
TEST(build, a_build_that_fails_leaves_nothing)
{
	static const struct {
		struct proc_step step;
		int error;
	} bad[] = {
	    {{.step = 99}, -EINVAL},
	    {{.step = STEP_SPACE_NEW}, -EINVAL},
	    {{.step = STEP_SPACE_CLONE}, -EINVAL},
	    {{.step = STEP_FDS_NEW}, -EINVAL},
	    {{.step = STEP_FS_COPY}, -EINVAL},
	    {{.step = STEP_ACCOUNT, .a = 3}, -EBADF},
	    {{.step = STEP_MAP, .a = 0x600000, .b = PAGE, .c = RW, .e = 3}, -EBADF},
	    {{.step = STEP_MAP, .a = 0x600001, .b = PAGE, .c = RW}, -EINVAL},
	    {{.step = STEP_WRITE, .a = DATA_AT, .b = 10, .c = 1 << 20}, -EINVAL},
	    {{.step = STEP_WRITE, .a = 0x700000, .b = 10}, -EFAULT},
	    {{.step = STEP_GIVE, .a = 900, .b = 5}, -EBADF},
	    {{.step = STEP_MOVE, .a = 900, .b = 5}, -EBADF},
	    {{.step = STEP_GROUP, .a = 98765}, -EPERM},
	    {{.step = STEP_CRED, .a = 3}, -EINVAL},
	    {{.step = STEP_SCHED, .a = 5, .b = 1}, -EINVAL},
	    {{.step = STEP_CPUS}, -EINVAL},
	    {{.step = STEP_CPUS, .a = 1ull << 63}, -EINVAL},
	    {{.step = STEP_CPUS, .a = 1, .b = 2}, -EINVAL},
	    {{.step = STEP_NAME, .b = 10, .c = 1 << 20}, -EINVAL},
	    {{.step = STEP_THREAD}, -EINVAL},
	};
	struct os_words words;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		program(&p, 0, 0, STEP_FDS_CLONE, STEP_FS_COPY);
		p.step[p.steps++] = bad[i].step;
		if (!EXPECT_EQ(build(&p, 0, &words), bad[i].error))
			os_printf("  step %u of the list\n", i);
	}
	program(&p, 0, 0, STEP_FDS_CLONE, STEP_FS_COPY);
	p.steps--;
	EXPECT_EQ(build(&p, 0, &words), -EINVAL); /* no thread */
	p.steps = 0;
	EXPECT_EQ(build(&p, 0, &words), -E2BIG);
	EXPECT_EQ(proc_wait(P_ALL, 0, WEXITED | WNOHANG, NULL), -ECHILD);
}

/* Kills somebody who builds all the time, at many moments. */
static void build_for_ever(void *arg)
{
	struct os_words words;

	flag_set(0, 1);
	for (;;) {
		program(&p, 0, 0, STEP_FDS_CLONE, STEP_FS_COPY);
		if (build(&p, 0, &words) >= 0)
			proc_wait(P_ALL, 0, WEXITED, NULL);
	}
}

TEST(build, kill_in_the_middle_of_builds)
{
	for (unsigned i = 0; i < 15; i++) {
		int64_t pid;
		uint32_t status;

		share_begin();
		pid = child_start(build_for_ever, NULL);
		flag_wait(0, 1);
		os_sleep(os_in_ns(OS_MS + i * 77 * OS_US));
		EXPECT_OK(proc_kill(pid, SIGKILL));
		EXPECT_EQ(proc_wait(P_PID, pid, WEXITED, &status), pid);
		EXPECT_EQ(status, SIGKILL);
		while (proc_wait(P_ALL, 0, WEXITED, NULL) > 0)
			; /* what it had just built */
		share_end();
	}
}

/* The message's data are pages that have never been touched but for the steps: sys asks for them one after the other. */
TEST(build, bytes_may_lie_in_memory_that_is_not_there_yet)
{
	uint64_t bytes = 64 * PAGE, at = mem_new(bytes + PAGE, 0);
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_BUILD, .data = (void *)at};
	struct os_words words;

	program(&p, 0x4200, 0, STEP_FDS_NEW, STEP_FS_COPY);
	p.step[p.steps] = p.step[p.steps - 1];
	p.step[p.steps - 1] = (struct proc_step){.step = STEP_MAP, .a = 0x10000000, .b = bytes, .c = RW};
	p.step[p.steps + 1] = p.step[p.steps];
	p.step[p.steps++] = (struct proc_step){.step = STEP_WRITE, .a = 0x10000000, .b = bytes - PAGE, .c = PAGE / 2};
	p.steps++;
	memcpy((void *)at, p.step, p.steps * sizeof(p.step[0]));
	memcpy((void *)(at + p.steps * sizeof(p.step[0])), p.bytes, p.size);
	c.w1 = p.steps;
	c.w2 = bytes;
	c.bytes = p.steps * sizeof(p.step[0]) + bytes;
	ASSERT_OK(sys_call(&c, &words, NULL));
	EXPECT_EQ(status_of((int64_t)words.w[1]), 0x4200);
	EXPECT_OK(mem_unmap(at, bytes + PAGE));
}

/* The message's last page is nowhere: sys asks for it, and learns that it will not come. */
TEST(build, bytes_in_memory_that_nobody_has_end_it)
{
	uint64_t bytes = 4 * PAGE, at = mem_new(bytes, 0);
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_BUILD, .data = (void *)at, .w2 = bytes};
	struct os_words words;

	program(&p, 0, 0, STEP_FDS_NEW, STEP_FS_COPY);
	p.step[p.steps - 1] = (struct proc_step){.step = STEP_MAP, .a = 0x10000000, .b = bytes, .c = RW};
	p.step[p.steps++] = (struct proc_step){.step = STEP_WRITE, .a = 0x10000000, .b = bytes};
	memcpy((void *)at, p.step, p.steps * sizeof(p.step[0]));
	c.w1 = p.steps;
	c.bytes = p.steps * sizeof(p.step[0]) + bytes;
	EXPECT_EQ(sys_call(&c, &words, NULL), -EFAULT);
	EXPECT_OK(mem_unmap(at, bytes));
}

/* vfork: the child runs in the parent's memory, on a record of its own. */
static volatile uint32_t written;

static void write_and_exit(void *arg)
{
	written = 0x77;
	child_exit(3);
}

TEST(build, a_child_may_share_the_space)
{
	uint64_t stack = mem_new(4 * PAGE, 0);
	struct proc_step steps[] = {
	    {.step = STEP_SPACE_SHARE},
	    {.step = STEP_FDS_CLONE},
	    {.step = STEP_FS_SHARE},
	    {.step = STEP_THREAD, .a = (uint64_t)write_and_exit, .b = stack + 4 * PAGE - 8},
	};
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_BUILD, .w1 = 4, .data = steps, .bytes = sizeof(steps)};
	struct os_words words;

	written = 0;
	ASSERT_OK(sys_call(&c, &words, NULL));
	EXPECT_EQ(status_of((int64_t)words.w[1]), WAIT_EXITED(3));
	EXPECT_EQ(written, 0x77);
	EXPECT_EQ(info()->pid, proc_pid());
	EXPECT_EQ(record(1)->in_use, 0);
	EXPECT_OK(mem_unmap(stack, 4 * PAGE));
}
