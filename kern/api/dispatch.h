/* SPDX-License-Identifier: 0BSD */
/* dispatch.h: from a system call's number to its handler. */
#ifndef KERN_API_DISPATCH_H
#define KERN_API_DISPATCH_H

struct thread;

/* Makes (or makes again) the system call in T's registers. */
void syscall_dispatch(struct thread *t);

#endif
