/* SPDX-License-Identifier: 0BSD */
/* containers.h: what threads are bound to, as capabilities.
 *
 * A capability to a container lies in a slot of the caller's descriptor space beyond the descriptors. A thread that is to
 * be bound to other containers than its creator's is made with attributes that say so.
 */
#pragma once

#include <pthread.h>
#include <proto/info.h>
#include <parley/call.h>

/* What the first thread of process PID (0: the caller's own) is bound to: KIND is INFO_VSPACE, INFO_FDSPACE or INFO_CONTEXT.
 * The slot, or -1 with errno: ESRCH, EPERM for another user's process, EINVAL. */
long posix_container_open(pid_t pid, enum info_kind kind);
/* A copy of the calling thread's filesystem context. The slot, or -1 with errno. */
long posix_context_copy(void);
void posix_container_close(cap_t slot);

/* Filesystem context and descriptor space of threads made with ATTR; 0: the creator's. pthread_create answers EBADF if the
 * slot holds none. */
void posix_attr_bind(pthread_attr_t *attr, cap_t context, cap_t fdspace);

/* Where in the attributes' spare words they stand. */
enum { POSIX_ATTR_CONTEXT, POSIX_ATTR_FDSPACE };
