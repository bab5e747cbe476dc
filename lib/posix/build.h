/* SPDX-License-Identifier: 0BSD */
/* build.h: making processes: the image of a program, and sending the steps. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <abi/message.h>
#include <load/load.h>
#include <proto/step.h>
#include "posix/send.h"

/* Sends PROC_BUILD: `pieces` are the steps and the bytes behind them. Answers the new process's pid
 * (REPLACE: does not answer), or -errno. */
int64_t posix_build(const struct message_piece *pieces, unsigned count, unsigned step_count, uint64_t bytes,
		    uint32_t flags);

/* Scripts whose interpreter is a script. */
#define IMAGE_SCRIPTS_MAX 4
#define IMAGE_LINE_BYTES  256
#define IMAGE_STACK_BYTES 4096 /* arguments and environment that need no mapping */

/* A program about to be started. Large: for the stack of the caller. */
struct posix_image {
	struct load load;
	struct load_arguments arguments;
	struct load_stack stack;
	struct load_tail tail[LOAD_TAILS_MAX];
	cap_t file;
	bool file_borrowed; /* fexecve's */
	uint64_t bytes;	    /* behind the steps: tail, then stack */
	unsigned step_count;
	char *stack_text; /* of stack.bytes; own_text or a mapping */
	struct proc_step step[BUILD_STEPS_MAX];
	char tail_text[LOAD_PAGE];
	char line[IMAGE_SCRIPTS_MAX][IMAGE_LINE_BYTES];
	char own_text[IMAGE_STACK_BYTES] __attribute__((aligned(16)));
};

/* Opens PATH (or takes the open FILE, if it is not CAP_NONE), follows `#!`, and gets everything ready that
 * does not depend on the steps before: 0 or -errno. posix_image_close ends it in any case. */
int64_t posix_image_open(struct posix_image *image, cap_t file, const char *path, char *const argv[],
			 char *const envp[]);
void posix_image_close(struct posix_image *image);

/* Appends a step: -E2BIG when there is no room. */
int64_t posix_image_step(struct posix_image *image, struct proc_step step);
/* Appends those that fill the address space; then those that name and start it. */
int64_t posix_image_map(struct posix_image *image);
int64_t posix_image_start(struct posix_image *image);
/* Sends all of it. As posix_build. */
int64_t posix_image_build(struct posix_image *image, uint32_t flags);

/* Calls TRY with each place where PATH (the variable) says FILE could be, until it answers something but ENOENT,
 * ENOTDIR or EACCES: what it answered, or the error. */
int64_t posix_search(const char *file, int64_t (*try)(void *context, const char *path), void *context);
