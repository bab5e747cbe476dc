/* SPDX-License-Identifier: 0BSD */
/* thread.c: threads: bindings, start, suspend, registers, processor, end. */
#include "lib/kit.h"

#include "lib/string.h"

#define SELF CAP_SELF_CSPACE

static uint32_t counter, stop;

static void count(void *arg)
{
	while (!kit_read(&stop))
		__atomic_add_fetch(&counter, 1, __ATOMIC_RELAXED);
}

static void set_flag(void *arg) { kit_write(arg, 1); }

static void set_flag_and_exit(void *arg)
{
	kit_write(arg, 1);
	os_exit();
}

static struct kit_thread *start_counting(uint32_t cpu, uint32_t priority)
{
	counter = stop = 0;
	return kit_thread_with(&(struct kit_how){.cpu = cpu, .priority = priority}, count, NULL);
}

/* Whether `counter` moves. The machine may be slow: it gets time to do so. */
static bool counts(void)
{
	uint32_t before = kit_read(&counter);
	uint64_t end = os_in_ns(KIT_WAIT_NS);

	while (kit_read(&counter) == before && os_now_ns() < end)
		kit_pause();
	return kit_read(&counter) != before;
}

/* Whether it does not, while we sleep. */
static bool rests(void)
{
	uint32_t before = kit_read(&counter);

	os_sleep(os_in_ns(5 * OS_MS));
	return kit_read(&counter) == before;
}

static uint64_t info(cap_t thread, unsigned word)
{
	struct os_words out;

	EXPECT_OK(os_thread_info(thread, &out));
	return out.w[word];
}

TEST(thread, starts_with_its_argument_and_ends)
{
	uint32_t flag = 0;
	struct kit_thread *t = kit_thread(set_flag, &flag);

	EXPECT(kit_join(t));
	EXPECT_EQ(flag, 1);
	EXPECT_EQ(kit_state(t), THREAD_INACTIVE);
}

TEST(thread, can_be_started_again_after_its_end)
{
	uint32_t flag = 0;
	struct kit_thread *t = kit_thread(set_flag, &flag);

	EXPECT(kit_join(t));
	/* Its end gave its time back. */
	EXPECT_OK(os_thread_configure(t->cap, CAP_NONE, CAP_NONE, t->sched, CAP_NONE, CAP_NONE, CAP_NONE));
	flag = 0;
	t->done = 0;
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_join(t));
	EXPECT_EQ(flag, 1);
}

TEST(thread, many_run_side_by_side)
{
	static uint32_t flags[32];
	struct kit_thread *t[32];

	memset(flags, 0, sizeof(flags));
	for (unsigned i = 0; i < 32; i++)
		t[i] = kit_thread_with(&(struct kit_how){.cpu = i % os_boot->cpu_count}, set_flag, &flags[i]);
	for (unsigned i = 0; i < 32; i++) {
		EXPECT(kit_join(t[i]));
		EXPECT_EQ(flags[i], 1);
	}
}

TEST(thread, configure_refuses)
{
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, set_flag, NULL);
	struct kit_thread *other = kit_thread_with(&(struct kit_how){.stopped = true}, set_flag, NULL);
	cap_t weak = kit_copy(kit_space(), RIGHT_VSPACE_MAP);
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);

	EXPECT_ERR(thread_configure, EBADF,
		   os_thread_configure(t->cap, kit_slot(), CAP_NONE, CAP_NONE, CAP_NONE, CAP_NONE, CAP_NONE));
	EXPECT_ERR(thread_configure, EACCES,
		   os_thread_configure(t->cap, CAP_NONE, weak, CAP_NONE, CAP_NONE, CAP_NONE, CAP_NONE));
	EXPECT_ERR(thread_configure, EBUSY,
		   os_thread_configure(t->cap, CAP_NONE, CAP_NONE, other->sched, CAP_NONE, CAP_NONE, CAP_NONE));
	EXPECT_OK(os_sever(endpoint, number));
	EXPECT_ERR(thread_configure, ESRVDEAD,
		   os_thread_configure(t->cap, CAP_NONE, CAP_NONE, CAP_NONE, connection, CAP_NONE, CAP_NONE));
}

TEST(thread, start_refuses)
{
	uint32_t flag = 0;
	cap_t bare = kit_make(OBJ_THREAD, 12);
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, set_flag, &flag);

	EXPECT_ERR(thread_start, EAGAIN, os_thread_start(bare, 0x400000, 0x1000, 0));
	EXPECT_ERR(thread_start, EINVAL, os_thread_start(t->cap, 0xffff800000000000, 0x1000, 0));
	EXPECT_ERR(thread_start, EINVAL, os_thread_start(t->cap, 0x400000, 0xffff800000000000, 0));
	EXPECT_ERR(thread_start, EBUSY, os_thread_start(BOOT_SLOT_THREAD, 0x400000, 0x1000, 0));
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_join(t));
}

TEST(thread, suspend_stops_and_resume_goes_on)
{
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++) {
		struct kit_thread *t = start_counting(cpu, KIT_PRIORITY - 1);

		EXPECT(counts());
		EXPECT_OK(os_thread_suspend(t->cap));
		EXPECT(rests());
		EXPECT_EQ(info(t->cap, THREAD_INFO_STATE), THREAD_READY | THREAD_INFO_SUSPENDED);
		EXPECT_OK(os_thread_resume(t->cap));
		EXPECT(counts());
		kit_write(&stop, 1);
		EXPECT(kit_join(t));
	}
}

TEST(thread, resume_refuses_one_that_is_not_started)
{
	EXPECT_ERR(thread_resume, EAGAIN, os_thread_resume(kit_make(OBJ_THREAD, 12)));
}

TEST(thread, registers_are_read_and_written)
{
	static struct thread_registers r;
	struct kit_thread *t = start_counting(0, KIT_PRIORITY - 1);
	uint32_t flag = 0;

	EXPECT(counts());
	EXPECT_ERR(thread_get_registers, EBUSY, os_thread_get_registers(t->cap, (uint64_t)&r));
	EXPECT_ERR(thread_set_registers, EBUSY, os_thread_set_registers(t->cap, (uint64_t)&r));
	EXPECT_OK(os_thread_suspend(t->cap));
	EXPECT_OK(os_thread_get_registers(t->cap, (uint64_t)&r));
	EXPECT(r.rsp > t->stack_top - 16384 && r.rsp < t->stack_top);
	EXPECT(r.rip >= PROGRAM_BASE && r.rip < (uint64_t)program_rodata);
	EXPECT_ERR(thread_get_registers, EFAULT, os_thread_get_registers(t->cap, KIT_VA));
	EXPECT_ERR(thread_set_registers, EFAULT, os_thread_set_registers(t->cap, KIT_VA));
	r.rip |= 1ull << 63;
	EXPECT_ERR(thread_set_registers, EINVAL, os_thread_set_registers(t->cap, (uint64_t)&r));
	r.rip = (uint64_t)set_flag_and_exit;
	r.rdi = (uint64_t)&flag;
	r.rsp = t->stack_top - 8;
	EXPECT_OK(os_thread_set_registers(t->cap, (uint64_t)&r));
	EXPECT_OK(os_thread_resume(t->cap));
	EXPECT(kit_wait_for(&flag, 1));
}

TEST(thread, flags_that_are_the_kernels_cannot_be_set)
{
	static struct thread_registers r;
	struct kit_thread *t = start_counting(0, KIT_PRIORITY - 1);

	EXPECT_OK(os_thread_suspend(t->cap));
	EXPECT_OK(os_thread_get_registers(t->cap, (uint64_t)&r));
	r.rflags = ~0ull;
	r.rflags &= ~0x100ull;
	EXPECT_OK(os_thread_set_registers(t->cap, (uint64_t)&r));
	EXPECT_OK(os_thread_get_registers(t->cap, (uint64_t)&r));
	EXPECT_EQ(r.rflags & 0x3000, 0);    /* IOPL */
	EXPECT_EQ(r.rflags & 0x200, 0x200); /* IF */
	EXPECT_EQ(r.rflags & 0x24000, 0);   /* NT, VM */
}

static void count_with_ac_set(void *arg)
{
	__asm__ volatile("pushfq; orq $0x40000, (%%rsp); popfq" : : : "memory", "cc");
	count(arg);
	__asm__ volatile("pushfq; andq $~0x40000, (%%rsp); popfq" : : : "memory", "cc");
}

/* The kernel asserts that it runs without. */
TEST(thread, flags_of_a_program_are_not_the_kernels)
{
	struct kit_thread *t;

	counter = stop = 0;
	t = kit_thread_with(&(struct kit_how){.priority = KIT_PRIORITY - 1}, count_with_ac_set, NULL);
	EXPECT(counts());
	EXPECT(counts());
	kit_write(&stop, 1);
	EXPECT(kit_join(t));
}

TEST(thread, runs_on_the_processor_that_it_was_given)
{
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++) {
		struct kit_thread *t = start_counting(cpu, KIT_PRIORITY - 1);

		EXPECT(counts());
		EXPECT_EQ(info(t->cap, THREAD_INFO_CPU), cpu);
		kit_write(&stop, 1);
		EXPECT(kit_join(t));
	}
}

TEST(thread, moves_between_processors)
{
	struct kit_thread *t = start_counting(0, KIT_PRIORITY - 1);

	EXPECT_ERR(thread_set_cpu, EINVAL, os_thread_set_cpu(t->cap, os_boot->cpu_count));
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++) {
		EXPECT_OK(os_thread_suspend(t->cap));
		EXPECT_OK(os_thread_set_cpu(t->cap, cpu));
		EXPECT_OK(os_thread_resume(t->cap));
		EXPECT(counts());
	}
	if (os_boot->cpu_count > 1)
		EXPECT_ERR(thread_set_cpu, EBUSY, os_thread_set_cpu(BOOT_SLOT_THREAD, 1));
	kit_write(&stop, 1);
	EXPECT(kit_join(t));
}

TEST(thread, deleting_the_last_capability_ends_it)
{
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++) {
		struct kit_thread *t = start_counting(cpu, KIT_PRIORITY - 1);

		EXPECT(counts());
		EXPECT_OK(os_cspace_delete(SELF, t->cap));
		EXPECT(rests());
	}
}

TEST(thread, info_tells_what_time_was_used)
{
	struct kit_thread *t = start_counting(0, KIT_PRIORITY - 1);
	uint64_t used;

	EXPECT(counts());
	used = info(t->cap, THREAD_INFO_TIME_NS);
	EXPECT(used > 0);
	EXPECT(counts());
	EXPECT(info(t->cap, THREAD_INFO_TIME_NS) > used);
	EXPECT_EQ(info(t->cap, THREAD_INFO_NUMBER) != 0, 1);
	EXPECT(info(t->cap, THREAD_INFO_NUMBER) != info(BOOT_SLOT_THREAD, THREAD_INFO_NUMBER));
	kit_write(&stop, 1);
	EXPECT(kit_join(t));
}

static void receive_and_sleep(void *arg)
{
	struct os_received r;

	os_receive(*(cap_t *)arg, &r, NULL, DEADLINE_FOREVER);
	os_sleep(DEADLINE_FOREVER);
}

static void send_once(void *arg) { kit_send(*(cap_t *)arg, 0, 0, NULL); }

TEST(thread, info_tells_whom_it_waits_for)
{
	cap_t endpoint = kit_endpoint(), connection = kit_connect(endpoint, 1);
	struct kit_thread *server = kit_thread(receive_and_sleep, &endpoint), *t[2];
	uint64_t number = info(server->cap, THREAD_INFO_NUMBER);

	EXPECT(kit_wait_state(server, THREAD_RECEIVE));
	EXPECT_EQ(info(server->cap, THREAD_INFO_WAITS_FOR), 0);
	t[0] = kit_thread(send_once, &connection);
	EXPECT(kit_wait_state(t[0], THREAD_REPLY));
	t[1] = kit_thread(send_once, &connection);
	EXPECT(kit_wait_state(t[1], THREAD_SEND));
	EXPECT_EQ(info(t[0]->cap, THREAD_INFO_WAITS_FOR), number);
	EXPECT_EQ(info(t[1]->cap, THREAD_INFO_WAITS_FOR), number);
}

TEST(thread, sleep_waits_until_the_time)
{
	uint64_t until = os_in_ns(3 * OS_MS);

	EXPECT_OK(os_sleep(until));
	EXPECT(os_now_ns() >= until);
	EXPECT_OK(os_sleep(0));
}

static uint32_t order[16], arrived;
static uint64_t sleepers_start;

static void sleep_and_note(void *arg)
{
	uint64_t n = (uint64_t)arg;

	os_sleep(sleepers_start + (20 - n) * 5 * OS_MS);
	order[__atomic_fetch_add(&arrived, 1, __ATOMIC_RELAXED)] = (uint32_t)n;
}

/* All sleep before the first has to wake; false: the host has kept us from that. */
static bool sleep_at_once(uint64_t ns)
{
	struct kit_thread *t[16];
	bool asleep;

	arrived = 0;
	sleepers_start = os_in_ns(ns);
	for (uint64_t i = 0; i < 16; i++)
		t[i] = kit_thread(sleep_and_note, (void *)i);
	for (unsigned i = 0; i < 16; i++)
		kit_reaches(t[i], THREAD_SLEEP);
	asleep = os_now_ns() < sleepers_start;
	for (unsigned i = 0; i < 16; i++)
		EXPECT(kit_join(t[i]));
	return asleep;
}

TEST(thread, many_sleep_at_once_and_wake_in_order)
{
	for (uint64_t ns = 200 * OS_MS; !sleep_at_once(ns) && EXPECT(ns < KIT_WAIT_NS / 2); ns *= 2)
		kit_next();
	for (unsigned i = 0; i < 16; i++)
		EXPECT_EQ(order[i], 15 - i);
}

static int64_t bound;

static void bind_its_own(void *arg)
{
	bound = os_thread_configure(CAP_SELF_THREAD, CAP_SELF_CSPACE, CAP_NONE, CAP_NONE, CAP_NONE, CAP_NONE, CAP_NONE);
}

static void bind_and_exit(void)
{
	bind_its_own(NULL);
	kit_write(&stop, 1);
	os_exit();
}

TEST(thread, that_never_had_a_cspace_cannot_name_it)
{
	static char stack[4096] __attribute__((aligned(16)));
	cap_t thread = kit_make(OBJ_THREAD, 12), sched = kit_make(OBJ_SCHED, 9);

	bound = 0;
	stop = 0;
	EXPECT_OK(os_thread_configure(thread, CAP_NONE, CAP_SELF_VSPACE, sched, CAP_NONE, CAP_NONE, CAP_NONE));
	EXPECT_OK(os_thread_set_priority(thread, KIT_PRIORITY, 0, 0));
	EXPECT_OK(os_thread_start(thread, (uint64_t)bind_and_exit, (uint64_t)stack + 4096 - 8, 0));
	EXPECT(kit_wait_for(&stop, 1));
	EXPECT_ERR(thread_configure, EBADF, bound);
}

TEST(thread, that_lost_its_cspace_cannot_name_it)
{
	cap_t cspace = kit_small_cspace(NULL, 0);
	struct kit_thread *t =
	    kit_thread_with(&(struct kit_how){.cspace = cspace, .stopped = true}, bind_its_own, NULL);

	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, cspace));
	bound = 0;
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_join(t));
	EXPECT_ERR(thread_configure, EBADF, bound);
}
