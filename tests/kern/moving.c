/* SPDX-License-Identifier: 0BSD */
/* moving.c: the state machine of messages on their way, as a table: of senders whose message is being copied (TRANSFER)
 * or is held for an absent page of theirs (FAULT, `call` HELD), with everything that can happen to them.
 *
 * Nothing here depends on how fast anything is. A receiver that is suspended while it waits takes a message and does not
 * go on; one that lacks a page of its buffer stops in the middle, and suspended there is a receiver that was preempted.
 * Rows are gone through with a receiver that has its own time and with one that runs on the sender's.
 */
#include "lib/kit.h"

#include "lib/string.h"

#define SELF  CAP_SELF_CSPACE
#define SIZE  8192
#define SOON  (5 * OS_MS)
#define LONG  (100 * OS_S)
#define FIRST 1 /* word of the message in question; of the next */
#define NEXT  2

static char here[SIZE], there[SIZE];
#define GAP ((char *)KIT_VA) /* as long, and the second page is absent */

static cap_t service, pager, connection, to_pager;
static uint64_t number, pager_number, deadline;
static int64_t answer, next_answer;
static uint32_t taken; /* messages that the receiver has got */
static uint64_t last;  /* the first word of its last one */
static uint64_t last_length;
static struct os_received got; /* the fault that we have received */
static struct kit_thread *receiver;
static struct divert_area area;
static OS_DESC(1) from __attribute__((aligned(64))), to __attribute__((aligned(64)));

static void send(void *arg)
{
	struct os_words words = {{FIRST}};

	answer = os_send(connection, &words, &from.desc, deadline, 0);
}

static void send_next(void *arg) { next_answer = kit_send(connection, NEXT, 0, NULL); }

static void take(void *arg)
{
	struct os_received r;

	while (os_receive(service, &r, &to.desc, DEADLINE_FOREVER) >= 0) {
		last = r.words.w[0];
		last_length = INFO_LENGTH(r.info);
		kit_write(&taken, taken + 1);
		kit_reply(service, r.id, 0, 0);
	}
}

static bool next_fault(void) { return os_receive(pager, &got, NULL, deadline) >= 0; }

static void bring_page(void)
{
	kit_map(KIT_VA + 4096, 12);
	EXPECT_OK(kit_reply(pager, got.id, 0, 0));
}

static bool nothing(void) { return true; }

static void receiver_goes_on(void) { EXPECT_OK(os_thread_resume(receiver->cap)); }

static bool receiver_stops(void)
{
	if (!next_fault())
		return false;
	EXPECT_OK(os_thread_suspend(receiver->cap));
	bring_page();
	return EXPECT(kit_wait_state(receiver, THREAD_READY));
}

static void bring_page_at_last(void)
{
	EXPECT(next_fault());
	bring_page();
}

static const struct row {
	const char *name;
	char *data, *room;    /* of the sender, of the receiver */
	bool suspended;	      /* the receiver, while it waits */
	bool (*enter)(void);  /* after the sender has begun; false: its deadline has passed */
	void (*finish)(void); /* what the message still needs */
	enum thread_state state;
	int pager_dead;		    /* what the call answers when the pager dies, negated; 0: nothing */
	enum thread_state put_back; /* its state when the pager dies, if that does not end it */
} rows[] = {
    {"begun", here, there, true, nothing, receiver_goes_on, THREAD_TRANSFER, 0, THREAD_TRANSFER},
    {"receiver faults", here, GAP, false, next_fault, bring_page, THREAD_TRANSFER, 0, THREAD_SEND},
    {"half done", here, GAP, false, receiver_stops, receiver_goes_on, THREAD_TRANSFER, 0, THREAD_TRANSFER},
    {"held", GAP, there, false, next_fault, bring_page, THREAD_FAULT, EFAULT, THREAD_FAULT},
    {"held, nobody knows", GAP, there, false, nothing, bring_page_at_last, THREAD_FAULT, EFAULT, THREAD_FAULT},
};

static void on_divert(uint64_t bits, struct divert_area *a) { os_thread_undivert(); }

/* The server, its pager, and the receiver, which waits. */
static void prepare(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_how how = {.cpu = cpu};

	service = kit_endpoint();
	pager = kit_endpoint();
	connection = kit_connect_number(service, 1, &number);
	to_pager = kit_connect_number(pager, 1, &pager_number);
	kit_map(KIT_VA, 12);
	memset(there, 0, SIZE);
	memset(row->data, 'x', SIZE / 2);
	from.desc = (struct message_desc){.send_count = 1};
	from.desc.piece[0] = (struct message_piece){(uint64_t)row->data, SIZE};
	to.desc = (struct message_desc){.receive_count = 1};
	to.desc.piece[0] = (struct message_piece){(uint64_t)row->room, SIZE};
	answer = next_answer = -1;
	taken = 0;
	area.busy = 0;
	how.fault = to_pager;
	how.serves = passive ? service : 0;
	receiver = kit_thread_with(&how, take, NULL);
	EXPECT(kit_wait_state(receiver, THREAD_RECEIVE));
	if (row->suspended)
		EXPECT_OK(os_thread_suspend(receiver->cap));
}

/* A sender in the state of ROW, or NULL when its deadline has passed before. */
static struct kit_thread *try_to_enter(const struct row *row, uint32_t cpu, bool passive, uint64_t until)
{
	struct kit_how how = {.cpu = cpu, .stopped = true};
	struct kit_thread *t;

	prepare(row, cpu, passive);
	deadline = until;
	how.fault = to_pager;
	t = kit_thread_with(&how, send, NULL);
	EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)on_divert, (uint64_t)&area));
	EXPECT_OK(kit_thread_go(t));
	return row->enter() && kit_reaches(t, row->state) ? t : NULL;
}

/* The same, with a deadline in NS, or more when the host has kept us from getting there in time. */
static struct kit_thread *enter(const struct row *row, uint32_t cpu, bool passive, uint64_t ns)
{
	struct kit_thread *t;

	while (!(t = try_to_enter(row, cpu, passive, os_in_ns(ns))) && ns < LONG) {
		kit_next();
		ns *= 2;
	}
	EXPECT(t);
	return t;
}

static bool expect_answer(const struct row *row, struct kit_thread *t, int64_t want)
{
	bool ok = kit_join(t) && EXPECT_EQ(answer, want);

	if (!ok)
		os_printf("%s\n", row->name);
	return ok;
}

/* The message has gone, and the receiver, which may still have to be helped on, gets the next. */
static void expect_next(const struct row *row)
{
	if (row->state == THREAD_TRANSFER)
		row->finish();
	EXPECT_OK(os_send_words(connection, &(struct os_words){{NEXT}}));
	EXPECT_EQ(taken, 1);
	if (!EXPECT_EQ(last, NEXT))
		os_printf("%s\n", row->name);
}

/* All of the message has come. */
static void expect_whole(const struct row *row, struct kit_thread *t)
{
	expect_answer(row, t, 0);
	EXPECT_EQ(taken, 1);
	EXPECT_EQ(last, FIRST);
	EXPECT_EQ(last_length, SIZE);
	EXPECT_EQ(memcmp(row->room, row->data, SIZE), 0);
}

/* For each row, on each CPU, with an active and a passive receiver in turn: each is a test of its own. */
static void for_each(void (*happens)(const struct row *row, uint32_t cpu, bool passive))
{
	for (uint32_t i = 0; i < 2 || i < os_boot->cpu_count; i++) {
		for (const struct row *row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++) {
			happens(row, i % os_boot->cpu_count, i % 2);
			kit_next();
		}
	}
}

static void finishes(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, LONG);

	row->finish();
	expect_whole(row, t);
}

TEST(moving, nothing_happens) { for_each(finishes); }

static void deadline_passes(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, SOON);

	expect_answer(row, t, -ETIMEDOUT);
	expect_next(row);
}

TEST(moving, deadline) { for_each(deadline_passes); }

static void is_interrupted(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, LONG);

	EXPECT_OK(os_thread_divert(t->cap, 1, 0));
	EXPECT_EQ(kit_state(t), row->state);
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	expect_answer(row, t, -EINTR);
	expect_next(row);
}

TEST(moving, interrupt) { for_each(is_interrupted); }

static void is_killed(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, LONG);

	EXPECT_OK(os_cspace_delete(SELF, t->cap));
	expect_next(row);
}

TEST(moving, kill) { for_each(is_killed); }

static void is_suspended(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, LONG);

	EXPECT_OK(os_thread_suspend(t->cap));
	EXPECT_EQ(kit_state(t), row->state);
	row->finish();
	EXPECT(kit_wait_state(t, THREAD_READY));
	EXPECT_EQ(kit_read(&t->done), 0);
	EXPECT_OK(os_thread_resume(t->cap));
	expect_whole(row, t);
}

TEST(moving, suspend_while_the_wait_ends) { for_each(is_suspended); }

/* The message is back at its old place, in front of one that was queued meanwhile, or will be when its page is there. */
static void receiver_dies(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, LONG), *next;
	bool held = row->state == THREAD_FAULT;

	if (held) /* it waits already */
		EXPECT_OK(os_thread_suspend(receiver->cap));
	EXPECT_OK(os_cspace_delete(SELF, receiver->cap));
	EXPECT_EQ(kit_state(t), held ? THREAD_FAULT : THREAD_SEND);
	next = kit_thread(send_next, NULL);
	EXPECT(kit_wait_state(next, THREAD_SEND));
	if (held)
		row->finish();
	for (uint64_t i = FIRST; i <= NEXT; i++) {
		ASSERT_OK(os_receive(service, &got, NULL, DEADLINE_NOW));
		EXPECT_EQ(got.words.w[0], i);
		EXPECT_OK(kit_reply(service, got.id, 0, 0));
	}
	expect_answer(row, t, 0);
	EXPECT(kit_join(next));
}

TEST(moving, receiver_dies) { for_each(receiver_dies); }

static void service_dies(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, LONG);

	EXPECT_OK(os_cspace_delete(SELF, service));
	expect_answer(row, t, -ESRVDEAD);
}

TEST(moving, endpoint_dies) { for_each(service_dies); }

static void pager_dies(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, LONG);

	EXPECT_OK(os_cspace_delete(SELF, pager));
	if (row->pager_dead)
		expect_answer(row, t, -row->pager_dead);
	else
		EXPECT(kit_wait_state(t, row->put_back));
}

TEST(moving, endpoint_of_the_pager_dies) { for_each(pager_dies); }

static void is_severed(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, LONG);
	cap_t other;

	other = kit_connect(service, 2);
	EXPECT_OK(os_sever(service, number));
	EXPECT_EQ(kit_state(t), row->state);
	row->finish();
	expect_answer(row, t, -ESRVDEAD);
	EXPECT_OK(os_send_words(other, &(struct os_words){{NEXT}}));
	EXPECT_EQ(taken, 1);
	EXPECT_EQ(last, NEXT);
}

TEST(moving, severed_is_found_when_it_goes_on) { for_each(is_severed); }

static void pager_severs(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, LONG);

	EXPECT_OK(os_sever(pager, pager_number));
	EXPECT_EQ(kit_state(t), row->state);
	if (row->finish == bring_page_at_last) {
		EXPECT_ERR(receive, EAGAIN, os_receive(pager, &got, NULL, DEADLINE_NOW));
		expect_answer(row, t, -EFAULT);
	} else {
		row->finish();
		expect_whole(row, t);
	}
}

TEST(moving, severed_by_the_pager_matters_to_who_has_not_been_heard) { for_each(pager_severs); }

static void pager_refuses(const struct row *row, uint32_t cpu, bool passive)
{
	struct kit_thread *t = enter(row, cpu, passive, LONG);

	if (row->finish == bring_page_at_last)
		EXPECT(next_fault());
	if (row->finish != receiver_goes_on)
		EXPECT_OK(kit_reply(pager, got.id, -EFAULT, 0));
	if (row->state == THREAD_FAULT)
		expect_answer(row, t, -EFAULT);
	else
		EXPECT(kit_wait_state(t, row->put_back));
}

TEST(moving, the_pager_refuses) { for_each(pager_refuses); }
