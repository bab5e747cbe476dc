/* SPDX-License-Identifier: 0BSD */
/* fault.c: page faults and exceptions as messages, and absent pages of messages. */
#include "lib/kit.h"

#include "lib/string.h"

#include <abi/fault.h>

#define RW (PROT_READ | PROT_WRITE)

static cap_t endpoint;
static struct os_received got;

/* A thread whose faults come to `endpoint`. */
static struct kit_thread *faulter(void (*run)(void *), void *arg)
{
	struct kit_how how = {0};

	endpoint = kit_endpoint();
	how.fault = kit_connect(endpoint, 0xfa);
	return kit_thread_with(&how, run, arg);
}

static bool next_fault(void)
{
	return EXPECT_OK(os_receive(endpoint, &got, NULL, os_in_ns(KIT_WAIT_NS))) &&
	       EXPECT_EQ(INFO_KIND(got.info), MESSAGE_FAULT);
}

static uint64_t value;

static void read_absent(void *arg) { value = *(volatile uint64_t *)(KIT_VA + 0x1008); }

static void write_absent(void *arg) { *(volatile uint64_t *)KIT_VA = 7; }

TEST(fault, a_page_fault_is_a_message_and_its_reply_tries_again)
{
	struct kit_thread *t = faulter(read_absent, NULL);

	ASSERT(next_fault());
	EXPECT_EQ(got.cookie, 0xfa);
	EXPECT_EQ(got.words.w[FAULT_WORD_KIND], FAULT_PAGE);
	EXPECT_EQ(got.words.w[FAULT_WORD_ADDRESS], KIT_VA + 0x1008);
	EXPECT_EQ(got.words.w[FAULT_WORD_ACCESS], PROT_READ);
	EXPECT(got.words.w[FAULT_WORD_IP] >= (uint64_t)read_absent);
	EXPECT_EQ(kit_state(t), THREAD_FAULT);
	kit_map(KIT_VA, 13);
	*(volatile uint64_t *)(KIT_VA + 0x1008) = 99;
	EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(value, 99);
}

TEST(fault, copy_on_write_is_possible)
{
	cap_t extent = kit_map(KIT_VA, 12);
	cap_t copy = kit_make(OBJ_EXTENT, 12);
	struct kit_thread *t;

	((volatile uint64_t *)KIT_VA)[1] = 11;
	EXPECT_OK(os_extent_protect(extent, 0, 1, PROT_READ));
	t = faulter(write_absent, NULL);
	ASSERT(next_fault());
	EXPECT_EQ(got.words.w[FAULT_WORD_ACCESS], PROT_WRITE);
	EXPECT_OK(os_extent_copy(copy, extent, 0, 0, 1));
	EXPECT_OK(os_extent_map(copy, CAP_SELF_VSPACE, KIT_VA, 0, 1, RW));
	EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(((volatile uint64_t *)KIT_VA)[0], 7);
	EXPECT_EQ(((volatile uint64_t *)KIT_VA)[1], 11);
}

static int zero;

static void divide(void *arg) { __asm__ volatile("xor %%edx, %%edx\n\tdivl %0" : : "m"(zero), "a"(1) : "edx"); }

static void illegal(void *arg) { __asm__ volatile("ud2"); }

static void breakpoint(void *arg)
{
	__asm__ volatile("int3");
	value = 3;
}

static void privileged(void *arg) { __asm__ volatile("hlt"); }

static void jump_to_data(void *arg) { ((void (*)(void))(uint64_t)&value)(); }

static void noncanonical(void *arg) { value = *(volatile uint64_t *)0x8000000000000000; }

TEST(fault, exceptions_tell_their_kind)
{
	static const struct {
		void (*run)(void *);
		uint64_t kind;
	} cases[] = {{divide, FAULT_DIVIDE},	       {illegal, FAULT_ILLEGAL},   {privileged, FAULT_PROTECTION},
		     {noncanonical, FAULT_PROTECTION}, {jump_to_data, FAULT_PAGE}, {breakpoint, FAULT_BREAKPOINT}};

	for (unsigned i = 0; i < 6; i++) {
		struct kit_thread *t = faulter(cases[i].run, NULL);

		ASSERT(next_fault());
		EXPECT_EQ(got.words.w[FAULT_WORD_KIND], cases[i].kind);
		EXPECT(got.words.w[FAULT_WORD_SP] < t->stack_top);
		if (cases[i].run == jump_to_data)
			EXPECT_EQ(got.words.w[FAULT_WORD_ACCESS], PROT_EXEC);
		EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, t->cap));
	}
}

/* What a program must not have: one instruction each. */
static void forbidden(void *arg)
{
	static uint64_t room[2];

	switch ((uint64_t)arg) {
	case 0:
		__asm__ volatile("cli");
		break;
	case 1:
		__asm__ volatile("outb %%al, $0x80" : : "a"(0));
		break;
	case 2:
		__asm__ volatile("inb $0x80, %%al" : : : "rax");
		break;
	case 3:
		__asm__ volatile("mov %%cr3, %%rax" : : : "rax");
		break;
	case 4:
		__asm__ volatile("rdmsr" : : "c"(0xc0000101) : "rax", "rdx");
		break;
	case 5:
		__asm__ volatile("rdpmc" : : "c"(0) : "rax", "rdx");
		break;
	case 6:
		__asm__ volatile("swapgs");
		break;
	case 7:
		__asm__ volatile("clts");
		break;
	case 8:
		__asm__ volatile("int $0xf0"); /* the timer's vector */
		break;
	case 9:
		__asm__ volatile("sgdt %0" : "=m"(room));
		break;
	case 10:
		value = *(volatile uint64_t *)0xffff800000100000; /* the direct map */
		break;
	case 11:
		((void (*)(void))0xffffffff80101000)(); /* the kernel's text */
		break;
	case 12:
		__asm__ volatile(".byte 0xf3, 0x48, 0x0f, 0xae, 0xd8"); /* wrgsbase %rax */
		break;
	}
}

static bool processor_has_umip(void)
{
	uint32_t a = 7, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return c & 4;
}

TEST(fault, what_is_the_kernels_is_out_of_reach)
{
	for (uint64_t i = 0; i <= 12; i++) {
		struct kit_thread *t;

		if (i == 9 && !processor_has_umip())
			continue;
		t = faulter(forbidden, (void *)i);
		ASSERT(next_fault());
		EXPECT_EQ(got.words.w[FAULT_WORD_KIND], i < 10	 ? FAULT_PROTECTION
							: i < 12 ? FAULT_PAGE
								 : FAULT_ILLEGAL);
		EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, t->cap));
	}
}

TEST(fault, a_breakpoint_goes_on_after_the_reply)
{
	struct kit_thread *t = faulter(breakpoint, NULL);

	value = 0;
	ASSERT(next_fault());
	EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(value, 3);
}

static void skip_illegal(void *arg)
{
	value = 1;
	__asm__ volatile("ud2\n\tmovq $5, %0" : "=m"(value));
}

/* The trap flag is the program's: the kernel runs without. */
static void step_through_a_call(void *arg)
{
	uint64_t rax = os_call_rax(SYS_null, 0, 0);

	__asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\t"
			 "nop\n\tsyscall\n\tnop\n\t"
			 "pushfq\n\tandq $~0x100, (%%rsp)\n\tpopfq"
			 : "+a"(rax)
			 :
			 : "rcx", "r11", "memory", "cc");
	value = rax;
}

TEST(fault, single_steps_through_a_call_are_told)
{
	struct kit_thread *t;
	uint64_t end = os_in_ns(KIT_WAIT_NS);
	unsigned steps = 0;

	value = 1;
	t = faulter(step_through_a_call, NULL);
	while (!kit_read(&t->done) && os_now_ns() < end) {
		if (os_receive(endpoint, &got, NULL, os_in_ns(OS_MS)) < 0)
			continue;
		EXPECT_EQ(got.words.w[FAULT_WORD_KIND], FAULT_DEBUG);
		EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
		steps++;
	}
	EXPECT(kit_join(t));
	EXPECT_EQ(value, 0);
	EXPECT(steps >= 5 && steps <= 7);
}

#define BREAKPOINTS 200

static uint32_t broken, answered;

static void break_often(void *arg)
{
	for (broken = 0; broken < BREAKPOINTS; broken++)
		__asm__ volatile("int3");
}

static void answer_all(void *arg)
{
	struct os_received r;

	while (os_receive(endpoint, &r, NULL, DEADLINE_FOREVER) >= 0) {
		answered++;
		kit_reply(endpoint, r.id, 0, 0);
	}
}

TEST(fault, a_breakpoint_in_the_moment_of_a_suspend_is_told)
{
	struct kit_thread *handler, *t;
	uint32_t last = os_boot->cpu_count - 1;
	struct kit_how how = {.cpu = last, .priority = KIT_PRIORITY - 1};

	endpoint = kit_endpoint();
	answered = 0;
	handler = kit_thread_with(&(struct kit_how){.cpu = last / 2}, answer_all, NULL);
	EXPECT(kit_wait_state(handler, THREAD_RECEIVE));
	how.fault = kit_connect(endpoint, 0xfa);
	t = kit_thread_with(&how, break_often, NULL);
	while (!kit_read(&t->done)) {
		for (unsigned i = 0; i < 4 && last; i++) {
			EXPECT_OK(os_thread_suspend(t->cap));
			EXPECT_OK(os_thread_resume(t->cap));
		}
		kit_pause();
	}
	EXPECT(kit_join(t));
	EXPECT_EQ(broken, BREAKPOINTS);
	EXPECT_EQ(answered, BREAKPOINTS);
}

TEST(fault, the_handler_can_change_registers)
{
	static struct thread_registers r;
	struct kit_thread *t = faulter(skip_illegal, NULL);

	ASSERT(next_fault());
	EXPECT_OK(os_thread_suspend(t->cap));
	EXPECT_OK(os_thread_get_registers(t->cap, (uint64_t)&r));
	EXPECT_EQ(r.rip, got.words.w[FAULT_WORD_IP]);
	EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
	r.rip += 2;
	EXPECT_OK(os_thread_set_registers(t->cap, (uint64_t)&r));
	EXPECT_OK(os_thread_resume(t->cap));
	EXPECT(kit_join(t));
	EXPECT_EQ(value, 5);
}

/* Messages whose buffers are not there yet. */
static OS_DESC(2) client __attribute__((aligned(64))), server __attribute__((aligned(64)));
static char buffer[64];

struct call {
	cap_t cap;
	int64_t answer;
};
static struct call call;

static void send(void *arg)
{
	struct os_words words = {{1}};

	call.answer = os_send(call.cap, &words, &client.desc, DEADLINE_FOREVER, 0);
}

TEST(fault, an_absent_page_of_a_sender_is_brought_before_the_message)
{
	cap_t service = kit_endpoint();
	struct kit_thread *t;

	client.desc = (struct message_desc){.send_count = 1};
	client.desc.piece[0] = (struct message_piece){KIT_VA, 5};
	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){(uint64_t)buffer, 64};
	call.cap = kit_connect(service, 1);
	t = faulter(send, NULL);
	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_ERR(receive, EAGAIN, os_receive(service, &got, &server.desc, DEADLINE_NOW));
	EXPECT_EQ(kit_state(t), THREAD_FAULT);
	ASSERT(next_fault());
	EXPECT_EQ(got.words.w[FAULT_WORD_KIND], FAULT_PAGE | FAULT_IN_MESSAGE);
	EXPECT_EQ(got.words.w[FAULT_WORD_ADDRESS], KIT_VA);
	EXPECT_EQ(got.words.w[FAULT_WORD_LENGTH], 5);
	EXPECT_EQ(got.words.w[FAULT_WORD_ACCESS], PROT_READ);
	kit_map(KIT_VA, 12);
	memcpy((char *)KIT_VA, "hello", 5);
	EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
	ASSERT_OK(os_receive(service, &got, &server.desc, DEADLINE_NOW));
	EXPECT_EQ(memcmp(buffer, "hello", 5), 0);
	EXPECT_OK(kit_reply(service, got.id, 6, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(call.answer, 6);
}

TEST(fault, a_sender_whose_pager_refuses_gets_efault)
{
	cap_t service = kit_endpoint();
	struct kit_thread *t;

	client.desc = (struct message_desc){.send_count = 1};
	client.desc.piece[0] = (struct message_piece){KIT_VA, 5};
	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){(uint64_t)buffer, 64};
	call.cap = kit_connect(service, 1);
	t = faulter(send, NULL);
	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_ERR(receive, EAGAIN, os_receive(service, &got, &server.desc, DEADLINE_NOW));
	ASSERT(next_fault());
	EXPECT_OK(kit_reply(endpoint, got.id, -EFAULT, 0));
	EXPECT(kit_join(t));
	EXPECT_ERR(send, EFAULT, call.answer);
}

TEST(fault, an_absent_page_found_later_is_told_and_retried)
{
	cap_t service = kit_endpoint();
	struct kit_thread *t;
	int64_t answer;
	uint64_t id;

	client.desc = (struct message_desc){.send_count = 1};
	client.desc.piece[0] = (struct message_piece){KIT_VA, 5};
	call.cap = kit_connect(service, 0x11);
	t = faulter(send, NULL);
	EXPECT(kit_wait_state(t, THREAD_SEND));
	ASSERT_OK(os_receive(service, &got, NULL, DEADLINE_NOW));
	id = got.id;
	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){(uint64_t)buffer, 5};
	answer = os_msg_read(service, id, 0, (uint64_t)&server.desc);
	EXPECT_ERR(msg_read, EABSENT, answer);
	ASSERT(next_fault());
	kit_map(KIT_VA, 12);
	memcpy((char *)KIT_VA, "later", 5);
	EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
	ASSERT_OK(os_receive(service, &got, NULL, DEADLINE_NOW));
	EXPECT_EQ(INFO_KIND(got.info), MESSAGE_NOTICE);
	EXPECT_EQ(got.id, id);
	EXPECT_EQ(got.words.w[0], NOTICE_RETRY);
	EXPECT_EQ(os_msg_read(service, id, 0, (uint64_t)&server.desc), 5);
	EXPECT_EQ(memcmp(buffer, "later", 5), 0);
	EXPECT_OK(kit_reply(service, id, 2, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(call.answer, 2);
}

static void receive_into_absent(void *arg)
{
	struct os_received r;

	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){KIT_VA, 64};
	call.answer = os_receive(*(cap_t *)arg, &r, &server.desc, DEADLINE_FOREVER);
	value = r.words.w[0];
}

TEST(fault, a_receivers_own_page_is_brought_and_it_goes_on)
{
	static cap_t service;
	struct kit_thread *t;
	struct os_words words = {{0x77}};
	uint64_t ns = 3 * OS_MS;

	service = kit_endpoint();
	t = faulter(receive_into_absent, &service);
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	client.desc = (struct message_desc){.send_count = 1};
	client.desc.piece[0] = (struct message_piece){(uint64_t)buffer, 5};
	/* Our deadline passes while its fault waits for us; not before, even on a slow host. */
	do {
		EXPECT_ERR(send, ETIMEDOUT, os_send(kit_connect(service, 1), &words, &client.desc, os_in_ns(ns), 0));
		ns *= 2;
	} while (os_receive(endpoint, &got, NULL, DEADLINE_NOW) < 0 && EXPECT(ns < KIT_WAIT_NS));
	EXPECT_EQ(got.words.w[FAULT_WORD_ADDRESS], KIT_VA);
	EXPECT_EQ(got.words.w[FAULT_WORD_ACCESS], PROT_WRITE);
	kit_map(KIT_VA, 12);
	EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	for (ns = 20 * OS_MS; !kit_read(&t->done) && ns < KIT_WAIT_NS; ns *= 2)
		EXPECT_ERR(send, ETIMEDOUT, os_send(kit_connect(service, 2), &words, &client.desc, os_in_ns(ns), 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(value, 0x77);
}

TEST(fault, a_pager_that_dies_ends_the_call)
{
	cap_t service = kit_endpoint();
	struct kit_thread *t;

	client.desc = (struct message_desc){.send_count = 1};
	client.desc.piece[0] = (struct message_piece){KIT_VA, 5};
	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){(uint64_t)buffer, 64};
	call.cap = kit_connect(service, 1);
	t = faulter(send, NULL);
	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_ERR(receive, EAGAIN, os_receive(service, &got, &server.desc, DEADLINE_NOW));
	EXPECT_EQ(kit_state(t), THREAD_FAULT);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, endpoint));
	EXPECT(kit_join(t));
	EXPECT_ERR(send, EFAULT, call.answer);
}

static cap_t service;

/* Answers each message that has room for it with 12 bytes. */
static void answer_with_data(void *arg)
{
	static OS_DESC(2) reply __attribute__((aligned(64)));
	struct os_received r;

	reply.desc = (struct message_desc){.send_count = 1};
	reply.desc.piece[0] = (struct message_piece){(uint64_t) "twelve bytes", 12};
	os_receive(service, &r, NULL, DEADLINE_FOREVER);
	while (r.info >= 0) {
		r.id = 0;
		os_reply_receive(service, 12, &r, &reply.desc, DEADLINE_FOREVER);
	}
}

TEST(fault, a_sender_that_is_held_leaves_nothing_behind_for_the_next)
{
	static OS_DESC(1) room __attribute__((aligned(64)));
	struct os_words words = {{0}};
	struct kit_thread *t;

	service = kit_endpoint();
	kit_map(KIT_VA, 12);
	kit_thread_with(&(struct kit_how){.serves = service}, answer_with_data, NULL);
	/* The second page of its reply buffer is absent. */
	client.desc = (struct message_desc){.receive_count = 1};
	client.desc.piece[0] = (struct message_piece){KIT_VA, 8192};
	call.cap = kit_connect(service, 1);
	t = faulter(send, NULL);
	ASSERT(next_fault());
	EXPECT_EQ(got.words.w[FAULT_WORD_ADDRESS], KIT_VA + 4096);
	/* Words only, with room for what comes. */
	memset(buffer, 0, sizeof(buffer));
	room.desc = (struct message_desc){.receive_count = 1};
	room.desc.piece[0] = (struct message_piece){(uint64_t)buffer, sizeof(buffer)};
	EXPECT_EQ(os_send(kit_connect(service, 2), &words, os_accepts(&room.desc), DEADLINE_FOREVER, 0), 12);
	EXPECT_EQ(memcmp(buffer, "twelve bytes", 12), 0);
	EXPECT_OK(kit_reply(endpoint, got.id, -EFAULT, 0));
	EXPECT(kit_join(t));
	EXPECT_ERR(send, EFAULT, call.answer);
}
