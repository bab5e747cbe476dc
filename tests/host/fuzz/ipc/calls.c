/* SPDX-License-Identifier: 0BSD */
/* calls.c: random system calls, mostly meaningful.
 *
 * Words are described by letters, one for each argument; messages, whose arguments are in other
 * registers, are chosen by what the thread is doing: one that has a current message mostly answers
 * it.
 */
#include "host/fuzz/ipc/calls.h"

#include <string.h>
#include <abi/fault.h>
#include <abi/message.h>
#include <abi/sync.h>
#include "api/table.h"
#include "host/fuzz/ipc/machine.h"
#include "host/fuzz/ipc/world.h"
#include "lib/bits.h"
#include "mm/walk.h"
#include "obj/connection.h"
#include "sched/timeout.h"

#define rnd machine_random

#define IDS 16

static uint64_t ids[IDS];
static unsigned ids_next;

void calls_reset(void)
{
	memset(ids, 0, sizeof(ids));
	ids_next = 0;
}

static uint64_t some_page(void) { return (rnd(3) ? PRIVATE_VA : SHARED_VA) + rnd(REGION_PAGES) * PAGE_SIZE; }

static uint64_t some_address(void)
{
	if (rnd(50) == 0)
		return rnd(2) ? 0x7000000000 + rnd(9000) : ~0ull - rnd(100000);
	return some_page() + rnd(PAGE_SIZE);
}

static uint64_t some_deadline(void)
{
	switch (rnd(8)) {
	case 0:
		return DEADLINE_NOW;
	case 1:
	case 2:
		return time_now() + rnd(30000);
	case 3:
		return time_now() + rnd(500000);
	default:
		return DEADLINE_FOREVER;
	}
}

static uint64_t some_length(void)
{
	static const uint32_t below[] = {8, 64, 500, 4096, 9000, 40000};

	return rnd(below[rnd(array_len(below))]);
}

static uint64_t some_id(const struct thread *t)
{
	if (t->current && rnd(2))
		return rnd(2) ? 0 : t->current->id;
	return ids[rnd(IDS)];
}

static uint64_t some_connection(const struct thread *t)
{
	const struct slot *s = cspace_slot(t->cspace, world_slot(t->cspace, OBJ_CONNECTION));

	if (s->type != OBJ_CONNECTION)
		return rnd(100000);
	return connection_number(container_of(s->object, struct connection, object));
}

/* A descriptor somewhere in T's memory, written if its page is there. */
static uint64_t some_desc(struct thread *t)
{
	uint64_t va = some_page() + 64 * rnd(56);
	struct message_desc *d = t->vspace ? walk_page(t->vspace, va, WALK_WRITE) : NULL;
	unsigned pieces;

	if (rnd(40) == 0)
		return some_address();
	if (!d)
		return va;
	memset(d, 0, sizeof(*d));
	d->send_count = (uint16_t)(rnd(3) ? 1 : rnd(5));
	d->receive_count = (uint16_t)(rnd(3) ? 1 : rnd(5));
	d->give_count = (uint8_t)(rnd(3) ? 0 : rnd(5));
	d->accept_count = (uint8_t)(rnd(3) ? 0 : rnd(5));
	d->give_flags = (uint8_t)rnd(4);
	d->land_max = (cap_t)(10 + rnd(200));
	for (unsigned i = 0; i < MESSAGE_CAPS_MAX; i++)
		d->give[i] = world_slot(t->cspace, rnd(2) ? OBJ_CONNECTION : OBJ_NONE);
	d->connect_cookie = rnd(1000);
	pieces = (unsigned)min((PAGE_SIZE - va % PAGE_SIZE - sizeof(*d)) / sizeof(d->piece[0]), 10ul);
	for (unsigned i = 0; i < pieces; i++)
		d->piece[i] = (struct message_piece){some_address(), some_length()};
	return va;
}

static uint64_t desc_or_none(struct thread *t) { return rnd(2) ? 0 : some_desc(t) | (rnd(2) ? DESC_ACCEPTS : 0); }

/* A word to wait on; locks have others. Sometimes the program changes it. */
static uint64_t some_word(struct thread *t, bool lock)
{
	uint64_t va = (rnd(2) ? PRIVATE_VA : SHARED_VA) + 14 * PAGE_SIZE + 8 * rnd(3) + (lock ? 64 : 0);
	uint32_t *word = t->vspace ? walk_page(t->vspace, va, WALK_WRITE) : NULL;

	if (word && rnd(8) == 0)
		*word = lock ? (uint32_t)(rnd(2) ? 0 : thread_number(t)) : (uint32_t)rnd(2);
	return va;
}

static cap_t named(const struct thread *t, unsigned type) { return rnd(6) ? world_slot(t->cspace, type) : CAP_NONE; }

static uint64_t argument(struct thread *t, char letter)
{
	switch (letter) {
	case 'T':
		return named(t, OBJ_THREAD);
	case 'C':
		return rnd(3) ? CAP_NONE : named(t, OBJ_CSPACE);
	case 'V':
		return rnd(3) ? CAP_NONE : named(t, OBJ_VSPACE);
	case 'S':
		return named(t, rnd(3) ? OBJ_SCHED : OBJ_ENDPOINT);
	case 'H':
		return named(t, OBJ_SCHED);
	case 'E':
		return named(t, OBJ_ENDPOINT);
	case 'K':
		return named(t, OBJ_CONNECTION);
	case 'N':
		return named(t, OBJ_EVENT);
	case 's':
		return world_slot(t->cspace, OBJ_NONE);
	case 'm':
		return CAP_SELF_CSPACE;
	case 'l':
		return rnd(200);
	case 'h':
		return 200 + rnd(200);
	case 'd':
		return some_deadline();
	case 'i':
		return some_id(t);
	case 'D':
		return some_desc(t);
	case 'k':
		return some_connection(t);
	case 'a':
		return some_address();
	case 'A':
		return some_page() + 256 * rnd(16);
	case 'w':
		return some_word(t, false);
	case 'L':
		return some_word(t, true);
	case 'b':
		return rnd(16);
	case '2':
		return rnd(2);
	case '3':
		return rnd(4);
	case 'p':
		return rnd(10);
	case 'g':
		return rnd(2) ? 0 : 10000 + rnd(200000);
	case 'G':
		return 200000 + rnd(300000);
	case 'c':
		return rnd(MACHINE_CPUS);
	case 'r':
		return rnd(3) ? RIGHTS_ALL : rnd(256);
	case 'W':
		return rnd(2) ? 0 : some_page();
	case 'o':
		return rnd(3) ? 0 : rnd(9000);
	default:
		return 0;
	}
}

static const struct {
	uint8_t number, weight;
	const char *args;
	uint8_t on; /* what the slot names; 0: as the call's table says */
} calls[] = {
    {SYS_msg_read, 4, "ioD", 0},
    {SYS_msg_write, 4, "ioD", 0},
    {SYS_requeue, 1, "0", 0},
    {SYS_close, 5, "sd", 0},
    {SYS_connect, 2, "blh2", 0},
    {SYS_rearm, 1, "kb", 0},
    {SYS_sever, 1, "k", 0},
    {SYS_connection_open, 1, "klh2", 0},
    {SYS_set_cookie, 1, "kb", 0},
    {SYS_set_ready, 2, "kbb", 0},
    {SYS_identify, 1, "K", 0},
    {SYS_endpoint_configure, 1, "2Hp", 0},
    {SYS_event_configure, 2, "Ebp", 0},
    {SYS_event_signal, 4, "b", 0},
    {SYS_event_watch, 3, "Kbb", 0},
    {SYS_event_thread, 1, "Tb2", 0},
    {SYS_poll, 1, "Ab", 0},
    {SYS_timer_set, 2, "dgNb", 0},
    {SYS_timer_cancel, 1, "", 0},
    {SYS_thread_configure, 3, "CVSKKK", 0},
    {SYS_thread_start, 1, "000", 0},
    {SYS_thread_resume, 2, "", 0},
    {SYS_thread_suspend, 2, "", 0},
    {SYS_thread_set_registers, 1, "A", 0},
    {SYS_thread_get_registers, 1, "A", 0},
    {SYS_thread_set_priority, 3, "pp0", 0},
    {SYS_thread_set_cpu, 3, "c", 0},
    {SYS_thread_divert, 3, "b2", 0},
    {SYS_thread_undivert, 2, "", 0},
    {SYS_thread_info, 1, "", 0},
    {SYS_yield, 2, "", 0},
    {SYS_exit, 1, "", 0},
    {SYS_sched_configure, 1, "gGg0", 0},
    {SYS_sched_info, 1, "", 0},
    {SYS_sync_wait, 4, "w2d2", 0},
    {SYS_sync_wake, 4, "wb2", 0},
    {SYS_lock_wait, 5, "Ld2", 0},
    {SYS_lock_wake, 5, "L2", 0},
    {SYS_sleep, 2, "d", 0},
    {SYS_cspace_copy, 2, "mslhr3", 0},
    {SYS_cspace_derive, 1, "mslhr3", 0},
    {SYS_cspace_move, 1, "msl3", 0},
    {SYS_cspace_delete, 2, "s", 0},
    {SYS_cspace_revoke, 1, "s", 0},
    {SYS_null, 1, "", 0},
};

static void choose_plain(struct thread *t)
{
	unsigned total = 0, i = 0, n;
	uint64_t slot;

	for (n = 0; n < array_len(calls); n++)
		total += calls[n].weight;
	for (n = (unsigned)rnd(total); n >= calls[i].weight; i++)
		n -= calls[i].weight;
	slot = world_slot(t->cspace, syscall_table[calls[i].number].type);
	if (syscall_table[calls[i].number].type == OBJ_CSPACE)
		slot = CAP_SELF_CSPACE;
	if (syscall_table[calls[i].number].type == OBJ_THREAD && rnd(6) == 0)
		slot = CAP_SELF_THREAD;
	for (n = 0; calls[i].args[n]; n++)
		t->regs.w[n] = argument(t, calls[i].args[n]);
	t->regs.rax = calls[i].number | slot << 32;
}

static void choose_send(struct thread *t)
{
	uint64_t slot = world_slot(t->cspace, OBJ_CONNECTION);

	if (rnd(20) == 0)
		slot = rnd(2) ? CAP_SELF_HOME : CAP_SELF_PROCESS;
	t->regs.rax = SYS_send | (rnd(4) ? 0 : rnd(4)) << 8 | slot << 32;
	t->regs.rbx = some_deadline();
	t->regs.r14 = desc_or_none(t);
}

/* The slot of an Endpoint, the one that T works for if it is there. */
static uint64_t endpoint_slot(const struct thread *t, const struct endpoint *ep)
{
	cap_t at = 0;

	for (unsigned i = 0; i < 12; i++) {
		at = world_slot(t->cspace, OBJ_ENDPOINT);
		if (!ep || cspace_slot(t->cspace, at)->object == &ep->object)
			break;
	}
	return at;
}

/* The slot of a Connection, of one where a server waits if there is one. */
static uint64_t served_connection(const struct thread *t)
{
	cap_t at = 0;

	for (unsigned i = 0; i < 12; i++) {
		const struct slot *s;

		at = world_slot(t->cspace, OBJ_CONNECTION);
		s = cspace_slot(t->cspace, at);
		if (s->type == OBJ_CONNECTION && slot_object(s, connection)->endpoint->receivers.next->fast)
			break;
	}
	return at;
}

/* As a server between others does: mostly words, for ever. */
static void choose_forward(struct thread *t, uint64_t slot)
{
	t->regs.rax = (rnd(4) ? SYS_forward_receive : SYS_forward) | slot << 32;
	t->regs.rbp = served_connection(t) | (rnd(4) ? 0 : rnd(9000)) << 32;
	t->regs.rbx = rnd(4) ? 0 : some_id(t);
	if (rnd(4)) {
		t->regs.r15 = DEADLINE_FOREVER;
		t->regs.r14 = rnd(2) ? 0 : t->regs.r14 | DESC_ACCEPTS;
	}
}

static void choose_serve(struct thread *t)
{
	const struct endpoint *ep = t->current ? t->current->connection->home : rnd(2) ? t->serves : NULL;
	uint64_t slot = endpoint_slot(t, ep);
	unsigned number = rnd(3) ? SYS_reply_receive : rnd(2) ? SYS_reply : SYS_receive;

	t->regs.rax = number | slot << 32;
	t->regs.rbx = some_id(t);
	t->regs.r14 = desc_or_none(t);
	t->regs.r15 = some_deadline();
	t->regs.rbp = rnd(8) ? rnd(100) : -rnd(50);
	if (rnd(t->current ? 2 : 16) == 0)
		choose_forward(t, slot);
}

/* A pager does what it can. */
static void serve_fault(const struct message *m)
{
	const uint64_t *words = m->sender->fault_words;

	if (m->kind == MESSAGE_FAULT && (words[FAULT_WORD_KIND] & 0xff) == FAULT_PAGE && m->sender->vspace && rnd(8))
		world_map(m->sender->vspace, words[FAULT_WORD_ADDRESS]);
}

void calls_choose(struct thread *t)
{
	if (t->current) {
		ids[ids_next++ % IDS] = t->current->id;
		serve_fault(t->current);
	}
	for (unsigned i = 0; i < MESSAGE_WORDS; i++)
		t->regs.w[i] = rnd(1000);
	switch (rnd(8)) {
	case 0:
	case 1:
		choose_plain(t);
		break;
	case 2:
	case 3:
	case 4:
		choose_serve(t);
		break;
	default:
		if ((t->current && rnd(8)) || (!t->own && rnd(2)))
			choose_serve(t);
		else
			choose_send(t);
	}
}

const char *calls_name(const struct thread *t)
{
	static const char *const names[256] = {
#define SYSCALL0(call, ...) [SYS_##call] = #call,
#define SYSCALL1	    SYSCALL0
#define SYSCALL2	    SYSCALL0
#define SYSCALL3	    SYSCALL0
#define SYSCALL4	    SYSCALL0
#define SYSCALL5	    SYSCALL0
#define SYSCALL6	    SYSCALL0
#include <abi/syscall.def>
	};

	return names[(uint8_t)t->regs.rax];
}
