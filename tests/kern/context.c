/* SPDX-License-Identifier: 0BSD */
/* context.c: what a processor holds of a thread besides its registers: the base of FS, vector registers. */
#include "lib/kit.h"

static uint64_t tls_seen[2];

static void read_tls(void *arg)
{
	__asm__ volatile("mov %%fs:0, %0" : "=r"(tls_seen[0]));
	os_sleep(os_in_ns(OS_MS));
	__asm__ volatile("mov %%fs:0, %0" : "=r"(tls_seen[1]));
}

TEST(context, tls_base_is_its_own)
{
	static uint64_t block = 0x1234;
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, read_tls, NULL);

	EXPECT_ERR(thread_set_tls, EINVAL, os_thread_set_tls(t->cap, 0x8000000000000000));
	EXPECT_OK(os_thread_set_tls(t->cap, (uint64_t)&block));
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_join(t));
	EXPECT_EQ(tls_seen[0], 0x1234);
	EXPECT_EQ(tls_seen[1], 0x1234);
}

static uint64_t shared_block = 0x1234;

static void serve_tls(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
	for (;;) {
		__asm__ volatile("mov %%fs:0, %0" : "=r"(r.words.w[0]));
		r.id = 0;
		os_reply_receive(endpoint, 0, &r, NULL, DEADLINE_FOREVER);
	}
}

/* FS has no base now, whatever the kernel was told. */
static void spoil_fs_and_send(void *arg)
{
	cap_t connection = *(cap_t *)arg;
	struct os_words words = {{0}};

	__asm__ volatile("mov %0, %%fs" : : "r"(0));
	if (os_send(connection, &words, NULL, os_in_ns(KIT_WAIT_NS), 0) == 0)
		tls_seen[0] = words.w[0];
	__asm__ volatile("mov %0, %%fs" : : "r"(0));
	if (tls_seen[0] && os_send_words(connection, &words) == 0)
		tls_seen[1] = words.w[0];
}

TEST(context, what_a_program_does_to_fs_stays_its_own)
{
	cap_t endpoint, connection;
	struct kit_thread *server = kit_server(serve_tls, &endpoint, true, true);
	struct kit_thread *t;

	connection = kit_connect(endpoint, 1);
	tls_seen[0] = tls_seen[1] = 0;
	t = kit_thread_with(&(struct kit_how){.stopped = true}, spoil_fs_and_send, &connection);
	EXPECT(kit_wait_state(server, THREAD_RECEIVE));
	EXPECT_OK(os_thread_set_tls(server->cap, (uint64_t)&shared_block));
	EXPECT_OK(os_thread_set_tls(t->cap, (uint64_t)&shared_block));
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_join(t));
	EXPECT_EQ(tls_seen[0], 0x1234);
	EXPECT_EQ(tls_seen[1], 0x1234);
}

static double sum;

static double multiply(double x)
{
	for (unsigned i = 0; i < 20000; i++) {
		x = x * 1.0000001;
		if (i % 100 == 0)
			os_yield();
	}
	return x;
}

static void add_up(void *arg) { sum = multiply(3); }

TEST(context, vector_registers_are_kept_apart)
{
	struct kit_thread *a = kit_thread(add_up, NULL);
	double x = multiply(5);

	EXPECT(x > 5.009 && x < 5.011);
	EXPECT(kit_join(a));
	EXPECT(sum > 3.005 && sum < 3.007);
}
