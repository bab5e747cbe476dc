/* SPDX-License-Identifier: 0BSD */
/* object.h: object types, rights, slot flags and special slots, expanded from the tables. */
#pragma once

#include <stdint.h>

/* Names a slot of a CSpace: a small number, like a file descriptor. */
typedef uint32_t cap_t;

enum object_type {
	OBJ_NONE = 0,
#define OBJECT(NAME, name, min_log2, max_log2, description) OBJ_##NAME,
#include <abi/object.def>
#undef OBJECT
	OBJ_TYPES
};

enum right {
#define RIGHT(OBJECT, NAME, bit, allows) RIGHT_##OBJECT##_##NAME = 1 << (bit),
#include <abi/right.def>
#undef RIGHT
	RIGHTS_ALL = 0xff
};

/* Or'ed into the rights of a copy of a Thread: the greatest priority that the copy can set, if that
 * is less than its source's. 0: the same as its source. */
#define RIGHTS_PRIORITY(priority) ((uint32_t)(priority) << 8)

/* Slot flags. */
enum {
	SLOT_CLOEXEC = 1 << 0, /* dropped by cspace_drop(SLOT_CLOEXEC) */
	SLOT_CLOFORK = 1 << 1, /* not cloned by cspace_clone */
	SLOT_FLAGS = SLOT_CLOEXEC | SLOT_CLOFORK
};

/* Special slot numbers: the caller's own bindings. They need no slot and cannot be copied. */
#define CAP_SELF_THREAD ((cap_t)0xffffffffu)
#define CAP_SELF_CSPACE ((cap_t)0xfffffffeu)
#define CAP_SELF_VSPACE ((cap_t)0xfffffffdu)
/* Connections bound by thread_configure: to send on. */
#define CAP_SELF_HOME	 ((cap_t)0xfffffffcu)
#define CAP_SELF_PROCESS ((cap_t)0xfffffffbu)
/* No capability: an optional argument that is absent. */
#define CAP_NONE ((cap_t)0xfffffff0u)
