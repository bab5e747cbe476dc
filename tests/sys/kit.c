/* SPDX-License-Identifier: 0BSD */
/* kit.c: see kit.h. */
#include "sys/kit.h"

#include "lib/string.h"

#define CHILD_STACK 0x4000

static struct info_memory before;

int64_t sys_call(const struct call *c, struct os_words *words, cap_t *landed)
{
	OS_DESC(2) d = {.desc = {.give_count = (uint8_t)c->caps}};
	struct message_desc *m = &d.desc;
	int64_t r;

	*words = (struct os_words){{PROTO_WORD0(c->op, c->flags, 0), c->w1, c->w2, c->w3, c->w4}};
	for (unsigned i = 0; i < c->caps; i++)
		m->give[i] = c->cap[i];
	if (c->bytes)
		m->piece[m->send_count++] = (struct message_piece){(uint64_t)c->data, c->bytes};
	if (c->reply_bytes) {
		m->piece[m->send_count] = (struct message_piece){(uint64_t)c->reply, c->reply_bytes};
		m->receive_count = 1;
	}
	if (landed) {
		m->accept_count = 1;
		m->land_min = SLOT_DYNAMIC_MIN;
		m->land_max = SLOT_DYNAMIC_MAX;
		m->landed[0] = -EBADF;
	}
	r = os_send(c->to, words, m, DEADLINE_FOREVER, 0);
	if (landed)
		*landed = m->landed[0] < 0 ? CAP_NONE : (cap_t)m->landed[0];
	return r;
}

static int64_t mem_call(unsigned op, uint32_t flags, uint64_t w1, uint64_t w2, uint64_t w3)
{
	struct os_words words = {{PROTO_WORD0(op, flags, 0), w1, w2, w3}};

	return os_send_words(CAP_SELF_PROCESS, &words);
}

int64_t mem_map(uint64_t *address, uint64_t length, uint32_t prot, uint32_t flags, cap_t object, uint64_t offset)
{
	struct call c = {.to = CAP_SELF_PROCESS,
			 .op = MEM_MAP,
			 .flags = flags,
			 .w1 = *address,
			 .w2 = length,
			 .w3 = prot,
			 .w4 = offset,
			 .cap = {object},
			 .caps = object != CAP_NONE};
	struct os_words words;
	int64_t r = sys_call(&c, &words, NULL);

	*address = words.w[1];
	return r;
}

int64_t mem_unmap(uint64_t address, uint64_t length) { return mem_call(MEM_UNMAP, 0, address, length, 0); }

int64_t mem_protect(uint64_t address, uint64_t length, uint32_t prot)
{
	return mem_call(MEM_PROTECT, 0, address, length, prot);
}

int64_t mem_object(uint64_t length, cap_t *object)
{
	struct call c = {.to = CAP_SELF_PROCESS, .op = MEM_OBJECT, .w1 = length};
	struct os_words words;

	return sys_call(&c, &words, object);
}

uint64_t mem_new(uint64_t length, uint32_t flags)
{
	uint64_t at = 0;

	return EXPECT_OK(mem_map(&at, length, RW, flags, CAP_NONE, 0)) ? at : 0;
}

struct info_memory mem_info(void)
{
	struct info_memory info = {0};
	struct call c = {
	    .to = CAP_SELF_PROCESS, .op = PROC_INFO, .w1 = INFO_MEMORY, .reply = &info, .reply_bytes = sizeof(info)};
	struct os_words words;

	EXPECT_OK(sys_call(&c, &words, NULL));
	return info;
}

/* Work that sys has in its queue is done when nothing waits: a pause lets it. */
static struct info_memory settled(void)
{
	struct info_memory last = mem_info(), now;

	for (unsigned i = 0; i < 100; i++) {
		os_sleep(os_in_ns(OS_MS));
		now = mem_info();
		if (!memcmp(&last, &now, sizeof(now)) && i > 1)
			break;
		last = now;
	}
	return last;
}

void kit_begin(void) { before = settled(); }

void kit_end(void)
{
	struct info_memory now = settled();

	EXPECT_EQ(now.frames, before.frames);
	EXPECT_EQ(now.kernel_bytes, before.kernel_bytes);
	EXPECT_EQ(now.objects, before.objects);
	EXPECT_EQ(now.records_bytes, before.records_bytes);
}

/* ---- children ---- */

static char stack[CHILD_STACK] __attribute__((aligned(4096)));
static void (*child_function)(void *arg);

static void child_main(void *arg)
{
	child_function(arg);
	child_exit(0);
}

_Noreturn void child_exit(unsigned status)
{
	mem_call(PROC_EXIT, 0, status << 8, 0, 0);
	for (;;)
		os_exit();
}

int64_t child_start_in(cap_t account, void (*child)(void *arg), void *arg)
{
	struct proc_step steps[] = {
	    {.step = STEP_ACCOUNT, .a = account},
	    {.step = STEP_SPACE_CLONE},
	    {.step = STEP_FDS_CLONE},
	    {.step = STEP_FS_COPY},
	    {.step = STEP_THREAD,
	     .a = (uint64_t)child_main,
	     .b = (uint64_t)(stack + sizeof(stack) - 8),
	     .c = (uint64_t)arg},
	};
	struct call c = {.to = CAP_SELF_PROCESS,
			 .op = PROC_BUILD,
			 .w1 = sizeof(steps) / sizeof(steps[0]) - (account == CAP_NONE),
			 .data = steps + (account == CAP_NONE),
			 .bytes = sizeof(steps) - (account == CAP_NONE) * sizeof(steps[0])};
	struct os_words words;
	int64_t r;

	child_function = child;
	r = sys_call(&c, &words, NULL);
	return r < 0 ? r : (int64_t)words.w[1];
}

int64_t child_start(void (*child)(void *arg), void *arg) { return child_start_in(CAP_NONE, child, arg); }

int64_t child_wait(int64_t pid)
{
	struct os_words words = {{PROTO_WORD0(PROC_WAIT, 0, 0), 1 /* P_PID */, (uint64_t)pid, 4 /* WEXITED */}};
	int64_t r = os_send_words(CAP_SELF_PROCESS, &words);

	return r < 0 ? r : (int64_t)words.w[2];
}

int64_t child_run(void (*child)(void *arg), void *arg)
{
	int64_t pid = child_start(child, arg);

	return pid < 0 ? pid : child_wait(pid);
}
