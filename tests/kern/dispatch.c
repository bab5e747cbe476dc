/* SPDX-License-Identifier: 0BSD */
/* dispatch.c: what the dispatcher checks for every call by its table: type and rights of the
 * capability.
 *
 * The table here is the same syscall.def. A call on an empty slot or on a capability of another
 * type must answer EBADF; one that lacks the right, EACCES; neither may do anything, so any
 * arguments will do.
 */
#include "lib/kit.h"

#include <abi/boot.h>

enum {
	OBJ_ANY = OBJ_NONE,
	RIGHT_ANY_0 = 0,
#define OBJECT(NAME, name, min_log2, max_log2, description) RIGHT_##NAME##_0 = 0,
#include <abi/object.def>
#undef OBJECT
};

struct call {
	uint8_t number, type, right;
	const char *name;
};

static const struct call calls[] = {
#define CALL(call, OBJECT, RIGHT)	   {SYS_##call, OBJ_##OBJECT, RIGHT_##OBJECT##_##RIGHT, #call},
#define SYSCALL0(call, OBJECT, RIGHT, ...) CALL(call, OBJECT, RIGHT)
#define SYSCALL1(call, OBJECT, RIGHT, ...) CALL(call, OBJECT, RIGHT)
#define SYSCALL2(call, OBJECT, RIGHT, ...) CALL(call, OBJECT, RIGHT)
#define SYSCALL3(call, OBJECT, RIGHT, ...) CALL(call, OBJECT, RIGHT)
#define SYSCALL4(call, OBJECT, RIGHT, ...) CALL(call, OBJECT, RIGHT)
#define SYSCALL5(call, OBJECT, RIGHT, ...) CALL(call, OBJECT, RIGHT)
#define SYSCALL6(call, OBJECT, RIGHT, ...) CALL(call, OBJECT, RIGHT)
#include <abi/syscall.def>
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* One capability of each type that has calls. */
static cap_t sample[OBJ_TYPES];

static void make_samples(void)
{
	for (unsigned i = 0; i < OBJ_TYPES; i++)
		sample[i] = CAP_NONE;
	sample[OBJ_UNTYPED] = kit_make(OBJ_UNTYPED, 12);
	sample[OBJ_EXTENT] = kit_make(OBJ_EXTENT, 12);
	sample[OBJ_CSPACE] = kit_make(OBJ_CSPACE, 12);
	sample[OBJ_VSPACE] = kit_make(OBJ_VSPACE, 13);
	sample[OBJ_THREAD] = kit_make(OBJ_THREAD, 12);
	sample[OBJ_SCHED] = kit_make(OBJ_SCHED, 9);
	sample[OBJ_ENDPOINT] = kit_endpoint();
	sample[OBJ_EVENT] = kit_event();
	sample[OBJ_TIMER] = kit_make(OBJ_TIMER, 8);
	sample[OBJ_IRQ] = kit_make(OBJ_IRQ, 8);
	sample[OBJ_CONNECTION] = kit_connect(sample[OBJ_ENDPOINT], 1);
	sample[OBJ_SYSTEM] = BOOT_SLOT_SYSTEM;
	sample[OBJ_IOPORT] = kit_slot();
	EXPECT_OK(os_ioport_create(BOOT_SLOT_SYSTEM, 0x80, 1, sample[OBJ_IOPORT]));
	kit_foreign(sample[OBJ_IOPORT]);
}

/* A message call touches more registers than the others: all kinds are made alike. */
static int64_t make_call(const struct call *call, cap_t slot)
{
	struct os_words words = {{0}};
	struct os_received r = {0};

	switch (call->number) {
	case SYS_send:
		return os_send(slot, &words, NULL, DEADLINE_NOW, 0);
	case SYS_receive:
		return os_receive(slot, &r, NULL, DEADLINE_NOW);
	case SYS_reply:
		return os_reply(slot, 0, 0, &words, NULL);
	case SYS_reply_receive:
		return os_reply_receive(slot, 0, &r, NULL, DEADLINE_NOW);
	case SYS_forward:
		return os_forward(slot, 0, 0, &words, 0);
	case SYS_forward_receive:
		return os_forward_receive(slot, 0, 0, &r, NULL, DEADLINE_NOW);
	}
	return os_call_words(os_call_rax(call->number, 0, slot), &words);
}

static void expect(const struct call *call, int64_t got, int64_t want)
{
	test_check_eq(got, want, __FILE__, __LINE__, call->name);
}

TEST(dispatch, an_empty_slot_is_refused)
{
	cap_t empty = kit_slot();

	for (unsigned i = 0; i < CALLS; i++) {
		if (calls[i].type == OBJ_NONE)
			continue;
		expect(&calls[i], make_call(&calls[i], empty), -EBADF);
		expect(&calls[i], make_call(&calls[i], 0x00ffffff), -EBADF);
		expect(&calls[i], make_call(&calls[i], CAP_NONE), -EBADF);
	}
}

TEST(dispatch, another_type_is_refused)
{
	make_samples();
	for (unsigned i = 0; i < CALLS; i++) {
		for (unsigned type = 1; type < OBJ_TYPES && calls[i].type != OBJ_NONE; type++) {
			if (type != calls[i].type && sample[type] != CAP_NONE)
				expect(&calls[i], make_call(&calls[i], sample[type]), -EBADF);
		}
	}
}

TEST(dispatch, a_capability_without_the_right_is_refused)
{
	make_samples();
	for (unsigned i = 0; i < CALLS; i++) {
		cap_t weak;

		/* An Untyped is move-only and has one right: there is no weaker one. */
		if (!calls[i].right || calls[i].type == OBJ_UNTYPED)
			continue;
		weak = kit_copy(sample[calls[i].type], RIGHTS_ALL & ~calls[i].right);
		expect(&calls[i], make_call(&calls[i], weak), -EACCES);
		os_cspace_delete(CAP_SELF_CSPACE, weak);
	}
}
