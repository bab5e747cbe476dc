/* SPDX-License-Identifier: 0BSD */
/* kit_thread.c: threads for tests, and waiting for them.
 *
 * Waiting is polling with short sleeps and an end, so that a kernel that loses a wake-up fails a
 * check and does not hang the run.
 */
#include "lib/kit.h"

#include <abi/boot.h>

#define THREADS_MAX 80 /* one on each CPU, and some */
#define STACK_SIZE  16384
#define POLL_NS	    (20 * OS_US)

static struct kit_thread threads[THREADS_MAX];
static char stacks[THREADS_MAX][STACK_SIZE] __attribute__((aligned(16)));
static uint32_t thread_count;

void kit_threads_forget(void) { thread_count = 0; }

static void entry(struct kit_thread *t)
{
	t->run(t->arg);
	kit_write(&t->done, 1);
	os_exit();
}

/* The first instruction of a thread: rdi is its kit_thread; the stack is aligned as for a call. */
__asm__(".text\n"
	"kit_thread_start:\n"
	"	xor %ebp, %ebp\n"
	"	call kit_thread_entry\n"
	"	ud2\n");
void kit_thread_start(void);
void kit_thread_entry(struct kit_thread *t);

void kit_thread_entry(struct kit_thread *t) { entry(t); }

int64_t kit_thread_go(struct kit_thread *t)
{
	return os_thread_start(t->cap, (uint64_t)kit_thread_start, t->stack_top, (uint64_t)t);
}

struct kit_thread *kit_thread_with(const struct kit_how *how, void (*run)(void *arg), void *arg)
{
	uint32_t n = thread_count < THREADS_MAX - 1 ? thread_count++ : thread_count;
	struct kit_thread *t = &threads[n];

	*t = (struct kit_thread){.run = run, .arg = arg};
	t->stack_top = (uint64_t)stacks[n + 1];
	if (n + 1 == THREADS_MAX)
		test_check(false, __FILE__, __LINE__, "too many threads");
	t->cap = kit_make(OBJ_THREAD, 12);
	t->sched = how->serves ? how->serves : kit_make(OBJ_SCHED, 9);
	EXPECT_OK(os_thread_configure(t->cap, how->cspace ? how->cspace : CAP_SELF_CSPACE,
				      how->vspace ? how->vspace : CAP_SELF_VSPACE, t->sched,
				      how->fault ? how->fault : CAP_NONE, CAP_NONE, CAP_NONE));
	EXPECT_OK(os_thread_set_priority(t->cap, how->priority ? how->priority : KIT_PRIORITY, 255, 0));
	EXPECT_OK(os_thread_set_cpu(t->cap, how->cpu));
	if (!how->stopped)
		EXPECT_OK(kit_thread_go(t));
	return t;
}

struct kit_thread *kit_thread(void (*run)(void *arg), void *arg)
{
	return kit_thread_with(&(struct kit_how){0}, run, arg);
}

void kit_pause(void) { os_sleep(os_in_ns(POLL_NS)); }

bool kit_wait_for(const uint32_t *flag, uint32_t value)
{
	uint64_t end = os_in_ns(KIT_WAIT_NS);

	while (kit_read(flag) != value) {
		if (os_now_ns() > end)
			return false;
		kit_pause();
	}
	return true;
}

void kit_show_threads(void)
{
	struct os_words out;

	for (uint32_t i = 0; i < thread_count; i++) {
		if (os_thread_info(threads[i].cap, &out) < 0)
			continue;
		os_printf("thread %u (%lu): state %lx priority %lu base %lu cpu %lu waits for %lu "
			  "starved %lu\n",
			  i, out.w[THREAD_INFO_NUMBER], out.w[THREAD_INFO_STATE], out.w[THREAD_INFO_PRIORITY],
			  out.w[THREAD_INFO_BASE_PRIORITY], out.w[THREAD_INFO_CPU], out.w[THREAD_INFO_WAITS_FOR],
			  out.w[THREAD_INFO_STARVED]);
	}
}

bool kit_join(struct kit_thread *t)
{
	if (!kit_wait_for(&t->done, 1)) {
		kit_show_threads();
		return test_check(false, __FILE__, __LINE__, "the thread returns");
	}
	return kit_wait_state(t, THREAD_INACTIVE);
}

static uint64_t info(const struct kit_thread *t, unsigned word)
{
	struct os_words out;

	EXPECT_OK(os_thread_info(t->cap, &out));
	return out.w[word];
}

enum thread_state kit_state(const struct kit_thread *t)
{
	return (enum thread_state)(info(t, THREAD_INFO_STATE) & 0xff);
}

uint32_t kit_priority(const struct kit_thread *t) { return (uint32_t)info(t, THREAD_INFO_PRIORITY); }

bool kit_reaches(const struct kit_thread *t, enum thread_state state)
{
	uint64_t end = os_in_ns(KIT_WAIT_NS);

	while (kit_state(t) != state) {
		if (kit_read(&t->done) || os_now_ns() > end)
			return false;
		kit_pause();
	}
	return true;
}

bool kit_wait_state(const struct kit_thread *t, enum thread_state state)
{
	uint64_t end = os_in_ns(KIT_WAIT_NS);

	while (kit_state(t) != state) {
		if (os_now_ns() > end)
			return test_check_eq(info(t, THREAD_INFO_STATE) | info(t, THREAD_INFO_STARVED) << 16, state,
					     __FILE__, __LINE__, "state");
		kit_pause();
	}
	return true;
}
