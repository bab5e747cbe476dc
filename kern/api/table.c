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
};

static int64_t unknown(struct thread *t, struct slot *slot, const uint64_t *arg) { return -ENOSYS; }

const struct syscall syscall_table[256] = {
    [SYSCALL_COUNT... 255] = {.handler = unknown},
#define SYSCALL(name, OBJECT, RIGHT, ...) [SYS_##name] = {sys_##name, OBJ_##OBJECT, RIGHT_##OBJECT##_##RIGHT},
#include <abi/syscall_each.h>
};
