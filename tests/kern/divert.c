/* SPDX-License-Identifier: 0BSD */
/* divert.c: making a thread run something else first. */
#include "lib/kit.h"

static struct divert_area area;
static uint32_t counter, stop, diverted;
static uint64_t bits_seen;

static void entry(uint64_t bits, struct divert_area *a)
{
	bits_seen = bits;
	kit_write(&diverted, kit_read(&diverted) + 1);
	os_thread_undivert();
}

static void count(void *arg)
{
	register uint64_t rbx __asm__("rbx") = 0x1234;
	register uint64_t r12 __asm__("r12") = 0x5678;

	while (!kit_read(&stop)) {
		__atomic_add_fetch(&counter, 1, __ATOMIC_RELAXED);
		__asm__ volatile("" : "+r"(rbx), "+r"(r12));
	}
	if (rbx != 0x1234 || r12 != 0x5678)
		kit_write(&diverted, 1000);
}

static struct kit_thread *start(uint32_t cpu, void (*to)(uint64_t, struct divert_area *))
{
	struct kit_how how = {.cpu = cpu, .priority = KIT_PRIORITY - 1, .stopped = true};
	struct kit_thread *t = kit_thread_with(&how, count, NULL);

	counter = stop = diverted = 0;
	area.busy = 0;
	EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)to, (uint64_t)&area));
	EXPECT_OK(kit_thread_go(t));
	return t;
}

TEST(divert, a_running_thread_is_sent_to_its_entry_and_returns)
{
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++) {
		struct kit_thread *t = start(cpu, entry);

		for (uint32_t i = 1; i <= 3; i++) {
			kit_pause();
			EXPECT_OK(os_thread_divert(t->cap, 0x10 + i, 0));
			EXPECT(kit_wait_for(&diverted, i));
			EXPECT_EQ(bits_seen, 0x10 + i);
		}
		kit_write(&stop, 1);
		EXPECT(kit_join(t));
		EXPECT_EQ(diverted, 3);
	}
}

static uint32_t inside, go_on;

static void slow_entry(uint64_t bits, struct divert_area *a)
{
	bits_seen |= bits;
	kit_write(&inside, kit_read(&inside) + 1);
	while (!kit_read(&go_on))
		;
	kit_write(&diverted, kit_read(&diverted) + 1);
	os_thread_undivert();
}

TEST(divert, bits_gather_while_the_entry_runs)
{
	struct kit_thread *t;

	inside = go_on = 0;
	bits_seen = 0;
	t = start(0, slow_entry);
	EXPECT_OK(os_thread_divert(t->cap, 1, 0));
	EXPECT(kit_wait_for(&inside, 1));
	EXPECT_OK(os_thread_divert(t->cap, 2, 0));
	EXPECT_OK(os_thread_divert(t->cap, 4, 0));
	kit_pause();
	EXPECT_EQ(inside, 1);
	EXPECT_EQ(bits_seen, 1);
	kit_write(&go_on, 1);
	EXPECT(kit_wait_for(&diverted, 2));
	EXPECT_EQ(bits_seen, 7);
	kit_write(&stop, 1);
	EXPECT(kit_join(t));
}

struct call {
	cap_t cap;
	int64_t answer;
};

static void receive(void *arg)
{
	struct call *c = arg;
	struct os_received r;

	c->answer = os_receive(c->cap, &r, NULL, DEADLINE_FOREVER);
}

TEST(divert, without_interruption_a_wait_goes_on)
{
	struct call c = {.cap = kit_endpoint()};
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, receive, &c);
	cap_t event = kit_event_at(c.cap, 1, KIT_PRIORITY);

	diverted = 0;
	area.busy = 0;
	EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)entry, (uint64_t)&area));
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	EXPECT_OK(os_thread_divert(t->cap, 1, 0));
	kit_pause();
	EXPECT_EQ(kit_state(t), THREAD_RECEIVE);
	EXPECT_EQ(diverted, 0);
	EXPECT_OK(os_event_signal(event, 1));
	EXPECT(kit_join(t));
	EXPECT_OK(c.answer);
	EXPECT_EQ(diverted, 1);
}

TEST(divert, refuses)
{
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, count, NULL);

	EXPECT_ERR(thread_divert, EAGAIN, os_thread_divert(t->cap, 1, 0));
	EXPECT_ERR(thread_set_divert, EINVAL, os_thread_set_divert(t->cap, 0xffff800000000000, (uint64_t)&area));
	EXPECT_ERR(thread_set_divert, EINVAL, os_thread_set_divert(t->cap, (uint64_t)entry, (uint64_t)&area + 8));
	EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)entry, (uint64_t)&area));
	EXPECT_ERR(thread_divert, EINVAL, os_thread_divert(t->cap, 0, 0));
	EXPECT_ERR(thread_divert, EINVAL, os_thread_divert(t->cap, 1, 0x80));
	EXPECT_ERR(thread_undivert, EAGAIN, os_thread_undivert());
}

/* Registers in an area that nobody else minds, and a thread that goes on with them again and again. */
static struct divert_area contested;
static char contested_stack[4096] __attribute__((aligned(16)));
static uint32_t stopped;
static volatile uint64_t returns;

static void return_for_ever(void)
{
	returns++;
	while (!kit_read(&stop)) {
		contested.busy = 1;
		os_thread_undivert(); /* refused when the address is bad: not so a moment later */
	}
	kit_write(&stopped, 1);
	os_exit();
}

static void begin_to_return(void *arg) { return_for_ever(); }

static struct kit_thread *contest(uint32_t cpu, uint64_t fs_base, void (*to)(void))
{
	struct kit_how how = {.cpu = cpu, .stopped = true};
	struct kit_thread *t = kit_thread_with(&how, begin_to_return, NULL);

	stop = stopped = 0;
	returns = 0;
	contested.registers = (struct thread_registers){
	    .rip = (uint64_t)to, .rsp = (uint64_t)contested_stack + 4096 - 8, .fs_base = fs_base};
	EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)entry, (uint64_t)&contested));
	EXPECT_OK(kit_thread_go(t));
	return t;
}

TEST(divert, registers_that_change_while_they_are_taken_are_checked_all_the_same)
{
	volatile struct thread_registers *r = &contested.registers;
	uint64_t end = os_in_ns(300 * OS_MS), limit = os_in_ns(KIT_WAIT_NS);

	contest(os_boot->cpu_count - 1, 0, return_for_ever);
	while (os_boot->cpu_count > 1 && os_now_ns() < (returns ? end : limit)) {
		for (unsigned i = 0; i < 1000; i++) {
			/* They differ in one bit: what is taken half from each is one of them. */
			r->rip = (uint64_t)return_for_ever | 0x800000000000;
			r->rip = (uint64_t)return_for_ever;
			r->fs_base = 0x8000000000000000;
			r->fs_base = 0;
		}
	}
	kit_write(&stop, 1);
	EXPECT(kit_wait_for(&stopped, 1));
	EXPECT(returns > 0);
}

static uint64_t own_block = 0x4321, seen;

static void read_block(void)
{
	__asm__ volatile("mov %%fs:0, %0" : "=r"(seen));
	kit_write(&stopped, 1);
	os_exit();
}

TEST(divert, the_base_of_fs_is_as_the_area_says)
{
	seen = 0;
	contest(0, (uint64_t)&own_block, read_block);
	EXPECT(kit_wait_for(&stopped, 1));
	EXPECT_EQ(seen, own_block);
}

static struct call held;

static void send_absent(void *arg)
{
	struct os_words words = {{0}};

	held.answer = os_send(held.cap, &words, (struct message_desc *)KIT_VA, DEADLINE_FOREVER, 0);
}

TEST(divert, interruption_between_a_fault_of_a_call_and_its_wait_ends_the_wait)
{
	cap_t pager = kit_endpoint();
	struct kit_how how = {.fault = kit_connect(pager, 1), .priority = KIT_PRIORITY - 1, .stopped = true};
	struct kit_thread *t = kit_thread_with(&how, send_absent, NULL);
	struct os_received r;

	held.cap = kit_connect(kit_endpoint(), 1);
	diverted = 0;
	area.busy = 0;
	EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)entry, (uint64_t)&area));
	EXPECT_OK(kit_thread_go(t));
	ASSERT_OK(os_receive(pager, &r, NULL, os_in_ns(KIT_WAIT_NS)));
	kit_map(KIT_VA, 12);
	EXPECT_OK(kit_reply(pager, r.id, 0, 0));
	/* It is to make its call again, and has not begun. */
	EXPECT_EQ(kit_state(t), THREAD_READY);
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	EXPECT(kit_join(t));
	EXPECT_ERR(send, EINTR, held.answer);
	EXPECT_EQ(diverted, 1);
}

/* Counts, and waits, with what was interrupted between the two going on behind the wait. */
static uint32_t rounds;
extern char divert_window[], divert_window_end[], divert_behind[];

static void skip_wait(uint64_t bits, struct divert_area *a)
{
	if (a->registers.rip >= (uint64_t)divert_window && a->registers.rip < (uint64_t)divert_window_end)
		a->registers.rip = (uint64_t)divert_behind;
	os_thread_undivert();
}

static void wait_again_and_again(void *arg)
{
	while (!kit_read(&stop)) {
		uint64_t rax = os_call_rax(SYS_sleep, 0, 0);
		uint64_t until = DEADLINE_FOREVER;

		__asm__ volatile("divert_window:\n\t"
				 "incl %2\n\t"
				 "syscall\n"
				 "divert_window_end:\n"
				 "divert_behind:"
				 : "+a"(rax), "+D"(until), "+m"(rounds)
				 :
				 : "rcx", "rsi", "rdx", OS_CLOBBERS, "r8", "r9", "r10", "r12", "r13", "r14", "r15");
	}
}

TEST(divert, interruption_is_not_lost_between_user_mode_and_a_wait)
{
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++) {
		struct kit_how how = {.cpu = cpu, .stopped = true};
		struct kit_thread *t = kit_thread_with(&how, wait_again_and_again, NULL);

		rounds = stop = 0;
		area.busy = 0;
		EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)skip_wait, (uint64_t)&area));
		EXPECT_OK(kit_thread_go(t));
		for (uint32_t i = 1; i <= 500; i++) {
			uint64_t end = os_in_ns(KIT_WAIT_NS);

			/* Just before it waits, or while it does. */
			while (kit_read(&rounds) < i && os_now_ns() < end) {
				if (cpu == 0)
					kit_pause();
			}
			if (!EXPECT(kit_read(&rounds) >= i))
				break;
			if (i == 500)
				kit_write(&stop, 1);
			EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
		}
		kit_write(&stop, 1);
		os_thread_divert(t->cap, 1, DIVERT_INTERRUPT);
		EXPECT(kit_join(t));
	}
}
