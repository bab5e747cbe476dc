/* SPDX-License-Identifier: 0BSD */
/* sync.c: waiting on addresses, and locks that lend priority. */
#include "lib/kit.h"

#include <abi/sync.h>

#include "lib/string.h"

#define LOW	KIT_PRIORITY
#define WAITERS 6

static uint32_t word;
static uint32_t order[WAITERS], woken;

struct waiter {
	uint32_t *address;
	uint32_t number, expected, flags;
	uint64_t deadline_ns;
	int64_t result;
};

static void wait_on(void *arg)
{
	struct waiter *w = arg;

	w->result = os_sync_wait((uint64_t)w->address, w->expected, w->deadline_ns, w->flags);
	order[__atomic_fetch_add(&woken, 1, __ATOMIC_ACQ_REL) % WAITERS] = w->number;
}

static struct kit_thread *start(struct waiter *w, const struct kit_how *how)
{
	struct kit_thread *t = kit_thread_with(how, wait_on, w);

	kit_wait_state(t, THREAD_SYNC);
	return t;
}

static void reset(void)
{
	word = woken = 0;
	memset(order, 0, sizeof(order));
}

TEST(sync, wake_wakes_who_waits)
{
	struct waiter w = {.address = &word, .deadline_ns = DEADLINE_FOREVER, .result = -1};
	struct kit_thread *t;

	reset();
	t = start(&w, &(struct kit_how){0});
	EXPECT_EQ(os_sync_wake((uint64_t)&word + 4, 1, 0), 0);
	EXPECT_EQ(os_sync_wake((uint64_t)&word, 5, 0), 1);
	EXPECT(kit_join(t));
	EXPECT_EQ(w.result, 0);
	EXPECT_EQ(os_sync_wake((uint64_t)&word, 5, 0), 0);
}

TEST(sync, the_most_urgent_is_woken_first)
{
	struct waiter w[WAITERS];
	struct kit_thread *t[WAITERS];

	reset();
	for (uint32_t i = 0; i < WAITERS; i++) {
		w[i] = (struct waiter){.address = &word, .number = i, .deadline_ns = DEADLINE_FOREVER};
		t[i] = start(&w[i], &(struct kit_how){.priority = LOW + 1 + i * 5 % WAITERS});
	}
	for (uint32_t i = 0; i < WAITERS; i++) {
		EXPECT_EQ(os_sync_wake((uint64_t)&word, 1, 0), 1);
		EXPECT(kit_wait_for(&woken, i + 1));
		EXPECT_EQ(order[i] * 5 % WAITERS, WAITERS - 1 - i);
	}
	for (uint32_t i = 0; i < WAITERS; i++)
		EXPECT(kit_join(t[i]));
}

TEST(sync, wait_refuses)
{
	uint64_t at = (uint64_t)&word;

	reset();
	word = 7;
	EXPECT_ERR(sync_wait, EAGAIN, os_sync_wait(at, 8, DEADLINE_FOREVER, 0));
	EXPECT_ERR(sync_wait, EINVAL, os_sync_wait(at + 1, 7, DEADLINE_FOREVER, 0));
	EXPECT_ERR(sync_wait, EINVAL, os_sync_wait(at, 7, DEADLINE_FOREVER, 2));
	EXPECT_ERR(sync_wait, ETIMEDOUT, os_sync_wait(at, 7, DEADLINE_NOW, 0));
	EXPECT_ERR(sync_wait, ETIMEDOUT, os_sync_wait(at, 7, os_in_ns(OS_MS), 0));
	EXPECT_ERR(sync_wait, EFAULT, os_sync_wait(KIT_VA, 7, DEADLINE_FOREVER, 0));
	EXPECT_ERR(sync_wait, EFAULT, os_sync_wait(0xffff800000000000, 7, DEADLINE_FOREVER, 0));
	EXPECT_ERR(sync_wake, EINVAL, os_sync_wake(at + 2, 1, 0));
	EXPECT_ERR(sync_wake, EINVAL, os_sync_wake(at, 1, 4));
	EXPECT_ERR(sync_wake, EFAULT, os_sync_wake(0xffff800000000000, 1, 0));
	EXPECT_ERR(sync_wake, EFAULT, os_sync_wake(KIT_VA, 1, SYNC_SHARED));
}

/* In what other address spaces see too; the stack is not. */
TEST(sync, private_waits_are_of_one_address_space)
{
	static struct waiter w;
	struct kit_thread *t;

	reset();
	w = (struct waiter){.address = &word, .deadline_ns = DEADLINE_FOREVER};
	t = start(&w, &(struct kit_how){.vspace = kit_space()});
	EXPECT_EQ(os_sync_wake((uint64_t)&word, 1, 0), 0);
	EXPECT_EQ(os_sync_wake((uint64_t)&word, 1, SYNC_SHARED), 0);
	kit_pause();
	EXPECT_EQ(kit_state(t), THREAD_SYNC);
}

TEST(sync, shared_waits_reach_other_address_spaces)
{
	static struct waiter w;
	struct kit_thread *t;

	reset();
	w = (struct waiter){.address = &word, .deadline_ns = DEADLINE_FOREVER, .flags = SYNC_SHARED, .result = -1};
	t = start(&w, &(struct kit_how){.vspace = kit_space()});
	EXPECT_EQ(os_sync_wake((uint64_t)&word, 1, 0), 0);
	EXPECT_EQ(os_sync_wake((uint64_t)&word, 1, SYNC_SHARED), 1);
	EXPECT(kit_join(t));
	EXPECT_EQ(w.result, 0);
}

TEST(sync, a_destroyed_waiter_is_not_woken)
{
	struct waiter w = {.address = &word, .deadline_ns = DEADLINE_FOREVER};
	struct kit_thread *t;

	reset();
	t = start(&w, &(struct kit_how){0});
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, t->cap));
	EXPECT_EQ(os_sync_wake((uint64_t)&word, 1, 0), 0);
}

/* ---- locks ---- */

static uint32_t lock;

static uint32_t own_number(void)
{
	struct os_words out;

	EXPECT_OK(os_thread_info(CAP_SELF_THREAD, &out));
	return (uint32_t)out.w[THREAD_INFO_NUMBER];
}

static int64_t lock_take(uint32_t flags, uint64_t deadline_ns)
{
	uint32_t expected = 0, own = own_number();

	if (__atomic_compare_exchange_n(&lock, &expected, own, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return 0;
	return os_lock_wait((uint64_t)&lock, deadline_ns, flags);
}

static int64_t lock_release(uint32_t flags)
{
	uint32_t own = own_number();

	if (__atomic_compare_exchange_n(&lock, &own, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		return 0;
	return os_lock_wake((uint64_t)&lock, flags);
}

struct locker {
	uint32_t number, flags;
	int64_t result;
	uint32_t has, may_release;
	bool keep; /* ends without releasing */
};

static void lock_and_release(void *arg)
{
	struct locker *l = arg;

	l->result = lock_take(l->flags, DEADLINE_FOREVER);
	order[__atomic_fetch_add(&woken, 1, __ATOMIC_ACQ_REL) % WAITERS] = l->number;
	kit_write(&l->has, 1);
	kit_wait_for(&l->may_release, 1);
	if (!l->keep)
		EXPECT_OK(lock_release(l->flags));
}

static struct kit_thread *start_locker(struct locker *l, const struct kit_how *how)
{
	struct kit_thread *t = kit_thread_with(how, lock_and_release, l);

	kit_wait_state(t, THREAD_SYNC);
	return t;
}

static void lock_reset(void)
{
	reset();
	lock = 0;
}

TEST(sync, lock_goes_to_the_most_urgent_waiter)
{
	struct locker l[WAITERS];
	struct kit_thread *t[WAITERS];

	lock_reset();
	ASSERT_OK(lock_take(0, DEADLINE_FOREVER));
	EXPECT_EQ(lock, own_number());
	for (uint32_t i = 0; i < WAITERS; i++) {
		l[i] = (struct locker){.number = i, .may_release = 1};
		t[i] = start_locker(&l[i], &(struct kit_how){.priority = LOW + 1 + i});
	}
	EXPECT_EQ(lock, own_number() | LOCK_CONTENDED);
	EXPECT_OK(lock_release(0));
	for (uint32_t i = 0; i < WAITERS; i++) {
		EXPECT(kit_join(t[i]));
		EXPECT_EQ(l[i].result, 0);
		EXPECT_EQ(order[i], WAITERS - 1 - i);
	}
	EXPECT_EQ(lock, 0);
}

static uint32_t main_priority(void)
{
	struct os_words out;

	EXPECT_OK(os_thread_info(CAP_SELF_THREAD, &out));
	return (uint32_t)out.w[THREAD_INFO_PRIORITY];
}

TEST(sync, owner_inherits_from_waiters)
{
	struct locker l[2] = {{.may_release = 1}, {.may_release = 1}};
	struct kit_thread *t[2];

	lock_reset();
	ASSERT_OK(lock_take(0, DEADLINE_FOREVER));
	t[0] = start_locker(&l[0], &(struct kit_how){.priority = LOW + 20});
	EXPECT_EQ(main_priority(), LOW + 20);
	t[1] = start_locker(&l[1], &(struct kit_how){.priority = LOW + 30});
	EXPECT_EQ(main_priority(), LOW + 30);
	EXPECT_OK(os_thread_set_priority(t[0]->cap, LOW + 40, 0, 0));
	EXPECT_EQ(main_priority(), LOW + 40);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, t[0]->cap));
	EXPECT_EQ(main_priority(), LOW + 30);
	EXPECT_OK(lock_release(0));
	EXPECT_EQ(main_priority(), LOW);
	EXPECT(kit_join(t[1]));
}

TEST(sync, lock_calls_refuse)
{
	lock_reset();
	lock = own_number();
	EXPECT_ERR(lock_wait, EDEADLK, os_lock_wait((uint64_t)&lock, DEADLINE_FOREVER, 0));
	EXPECT_ERR(lock_wake, EPERM, os_lock_wake((uint64_t)&word, 0));
	EXPECT_OK(os_lock_wake((uint64_t)&lock, 0));
	EXPECT_EQ(lock, 0);
	EXPECT_ERR(lock_wait, EINVAL, os_lock_wait((uint64_t)&lock + 2, DEADLINE_FOREVER, 0));
	EXPECT_ERR(lock_wait, EFAULT, os_lock_wait(KIT_VA, DEADLINE_FOREVER, 0));
	EXPECT_ERR(lock_wake, EINVAL, os_lock_wake((uint64_t)&lock, 2));
	EXPECT_ERR(lock_wake, EFAULT, os_lock_wake(KIT_VA, 0));
}

static void hold_until_told(void *arg)
{
	struct locker *l = arg;

	l->result = lock_take(0, DEADLINE_FOREVER);
	kit_write(&l->has, 1);
	kit_wait_for(&l->may_release, 1);
	if (!l->keep)
		EXPECT_OK(lock_release(0));
}

TEST(sync, lock_wait_times_out)
{
	struct locker l = {.number = 0};
	struct kit_thread *t;

	lock_reset();
	t = kit_thread(hold_until_told, &l);
	EXPECT(kit_wait_for(&l.has, 1));
	EXPECT_ERR(lock_wait, ETIMEDOUT, lock_take(0, os_in_ns(OS_MS)));
	EXPECT_ERR(lock_wait, ETIMEDOUT, lock_take(0, DEADLINE_NOW));
	EXPECT_EQ(kit_priority(t), LOW);
	kit_write(&l.may_release, 1);
	EXPECT(kit_join(t));
	EXPECT_EQ(lock, 0);
}

TEST(sync, lock_of_an_owner_that_ended_is_told_so)
{
	struct locker l = {.keep = true};
	struct kit_thread *t;

	lock_reset();
	t = kit_thread(hold_until_told, &l);
	EXPECT(kit_wait_for(&l.has, 1));
	kit_write(&l.may_release, 1);
	EXPECT_ERR(lock_wait, ESRCH, lock_take(0, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(lock, own_number());
	EXPECT_OK(lock_release(0));
	EXPECT(kit_join(t));
}

TEST(sync, waiters_of_an_owner_that_is_destroyed_go_on)
{
	struct locker owner = {.keep = true}, l[3] = {{.number = 1}, {.number = 2}, {.number = 3}};
	struct kit_thread *t, *w[3];
	unsigned told = 0;

	lock_reset();
	t = kit_thread(hold_until_told, &owner);
	EXPECT(kit_wait_for(&owner.has, 1));
	for (uint32_t i = 0; i < 3; i++) {
		l[i].may_release = 1;
		w[i] = start_locker(&l[i], &(struct kit_how){.priority = LOW + 1 + i});
	}
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, t->cap));
	for (uint32_t i = 0; i < 3; i++) {
		EXPECT(kit_join(w[i]));
		told += l[i].result == -ESRCH;
	}
	EXPECT_EQ(told, 1);
	EXPECT_EQ(l[2].result, -ESRCH);
	EXPECT_EQ(lock, 0);
}

static uint32_t other_lock;

static void take_other_then_first(void *arg)
{
	struct locker *l = arg;

	other_lock = own_number();
	l->result = lock_take(0, DEADLINE_FOREVER);
	EXPECT_OK(lock_release(0));
	EXPECT_OK(os_lock_wake((uint64_t)&other_lock, 0));
}

TEST(sync, a_cycle_of_locks_is_refused)
{
	struct locker l = {.result = -1};
	struct kit_thread *t;

	lock_reset();
	lock = own_number();
	t = kit_thread(take_other_then_first, &l);
	kit_wait_state(t, THREAD_SYNC);
	EXPECT_ERR(lock_wait, EDEADLK, os_lock_wait((uint64_t)&other_lock, DEADLINE_FOREVER, 0));
	EXPECT_OK(lock_release(0));
	EXPECT(kit_join(t));
	EXPECT_EQ(l.result, 0);
}

TEST(sync, priority_passes_along_a_chain_of_locks)
{
	struct locker l = {.result = -1};
	struct kit_thread *t;

	lock_reset();
	lock = own_number();
	t = kit_thread(take_other_then_first, &l);
	kit_wait_state(t, THREAD_SYNC);
	EXPECT_OK(os_thread_set_priority(t->cap, LOW + 50, 0, 0));
	EXPECT_EQ(main_priority(), LOW + 50);
	EXPECT_OK(os_thread_set_priority(t->cap, LOW - 5, 0, 0));
	EXPECT_EQ(main_priority(), LOW);
	EXPECT_OK(lock_release(0));
	EXPECT(kit_join(t));
}

#define AGAIN_MAX 1000
static uint32_t woken_again, waits_long;

/* More urgent than who wakes it, it waits again at once; at last it gives up. */
static void wait_again_and_again(void *arg)
{
	while (woken_again < AGAIN_MAX && os_sync_wait((uint64_t)&word, 0, DEADLINE_FOREVER, 0) == 0)
		woken_again++;
}

static void wait_once(void *arg)
{
	EXPECT_OK(os_sync_wait((uint64_t)&word, 0, DEADLINE_FOREVER, 0));
	kit_write(&waits_long, 0);
}

TEST(sync, a_wake_ends_while_somebody_waits_again)
{
	struct kit_how urgent = {.cpu = os_boot->cpu_count - 1, .priority = KIT_PRIORITY + 1};
	struct kit_how lazy = {.priority = KIT_PRIORITY - 1};
	struct kit_thread *again, *once;

	word = woken_again = 0;
	waits_long = 1;
	again = kit_thread_with(&urgent, wait_again_and_again, NULL);
	once = kit_thread_with(&lazy, wait_once, NULL);
	EXPECT(kit_wait_state(again, THREAD_SYNC));
	EXPECT(kit_wait_state(once, THREAD_SYNC));
	EXPECT_EQ(os_sync_wake((uint64_t)&word, UINT32_MAX, 0), 2);
	EXPECT(kit_wait_for(&waits_long, 0));
	EXPECT(kit_wait_state(again, THREAD_SYNC));
	EXPECT_EQ(woken_again, 1);
	EXPECT_EQ(os_sync_wake((uint64_t)&word, 1, 0), 1);
	EXPECT(kit_wait_state(again, THREAD_SYNC));
	EXPECT_EQ(woken_again, 2);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, again->cap));
	EXPECT(kit_join(once));
}

#define ROUNDS 16 /* machines with more processors than the host are slow here */
static uint32_t inside, rounds_done;

static void hammer(void *arg)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		EXPECT_OK(lock_take(0, DEADLINE_FOREVER));
		EXPECT_EQ(__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST), 1);
		if (i % 8 == 0)
			os_yield();
		__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
		EXPECT_OK(lock_release(0));
	}
	__atomic_add_fetch(&rounds_done, ROUNDS, __ATOMIC_SEQ_CST);
}

TEST(sync, lock_excludes_on_all_processors)
{
	struct kit_thread *t[WAITERS];

	lock_reset();
	inside = rounds_done = 0;
	for (uint32_t i = 0; i < WAITERS; i++)
		t[i] = kit_thread_with(&(struct kit_how){.cpu = i % os_boot->cpu_count}, hammer, NULL);
	for (uint32_t i = 0; i < WAITERS; i++)
		EXPECT(kit_join(t[i]));
	EXPECT_EQ(rounds_done, WAITERS * ROUNDS);
	EXPECT_EQ(lock, 0);
}

static struct divert_area area __attribute__((aligned(256)));

static void on_divert(uint64_t bits, struct divert_area *a) { os_thread_undivert(); }

struct interrupted {
	int64_t wait, lock, sleep;
	uint32_t done;
};

static void be_interrupted(void *arg)
{
	struct interrupted *i = arg;

	EXPECT_OK(os_thread_set_divert(CAP_SELF_THREAD, (uint64_t)on_divert, (uint64_t)&area));
	i->wait = os_sync_wait((uint64_t)&word, 0, DEADLINE_FOREVER, 0);
	kit_write(&i->done, 1);
	i->lock = os_lock_wait((uint64_t)&lock, DEADLINE_FOREVER, 0);
	kit_write(&i->done, 2);
	i->sleep = os_sleep(DEADLINE_FOREVER);
}

TEST(sync, a_divert_ends_waits)
{
	struct interrupted i = {0};
	struct kit_thread *t;

	lock_reset();
	lock = own_number();
	t = kit_thread(be_interrupted, &i);
	kit_wait_state(t, THREAD_SYNC);
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	EXPECT(kit_wait_for(&i.done, 1));
	kit_wait_state(t, THREAD_SYNC);
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	EXPECT(kit_wait_for(&i.done, 2));
	kit_wait_state(t, THREAD_SLEEP);
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	EXPECT(kit_join(t));
	EXPECT_ERR(sync_wait, EINTR, i.wait);
	EXPECT_ERR(lock_wait, EINTR, i.lock);
	EXPECT_ERR(sleep, EINTR, i.sleep);
	EXPECT_OK(lock_release(0));
}

TEST(sync, sleep_ends_at_its_time)
{
	uint64_t at = os_in_ns(OS_MS);

	EXPECT_OK(os_sleep(at));
	EXPECT(os_now_ns() >= at);
	EXPECT_OK(os_sleep(DEADLINE_NOW));
}

static int64_t device_answer;

static void wait_on_device(void *arg) { device_answer = os_sync_wait(KIT_VA, 0, DEADLINE_FOREVER, 0); }

TEST(sync, device_memory_is_refused_and_no_fault)
{
	struct kit_how how = {.fault = kit_connect(kit_endpoint(), 1)};
	cap_t extent = kit_slot();
	uint32_t i = 0;

	while (i < os_boot->untyped_count && !(os_boot->untyped[i].device && os_boot->untyped[i].size_log2 >= 12))
		i++;
	ASSERT(i < os_boot->untyped_count);
	ASSERT_OK(os_untyped_retype(BOOT_SLOT_FIRST_UNTYPED + i, OBJ_EXTENT, 12, 1, CAP_SELF_CSPACE, extent));
	kit_foreign(extent);
	ASSERT_OK(os_extent_map(extent, CAP_SELF_VSPACE, KIT_VA, 0, 1, PROT_READ | PROT_WRITE));
	EXPECT(kit_join(kit_thread_with(&how, wait_on_device, NULL)));
	EXPECT_ERR(sync_wait, EFAULT, device_answer);
}
