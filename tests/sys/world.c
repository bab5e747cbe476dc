/* SPDX-License-Identifier: 0BSD */
/* world.c: see world.h. */
#include "sys/world.h"

#include "lib/string.h"

int64_t proc_call(unsigned op, uint32_t flags, uint64_t w1, uint64_t w2, uint64_t w3, uint64_t w4, struct os_words *out)
{
	struct os_words words = {{PROTO_WORD0(op, flags, 0), w1, w2, w3, w4}};
	int64_t r = os_send_words(CAP_SELF_PROCESS, &words);

	if (out)
		*out = words;
	return r;
}

int64_t proc_kill(int64_t pid, unsigned number) { return proc_call(PROC_KILL, 0, (uint64_t)pid, number, 0, 0, NULL); }

int64_t proc_wait(unsigned what, int64_t id, uint32_t options, uint32_t *status)
{
	struct os_words words;
	int64_t r = proc_call(PROC_WAIT, 0, what, (uint64_t)id, options, 0, &words);

	if (status)
		*status = (uint32_t)words.w[2];
	return r < 0 ? r : (int64_t)words.w[1];
}

uint32_t status_of(int64_t pid)
{
	uint32_t status = ~0u;

	EXPECT_EQ(proc_wait(P_PID, pid, WEXITED, &status), pid);
	return status;
}

uint32_t proc_pid(void) { return info()->pid; }

struct shared *shared;
static cap_t shared_object;

void share_begin(void)
{
	uint64_t at = 0;

	EXPECT_OK(mem_object(PAGE, &shared_object));
	EXPECT_OK(mem_map(&at, PAGE, RW, MEM_SHARED, shared_object, 0));
	shared = (struct shared *)at;
	memset(shared, 0, sizeof(*shared));
}

void share_end(void)
{
	EXPECT_OK(mem_unmap((uint64_t)shared, PAGE));
	drop(shared_object);
}

void flag_set(unsigned i, uint32_t value) { __atomic_store_n(&shared->flag[i], value, __ATOMIC_RELEASE); }

bool flag_wait(unsigned i, uint32_t value)
{
	uint64_t end = os_in_ns(PATIENCE_NS);

	while (__atomic_load_n(&shared->flag[i], __ATOMIC_ACQUIRE) != value) {
		if (os_now_ns() > end)
			return EXPECT(false);
		os_sleep(os_in_ns(OS_MS / 5));
	}
	return true;
}

/* ---- signals ---- */

volatile struct caught caught;

void on_divert(uint64_t bits, struct divert_area *area);
void divert_entry(void);

/* The stack stays as it was: below it is nobody's. Vector registers are saved for what was interrupted. */
__asm__(".globl divert_entry\n"
	"divert_entry:\n"
	"	mov %rsp, %rbp\n"
	"	sub $1024, %rsp\n"
	"	and $-64, %rsp\n"
	"	fxsave (%rsp)\n"
	"	call on_divert\n"
	"	fxrstor (%rsp)\n"
	"	call divert_leave\n");

void divert_leave(void);
void divert_leave(void) { os_thread_undivert(); }

void on_divert(uint64_t bits, struct divert_area *area)
{
	for (; bits; bits &= bits - 1) {
		struct os_words words;
		unsigned number = (unsigned)__builtin_ctzll(bits) + 1;

		proc_call(PROC_SIGNAL_TAKE, 0, BIT(number), 0, 0, 0, &words);
		if (!words.w[1])
			continue;
		caught.number = (uint32_t)words.w[1];
		caught.code = (int32_t)words.w[2];
		caught.pid = (uint32_t)words.w[3];
		caught.uid = (uint32_t)words.w[4];
		caught.value = words.w[5];
		caught.status = (uint32_t)words.w[6];
		caught.count++;
		if (number == SIGSEGV)
			area->registers.rip = area->registers.rbx; /* where the test wants to go on */
	}
}

void catch_signals(unsigned n, uint64_t mask)
{
	caught.count = 0;
	EXPECT_OK(os_thread_set_divert(CAP_SELF_THREAD, (uint64_t)divert_entry, (uint64_t)record(n)));
	control()->caught = mask;
}

/* ---- threads ---- */

#define STACK_BYTES (4 * PAGE)

struct start {
	void (*run)(void *arg);
	void *arg;
	uint64_t stack;
};

static void thread_main(struct start *s)
{
	s->run(s->arg);
	proc_call(PROC_THREAD_EXIT, 0, 0, s->stack, STACK_BYTES, 0, NULL);
	for (;;)
		os_exit();
}

_Noreturn void thread_done(void)
{
	proc_call(PROC_THREAD_EXIT, 0, 0, 0, 0, 0, NULL);
	for (;;)
		os_exit();
}

int64_t thread_begin(void (*run)(void *arg), void *arg, cap_t context)
{
	uint64_t stack = mem_new(STACK_BYTES, 0);
	struct start *s = (struct start *)(stack + STACK_BYTES - sizeof(*s) - 16);
	struct os_words words = {{PROTO_WORD0(PROC_THREAD, 0, 0), (uint64_t)thread_main}};
	int64_t r;

	*s = (struct start){run, arg, stack};
	words.w[2] = ((uint64_t)s & ~15ull) - 8;
	words.w[3] = (uint64_t)s;
	words.w[6] = context == CAP_NONE ? 0 : context;
	r = os_send_words(CAP_SELF_PROCESS, &words);
	return r < 0 ? r : (int64_t)words.w[1];
}

/* ---- paths ---- */

int64_t path_call(cap_t to, unsigned op, uint64_t w1, const char *text, struct os_words *words, void *reply,
		  uint64_t reply_bytes, cap_t *landed)
{
	OS_DESC(2) d = {.desc = {.send_count = 1, .accept_count = landed != NULL}};
	int64_t r;

	words->w[0] = PROTO_WORD0(op, 0, 0);
	words->w[1] = w1;
	words->w[5] = strlen(text);
	d.desc.land_min = SLOT_DYNAMIC_MIN;
	d.desc.land_max = SLOT_DYNAMIC_MAX;
	d.desc.landed[0] = -EBADF;
	d.desc.piece[0] = (struct message_piece){(uint64_t)text, strlen(text)};
	if (reply_bytes) {
		d.desc.receive_count = 1;
		d.desc.piece[1] = (struct message_piece){(uint64_t)reply, reply_bytes};
	}
	r = os_send(to, words, &d.desc, DEADLINE_FOREVER, 0);
	if (landed)
		*landed = d.desc.landed[0] < 0 ? CAP_NONE : (cap_t)d.desc.landed[0];
	return r;
}

int64_t ns_call(cap_t to, unsigned op, uint32_t flags, uint64_t w1, const char *text, cap_t give,
		struct os_words *words)
{
	struct os_words scratch;
	struct call c = {.to = to,
			 .op = op,
			 .flags = flags,
			 .w1 = w1,
			 .cap = {give},
			 .caps = give != CAP_NONE,
			 .data = text,
			 .bytes = text ? strlen(text) : 0};

	return sys_call(&c, words ? words : &scratch, NULL);
}

void drop(cap_t slot)
{
	if (slot != CAP_NONE)
		os_cspace_delete(CAP_SELF_CSPACE, slot);
}

void child_sleep(void *arg)
{
	flag_set(0, 1);
	for (;;)
		os_sleep(DEADLINE_FOREVER);
}
