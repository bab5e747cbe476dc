/* SPDX-License-Identifier: 0BSD */
/* path.h: what sys/path does for the other parts.
 *
 * A context (struct context) is a filesystem context: root, and a reference to a name space.
 */
#pragma once

#include "main/handle.h"
#include "main/request.h"

struct context;

/* Makes the first name space, empty, and the first context in it. */
void path_init(void);
/* Mounts a Connection (a slot of sys' own, taken over) at "/" of the first name space. */
int path_mount_root(cap_t connection);
/* The first context; borrows. */
struct context *path_first(void);

/* Copies (its own root, the same name space). One reference. */
int path_context_copy(struct context *from, struct context **out);
struct context *path_context_get(struct context *c);
void path_context_put(struct context *c);
/* A capability in sys' own table: to be bound as a thread's home. */
int path_context_open(struct context *c, cap_t *slot);
/* The context that a capability in sys' own table stands for; NULL: none. Borrows. */
struct context *path_context_of(cap_t slot);
/* The same by its handle. */
struct context *path_context_from(struct handle *handle);
/* A copy of the working directory, as it was told, in sys' own table. ENOENT: not known. */
int path_context_cwd(const struct context *c, cap_t *slot);
/* What is told as its working directory; takes SLOT over. */
void path_context_set_cwd(struct context *c, cap_t slot);
uint32_t path_context_id(const struct context *c);
uint32_t path_namespace_id(const struct context *c);
/* A capability to its name space with the right to mount, in sys' own table. */
int path_mount_right(struct context *c, cap_t *slot);

/* PROC_INFO's kinds that are path's (contexts, name spaces): answers as sys_proc_info does. */
int64_t path_info(struct request *q);
