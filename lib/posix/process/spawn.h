/* SPDX-License-Identifier: 0BSD */
/* spawn.h: what spawn.h's two pointers point to. */
#pragma once

#include <sched.h>
#include <signal.h>
#include <spawn.h>

struct __posix_spawnattr {
	short flags;
	pid_t group;
	int policy;
	struct sched_param param;
	sigset_t defaults, mask;
};

enum action_kind { ACTION_OPEN, ACTION_DUP2, ACTION_CLOSE, ACTION_CLOSE_FROM, ACTION_CHDIR, ACTION_FCHDIR };

struct spawn_action {
	struct spawn_action *next;
	enum action_kind kind;
	int fd, other;
	int flags;
	mode_t mode;
	char path[];
};

struct __posix_spawn_file_actions {
	struct spawn_action *first, **last;
};
