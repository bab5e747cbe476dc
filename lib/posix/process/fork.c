/* SPDX-License-Identifier: 0BSD */
/* fork.c: a copy of the process with the calling thread alone: five steps in one message. */
#include <errno.h>
#include <proto/step.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include "posix/build.h"
#include "posix/files.h"
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"

int64_t posix_fork_split(void);
int64_t posix_fork_build(uint64_t stack_pointer);
extern const char posix_fork_entry[];

int64_t posix_fork_build(uint64_t stack_pointer)
{
	uint64_t self = (uint64_t)posix_self();
	struct proc_step steps[] = {
	    {.step = STEP_SPACE_CLONE},
	    {.step = STEP_FDS_CLONE},
	    {.step = STEP_FS_COPY},
	    {.step = STEP_CONTROL, .a = posix_control->ignored, .b = SIGNALS_ALL},
	    {.step = STEP_THREAD, .a = (uint64_t)posix_fork_entry, .b = stack_pointer, .d = self},
	};
	struct message_piece piece = {(uint64_t)steps, sizeof(steps)};

	return posix_build(&piece, 1, sizeof(steps) / sizeof(steps[0]), 0, 0);
}

pid_t fork(void)
{
	uint64_t mask;
	int64_t r;

	posix_fork_prepare();
	posix_libc_fork_prepare();
	mask = posix_mask_all();
	r = posix_fork_split();
	if (r == 0) {
		posix_threads_fork_child();
		posix_timers_fork_child();
		posix_files_fork_child();
	}
	posix_libc_fork_done();
	posix_mask_replace(mask);
	if (r == 0)
		posix_fork_child();
	else
		posix_fork_parent();
	return (pid_t)posix_result(r == -ENOMEM ? -EAGAIN : r);
}

/* A process that borrows its parent's memory would be no safer and hardly cheaper. */
pid_t vfork(void) { return fork(); }

/* ---- pthread_atfork ---- */

#define HANDLERS_MAX 64

static struct {
	void (*prepare)(void), (*parent)(void), (*child)(void);
} handlers[HANDLERS_MAX];
static unsigned handler_count;
static uint32_t lock;

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	int error = ENOMEM;

	posix_lock(&lock);
	if (handler_count < HANDLERS_MAX) {
		handlers[handler_count].prepare = prepare;
		handlers[handler_count].parent = parent;
		handlers[handler_count].child = child;
		handler_count++;
		error = 0;
	}
	posix_unlock(&lock);
	return error;
}

void posix_fork_prepare(void)
{
	for (unsigned i = handler_count; i-- > 0;) {
		if (handlers[i].prepare)
			handlers[i].prepare();
	}
}

void posix_fork_parent(void)
{
	for (unsigned i = 0; i < handler_count; i++) {
		if (handlers[i].parent)
			handlers[i].parent();
	}
}

void posix_fork_child(void)
{
	for (unsigned i = 0; i < handler_count; i++) {
		if (handlers[i].child)
			handlers[i].child();
	}
}
