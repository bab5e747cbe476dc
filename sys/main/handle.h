/* SPDX-License-Identifier: 0BSD */
/* handle.h: what a Connection to `sys` stands for.
 *
 * A handle is embedded in a container (thread, process, space, context, ...). Its address is the
 * Connection's cookie. It gets a Connection when it is first opened; when nobody holds that any
 * more (no capability, no binding of a thread, no message), the kernel says so once and the
 * container's `gone` function is called: <kind>_gone below. Connections are used again for other
 * handles.
 *
 * A container that ends while somebody may still hold its Connection calls handle_close: then
 * messages that come by it are answered ESRCH and `gone` is not called. Its memory can be freed at
 * once.
 */
#pragma once

#include "main/sys.h"

/* HANDLE(KIND, gone function): each part provides the function of its kinds. */
#define HANDLE_KINDS(HANDLE)                                                                                           \
	HANDLE(THREAD, proc_thread_gone)                                                                               \
	HANDLE(PROCESS, proc_process_gone)                                                                             \
	HANDLE(ACCOUNT, account_gone)                                                                                  \
	HANDLE(CONTEXT, path_context_gone)                                                                             \
	HANDLE(NAMESPACE, path_namespace_gone)                                                                         \
	HANDLE(DIRECTORY, path_directory_gone)                                                                         \
	HANDLE(SPACE, space_gone) HANDLE(FDS, fds_gone) HANDLE(MEMOBJ, memobj_gone) HANDLE(RIGHT, proc_right_gone)

enum handle_kind {
	HANDLE_NONE,
#define HANDLE(KIND, gone) HANDLE_##KIND,
	HANDLE_KINDS(HANDLE)
#undef HANDLE
};

struct handle {
	enum handle_kind kind;
	uint32_t rights;     /* the kind's own: a handle that may do more than another */
	uint64_t connection; /* its number; 0: none yet */
};

#define HANDLE(KIND, gone) void gone(struct handle *handle);
HANDLE_KINDS(HANDLE)
#undef HANDLE

static inline void handle_init(struct handle *h, enum handle_kind kind) { *h = (struct handle){.kind = kind}; }

/* Makes a capability to H in a slot of sys' own: to be bound to threads, given (request_give), or
 * put into a CSpace; the caller deletes it with slot_delete. ENOMEM, EMFILE. */
int handle_open(struct handle *h, cap_t *slot);

/* See above. Harmless when there is no Connection. */
void handle_close(struct handle *h);

/* The handle that a capability in a slot of sys' own stands for, if it is of KIND; else NULL. */
struct handle *handle_of(cap_t slot, enum handle_kind kind);

/* Bytes of heap for Connections that wait for their next handle. */
uint64_t handle_spare_records(void);
