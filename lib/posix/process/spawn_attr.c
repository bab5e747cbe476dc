/* SPDX-License-Identifier: 0BSD */
/* spawn_attr.c: attributes and file actions of posix_spawn. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "posix/internal.h"
#include "posix/process/spawn.h"

#define FLAGS_ALL                                                                                                      \
	(POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSCHEDPARAM | POSIX_SPAWN_SETSCHEDULER |         \
	 POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID)

int posix_spawnattr_init(posix_spawnattr_t *attr)
{
	*attr = calloc(1, sizeof(**attr));
	return *attr ? 0 : ENOMEM;
}

int posix_spawnattr_destroy(posix_spawnattr_t *attr)
{
	free(*attr);
	return 0;
}

int posix_spawnattr_setflags(posix_spawnattr_t *attr, short flags)
{
	if (flags & ~FLAGS_ALL)
		return EINVAL;
	(*attr)->flags = flags;
	return 0;
}

int posix_spawnattr_getflags(const posix_spawnattr_t *restrict attr, short *restrict flags)
{
	*flags = (*attr)->flags;
	return 0;
}

/* The other five are all alike: a field that is set and got. */
#define FIELD(name, type, field, set_parameter, value)                                                                 \
	int posix_spawnattr_set##name(set_parameter)                                                                   \
	{                                                                                                              \
		(*attr)->field = value;                                                                                \
		return 0;                                                                                              \
	}                                                                                                              \
	int posix_spawnattr_get##name(const posix_spawnattr_t *restrict attr, type *restrict out)                      \
	{                                                                                                              \
		*out = (*attr)->field;                                                                                 \
		return 0;                                                                                              \
	}
#define BY_VALUE(type)	 posix_spawnattr_t *attr, type value
#define BY_POINTER(type) posix_spawnattr_t *restrict attr, const type *restrict value

FIELD(pgroup, pid_t, group, BY_VALUE(pid_t), value)
FIELD(schedpolicy, int, policy, BY_VALUE(int), value)
FIELD(schedparam, struct sched_param, param, BY_POINTER(struct sched_param), *value)
FIELD(sigdefault, sigset_t, defaults, BY_POINTER(sigset_t), *value)
FIELD(sigmask, sigset_t, mask, BY_POINTER(sigset_t), *value)

/* ---- file actions ---- */

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
	*actions = calloc(1, sizeof(**actions));
	if (!*actions)
		return ENOMEM;
	(*actions)->last = &(*actions)->first;
	return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
	struct spawn_action *next;

	for (struct spawn_action *a = (*actions)->first; a; a = next) {
		next = a->next;
		free(a);
	}
	free(*actions);
	return 0;
}

static int add(posix_spawn_file_actions_t *actions, struct spawn_action action, const char *path)
{
	size_t bytes = path ? strlen(path) + 1 : 0;
	struct spawn_action *a;

	if ((action.kind != ACTION_CHDIR && !posix_is_fd(action.fd)) ||
	    (action.kind == ACTION_DUP2 && !posix_is_fd(action.other)))
		return EBADF;
	a = malloc(sizeof(*a) + bytes);
	if (!a)
		return ENOMEM;
	*a = action;
	if (path)
		memcpy(a->path, path, bytes);
	*(*actions)->last = a;
	(*actions)->last = &a->next;
	return 0;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd, const char *restrict path,
				     int flags, mode_t mode)
{
	return add(actions, (struct spawn_action){.kind = ACTION_OPEN, .fd = fd, .flags = flags, .mode = mode}, path);
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int as)
{
	return add(actions, (struct spawn_action){.kind = ACTION_DUP2, .fd = fd, .other = as}, NULL);
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd)
{
	return add(actions, (struct spawn_action){.kind = ACTION_CLOSE, .fd = fd}, NULL);
}

int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first)
{
	return add(actions, (struct spawn_action){.kind = ACTION_CLOSE_FROM, .fd = first}, NULL);
}

int posix_spawn_file_actions_addchdir(posix_spawn_file_actions_t *restrict actions, const char *restrict path)
{
	return add(actions, (struct spawn_action){.kind = ACTION_CHDIR}, path);
}

int posix_spawn_file_actions_addfchdir(posix_spawn_file_actions_t *actions, int fd)
{
	return add(actions, (struct spawn_action){.kind = ACTION_FCHDIR, .fd = fd}, NULL);
}

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *restrict actions, const char *restrict path)
{
	return posix_spawn_file_actions_addchdir(actions, path);
}

int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t *actions, int fd)
{
	return posix_spawn_file_actions_addfchdir(actions, fd);
}
