/* SPDX-License-Identifier: 0BSD */
/* main.c: the beginning of `sys`, and its loop.
 *
 * One thread receives, serves, replies and receives again in one call. It runs on its clients' time; what is not done
 * for a client (pulses, long work) it does on the endpoint's reserve. While there is work in the queue it does not
 * wait, but asks for a message and else does a step.
 *
 * What arrives with a message (up to four capabilities) lands in four slots that belong to the loop; a handler takes
 * what it wants to keep, the loop deletes the rest.
 */
#include "boot/boot.h"
#include "lib/bits.h"
#include "main/serve.h"
#include "mem/fault.h"
#include "mem/memory.h"
#include "mem/slot.h"
#include "path/path.h"
#include "main/pulse.h"
#include "proc/proc.h"

#include <abi/boot.h>
#include <abi/endpoint.h>
#include <parley/clock.h>
#include <parley/message.h>
#include <parley/syscall.h>

/* Of sys while it waits: below all clients', so that it works at theirs; of its long work, which goes before ordinary
 * programs; of its pulses. */
#define PRIORITY_WAITING 1
#define PRIORITY_WORK	 100
#define PRIORITY_PULSE	 220

#define WORK_TICKS	 20000 /* of the time stamp counter */

cap_t sys_endpoint;
static cap_t land;
static bool working; /* at the priority of long work */
static char buffer[REQUEST_DATA_MAX] __attribute__((aligned(64)));
static OS_DESC(2) desc;

uint64_t sys_now_ns(void) { return os_now_ns(); }

const char *sys_command_line(void) { return os_boot->cmdline; }

/* ---- one message ---- */

/* How much of the data fits. */
static uint32_t offered(int64_t info)
{
	uint64_t length = INFO_LENGTH((uint64_t)info);

	return length < sizeof(buffer) ? (uint32_t)length : sizeof(buffer);
}

static void take_landed(struct request *q)
{
	q->cap_count = (uint32_t)min(INFO_CAPS(q->info), (int64_t)MESSAGE_CAPS_MAX);
	for (unsigned i = 0; i < q->cap_count; i++)
		q->cap[i] = desc.desc.landed[i] < 0 ? CAP_NONE : (cap_t)desc.desc.landed[i];
}

static void drop_landed(struct request *q)
{
	for (unsigned i = 0; i < q->cap_count; i++)
		if (q->cap[i] != CAP_NONE)
			os_cspace_delete(CAP_SELF_CSPACE, q->cap[i]);
	q->cap_count = 0;
}

static void request_fill(struct request *q, const struct os_received *r)
{
	q->id = r->id;
	q->handle = handle_from_cookie(r->cookie);
	q->who = r->who;
	q->cred = r->cred;
	q->info = r->info;
	q->words = r->words;
	q->data = buffer;
	q->data_bytes = offered(r->info);
	q->reply_bytes = 0;
	q->give_count = 0;
	q->give_flags = 0;
	q->give_delete = 0;
	if (INFO_CAPS(r->info))
		take_landed(q);
	else
		q->cap_count = 0;
}

/* CLOSE is answered first: only then the Connection is free. */
static int64_t closed(struct request *q, uint64_t cookie)
{
	os_reply(sys_endpoint, q->id, 0, &q->words, NULL);
	handle_disconnected(cookie);
	return SYS_LATER;
}

static int64_t serve(struct request *q, const struct os_received *r)
{
	if (r->info & (int64_t)INFO_ABANDONED)
		parked_sweep();
	switch (INFO_KIND(r->info)) {
	case MESSAGE_FAULT:
		return q->handle ? fault_serve(task_of(q->handle), q) : -ESRCH;
	case MESSAGE_SEND:
		return q->handle ? dispatch(q) : -ESRCH;
	case MESSAGE_CLOSE:
		return closed(q, r->cookie);
	case MESSAGE_PULSE:
		SYS_ASSERT(((struct pulse *)r->cookie)->act, "pulse");
		((struct pulse *)r->cookie)->act((struct pulse *)r->cookie, r->words.w[0]);
		return SYS_LATER;
	case MESSAGE_DISCONNECT:
		handle_disconnected(r->cookie);
		return SYS_LATER;
	case MESSAGE_NOTICE:
		notice_serve(r->id, r->words.w[0]);
		return SYS_LATER;
	}
	return -ENOSYS;
}

/* ---- the loop ---- */

/* Where the next message's data and capabilities go, behind what the reply has. */
static const struct message_desc *describe(const struct request *q)
{
	struct message_desc *d = &desc.desc;

	reply_describe(d, q);
	d->piece[d->send_count] = (struct message_piece){(uint64_t)buffer, sizeof(buffer)};
	return d;
}

static const struct message_desc *describe_nothing(void)
{
	struct message_desc *d = &desc.desc;

	d->send_count = 0;
	d->give_count = 0;
	d->piece[0] = (struct message_piece){(uint64_t)buffer, sizeof(buffer)};
	return os_accepts(d);
}

/* A few steps of long work, as many as fit in a short time: asking for a message between them costs as much as one. */
static void work_some(void)
{
	uint64_t start = os_tsc();

	while (work_step() && os_tsc() - start < WORK_TICKS)
		;
}

/* The right priority before a message is let go of: without one sys would not even come to raise it. True: there is
 * work. */
static bool set_priority(void)
{
	bool work = work_any();

	if (work != working) {
		working = work;
		os_thread_set_priority(BOOT_SLOT_THREAD, work ? PRIORITY_WORK : PRIORITY_WAITING, 0, 0);
	}
	return work;
}

/* Gets the next message; works while there is none. */
static void next(struct os_received *r)
{
	const struct message_desc *d = describe_nothing();
	int64_t got;

	do {
		bool work = set_priority();

		got = os_receive(sys_endpoint, r, d, work ? DEADLINE_NOW : DEADLINE_FOREVER);
		if (work && got < 0)
			work_some();
	} while (got < 0);
}

/* The same for Q that goes on. */
static bool forward_and_next(struct request *q, struct os_received *r)
{
	int64_t got;

	r->id = q->id;
	r->words = q->words;
	got = os_forward_receive(sys_endpoint, q->forward_to, q->forward_skip, r, describe_nothing(),
				 set_priority() ? DEADLINE_NOW : DEADLINE_FOREVER);
	if (got < 0)
		request_reply(q, got); /* in vain, if it did go on */
	return got >= 0;
}

/* Replies to Q and gets the next message in one call. False: that did not come to a message. */
static bool reply_and_next(struct request *q, int64_t status, struct os_received *r)
{
	const struct message_desc *d;
	int64_t got;

	if (status == SYS_FORWARD)
		return forward_and_next(q, r);
	d = q->reply_bytes || q->give_count ? describe(q) : describe_nothing();
	r->id = q->id;
	r->words = q->words;
	got = os_reply_receive(sys_endpoint, status, r, d, set_priority() ? DEADLINE_NOW : DEADLINE_FOREVER);
	if (got == -EABSENT)
		reply_later(q, status);
	else if (q->give_count)
		request_given(q);
	return got >= 0;
}

static _Noreturn void loop(void)
{
	static struct request q;
	static struct os_received r;
	bool have = false;

	for (;;) {
		int64_t status;

		if (!have)
			next(&r);
		request_fill(&q, &r);
		status = serve(&q, &r);
		if (q.cap_count)
			drop_landed(&q);
		have = status != SYS_LATER && reply_and_next(&q, status, &r);
	}
}

static void must(int64_t r, const char *what)
{
	if (r < 0)
		sys_panic("start: %s: error %d", what, (int)-r);
}

/* The endpoint, and this thread as its passive server. */
static void make_endpoint(void)
{
	struct kobj endpoint, reserve;

	must(kobj_make(&endpoint, OBJ_ENDPOINT, 0, &account_root), "endpoint");
	must(kobj_make(&reserve, OBJ_SCHED, 0, &account_root), "reserve");
	must(os_endpoint_configure(endpoint.slot, ENDPOINT_UNBLOCK, reserve.slot, PRIORITY_PULSE), "endpoint");
	must(os_thread_set_priority(BOOT_SLOT_THREAD, PRIORITY_WAITING, 0, 0), "priority");
	must(os_thread_configure(BOOT_SLOT_THREAD, CAP_NONE, CAP_NONE, endpoint.slot, CAP_NONE, CAP_NONE, CAP_NONE),
	     "passive");
	sys_endpoint = endpoint.slot;
	must(slot_take_run(MESSAGE_CAPS_MAX, &land), "slots");
	desc.desc = (struct message_desc){
	    .receive_count = 1,
	    .accept_count = MESSAGE_CAPS_MAX,
	    .land_min = land,
	    .land_max = land + MESSAGE_CAPS_MAX - 1,
	};
}

void os_main(void)
{
	memory_init();
	make_endpoint();
	space_init();
	alarm_init();
	path_init();
	proc_init();
	boot_start();
	loop();
}
