/* SPDX-License-Identifier: 0BSD */
/* table.c: the dispatcher's table, expanded from syscall.def. */
#include "api/table.h"

#include <abi/errno.h>
#include <abi/object.h>

/* syscall.def says ANY for "no capability" and 0 for "no right". */
enum {
	OBJ_ANY = OBJ_NONE,
	RIGHT_ANY_0 = 0,
#define OBJECT(NAME, name, min_log2, max_log2, description) RIGHT_##NAME##_0 = 0,
#include <abi/object.def>
#undef OBJECT
};

#define ENTRY(call, OBJECT, RIGHT, KIND, count)                                                                        \
	[SYS_##call] = {.handler = sys_##call,                                                                         \
			.type = OBJ_##OBJECT,                                                                          \
			.right = RIGHT_##OBJECT##_##RIGHT,                                                             \
			.kind = KIND_##KIND,                                                                           \
			.arguments = count},

static int64_t unknown(struct thread *t, struct slot *slot, const uint64_t *arg) { return -ENOSYS; }

const struct syscall syscall_table[256] = {
    [SYSCALL_COUNT... 255] = {.handler = unknown},
#define SYSCALL0(call, OBJECT, RIGHT, KIND, ...) ENTRY(call, OBJECT, RIGHT, KIND, 0)
#define SYSCALL1(call, OBJECT, RIGHT, KIND, ...) ENTRY(call, OBJECT, RIGHT, KIND, 1)
#define SYSCALL2(call, OBJECT, RIGHT, KIND, ...) ENTRY(call, OBJECT, RIGHT, KIND, 2)
#define SYSCALL3(call, OBJECT, RIGHT, KIND, ...) ENTRY(call, OBJECT, RIGHT, KIND, 3)
#define SYSCALL4(call, OBJECT, RIGHT, KIND, ...) ENTRY(call, OBJECT, RIGHT, KIND, 4)
#define SYSCALL5(call, OBJECT, RIGHT, KIND, ...) ENTRY(call, OBJECT, RIGHT, KIND, 5)
#define SYSCALL6(call, OBJECT, RIGHT, KIND, ...) ENTRY(call, OBJECT, RIGHT, KIND, 6)
#include <abi/syscall.def>
};
