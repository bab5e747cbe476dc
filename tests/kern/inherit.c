/* SPDX-License-Identifier: 0BSD */
/* inherit.c: priority goes along messages and queues, and back. */
#include "lib/kit.h"

#define LOW  (KIT_PRIORITY - 40)
#define HIGH (KIT_PRIORITY + 40)

static uint32_t hold, received;
static cap_t onward;

static bool holding(void) { return kit_read(&hold); }

/* Keeps each message until told otherwise. */
static void keep(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	while (os_receive(endpoint, &r, NULL, DEADLINE_FOREVER) >= 0) {
		kit_write(&received, kit_read(&received) + 1);
		while (holding())
			os_sleep(os_in_ns(50 * OS_US));
		kit_reply(endpoint, r.id, 0, 0);
	}
}

static void pass_on(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	while (os_receive(endpoint, &r, NULL, DEADLINE_FOREVER) >= 0) {
		os_send_words(onward, &r.words);
		kit_reply(endpoint, r.id, 0, 0);
	}
}

static void send(void *arg) { kit_send(*(cap_t *)arg, 0, 0, NULL); }

static struct kit_thread *server(void (*run)(void *), cap_t *endpoint, uint32_t priority)
{
	struct kit_thread *t;

	*endpoint = kit_endpoint();
	t = kit_thread_with(&(struct kit_how){.priority = priority}, run, endpoint);
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	return t;
}

static struct kit_thread *client(cap_t *connection, uint32_t priority)
{
	return kit_thread_with(&(struct kit_how){.priority = priority}, send, connection);
}

TEST(inherit, a_server_is_as_urgent_as_its_message_until_it_replies)
{
	static cap_t endpoint, connection;
	struct kit_thread *s, *c;

	hold = 1;
	received = 0;
	s = server(keep, &endpoint, LOW);
	connection = kit_connect(endpoint, 1);
	c = client(&connection, HIGH);
	EXPECT(kit_wait_for(&received, 1));
	EXPECT_EQ(kit_priority(s), HIGH);
	kit_write(&hold, 0);
	EXPECT(kit_join(c));
	EXPECT(kit_wait_state(s, THREAD_RECEIVE));
	EXPECT_EQ(kit_priority(s), LOW);
}

TEST(inherit, a_server_is_as_lazy_as_its_message)
{
	static cap_t endpoint, connection;
	struct kit_thread *s, *c;

	/* Base priority is the least that a server has. */
	hold = 1;
	received = 0;
	s = server(keep, &endpoint, KIT_PRIORITY);
	connection = kit_connect(endpoint, 1);
	c = client(&connection, LOW);
	EXPECT(kit_wait_for(&received, 1));
	EXPECT_EQ(kit_priority(s), KIT_PRIORITY);
	kit_write(&hold, 0);
	EXPECT(kit_join(c));
}

TEST(inherit, who_waits_in_the_queue_lifts_the_busy_server)
{
	static cap_t endpoint, connection;
	struct kit_thread *s, *low, *high;

	hold = 1;
	received = 0;
	s = server(keep, &endpoint, LOW);
	connection = kit_connect(endpoint, 1);
	low = client(&connection, LOW + 5);
	EXPECT(kit_wait_for(&received, 1));
	EXPECT_EQ(kit_priority(s), LOW + 5);
	high = client(&connection, HIGH);
	EXPECT(kit_wait_state(high, THREAD_SEND));
	EXPECT_EQ(kit_priority(s), HIGH);
	kit_write(&hold, 0);
	EXPECT(kit_join(low));
	EXPECT(kit_join(high));
	EXPECT(kit_wait_state(s, THREAD_RECEIVE));
	EXPECT_EQ(kit_priority(s), LOW);
}

TEST(inherit, a_withdrawn_message_lifts_no_more)
{
	static cap_t endpoint, connection;
	struct kit_thread *s, *low, *high;

	hold = 1;
	received = 0;
	s = server(keep, &endpoint, LOW);
	connection = kit_connect(endpoint, 1);
	low = client(&connection, LOW + 5);
	EXPECT(kit_wait_for(&received, 1));
	high = client(&connection, HIGH);
	EXPECT(kit_wait_state(high, THREAD_SEND));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, high->cap));
	EXPECT_EQ(kit_priority(s), LOW + 5);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, low->cap));
	EXPECT_EQ(kit_priority(s), LOW);
	kit_write(&hold, 0);
}

TEST(inherit, it_passes_along_a_chain)
{
	static cap_t first, second, connection;
	struct kit_thread *a, *b, *c;

	hold = 1;
	received = 0;
	b = server(keep, &second, LOW);
	onward = kit_connect(second, 1);
	a = server(pass_on, &first, LOW);
	connection = kit_connect(first, 1);
	c = client(&connection, HIGH);
	EXPECT(kit_wait_for(&received, 1));
	EXPECT_EQ(kit_priority(a), HIGH);
	EXPECT_EQ(kit_priority(b), HIGH);
	EXPECT_OK(os_thread_set_priority(c->cap, HIGH + 7, 0, 0));
	EXPECT_EQ(kit_priority(b), HIGH + 7);
	kit_write(&hold, 0);
	EXPECT(kit_join(c));
	EXPECT(kit_wait_state(a, THREAD_RECEIVE));
	EXPECT_EQ(kit_priority(a), LOW);
	EXPECT_EQ(kit_priority(b), LOW);
}

TEST(inherit, a_parked_message_counts_no_more)
{
	static cap_t connection;
	cap_t endpoint = kit_endpoint();
	struct kit_thread *c;
	struct os_received r;
	struct os_words out;

	connection = kit_connect(endpoint, 1);
	c = client(&connection, HIGH);
	EXPECT(kit_wait_state(c, THREAD_SEND));
	EXPECT_OK(os_receive(endpoint, &r, NULL, DEADLINE_NOW));
	EXPECT_OK(os_thread_info(BOOT_SLOT_THREAD, &out));
	EXPECT_EQ(out.w[THREAD_INFO_PRIORITY], HIGH);
	EXPECT_ERR(receive, EAGAIN, os_receive(endpoint, &(struct os_received){0}, NULL, DEADLINE_NOW));
	EXPECT_OK(os_thread_info(BOOT_SLOT_THREAD, &out));
	EXPECT_EQ(out.w[THREAD_INFO_PRIORITY], KIT_PRIORITY);
	EXPECT_OK(kit_reply(endpoint, r.id, 0, 0));
	EXPECT(kit_join(c));
}

/* A long message from HIGH to a server at LOW, while somebody between the two is woken: the sender
 * itself sets the timer for that just before it sends, so nobody has to wake in time. */
static unsigned char much[1 << 20], taken[1 << 20];
static OS_DESC(1) much_desc __attribute__((aligned(64))), taken_desc __attribute__((aligned(64)));
static cap_t alarm_timer, alarm_event, alarm_endpoint;
static uint64_t delay_ns, wakes_ns, sends_ns, ran_ns, answered_ns;

static void take_much(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	while (os_receive(endpoint, &r, &taken_desc.desc, DEADLINE_FOREVER) >= 0)
		kit_reply(endpoint, r.id, 0, 0);
}

static void send_much(void *arg)
{
	struct os_words words = {{0}};

	wakes_ns = os_in_ns(delay_ns);
	EXPECT_OK(os_timer_set(alarm_timer, wakes_ns, 0, alarm_event, 1));
	sends_ns = os_now_ns();
	EXPECT_OK(os_send(*(cap_t *)arg, &words, &much_desc.desc, DEADLINE_FOREVER, 0));
	answered_ns = os_now_ns();
}

static void wake_between(void *arg)
{
	struct os_received r;

	EXPECT_OK(os_receive(alarm_endpoint, &r, NULL, DEADLINE_FOREVER));
	ran_ns = os_now_ns();
}

TEST(inherit, a_server_is_urgent_while_it_takes_the_message)
{
	static cap_t endpoint, connection;
	unsigned hits = 0;

	much_desc.desc = (struct message_desc){.send_count = 1};
	much_desc.desc.piece[0] = (struct message_piece){(uint64_t)much, sizeof(much)};
	taken_desc.desc = (struct message_desc){.receive_count = 1};
	taken_desc.desc.piece[0] = (struct message_piece){(uint64_t)taken, sizeof(taken)};
	server(take_much, &endpoint, LOW);
	connection = kit_connect(endpoint, 1);
	alarm_timer = kit_make(OBJ_TIMER, 8);
	alarm_endpoint = kit_endpoint();
	alarm_event = kit_event_at(alarm_endpoint, 1, LOW);
	/* How long it takes is up to the host: until it has happened, later and later. */
	for (unsigned i = 1; i <= 20 || (!hits && i <= 500); i++) {
		struct kit_thread *c, *between;

		between = kit_thread_with(&(struct kit_how){.priority = KIT_PRIORITY + 1}, wake_between, NULL);
		EXPECT(kit_wait_state(between, THREAD_RECEIVE));
		delay_ns = i * 8 * OS_US;
		c = kit_thread_with(&(struct kit_how){.priority = HIGH}, send_much, &connection);
		EXPECT(kit_join(c));
		EXPECT(kit_join(between));
		if (sends_ns < wakes_ns && wakes_ns < answered_ns) {
			hits++;
			EXPECT(ran_ns >= answered_ns);
		}
	}
	EXPECT(hits > 0);
}
