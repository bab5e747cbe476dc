/* SPDX-License-Identifier: 0BSD */
/* spawn.c: a new process with a program of its own, in one message, without a copy of the caller.
 *
 * File actions become steps on the child's descriptor space. What they open is opened here, into slots above the
 * descriptors, and given: so an error is found before there is a child. Whoever opens is the caller,
 * with the caller's ids.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "posix/build.h"
#include "posix/files.h"
#include "posix/internal.h"
#include "posix/path/path.h"
#include "posix/process.h"
#include "posix/process/spawn.h"
#include "posix/signal.h"

#define OPENED_MAX 96

struct spawn {
	const struct __posix_spawn_file_actions *actions;
	const struct __posix_spawnattr *attr;
	char *const *argv, *const *envp;
	pid_t pid;
	int directory; /* where relative names begin: a slot, or AT_FDCWD */
	unsigned opened_count;
	cap_t opened[OPENED_MAX];
	struct posix_image image;
};

static const struct slot_range private_slots = {POSIX_SLOT_MIN, POSIX_SLOT_MAX};

/* Opens for the child; the slot is closed when all is done. */
static int64_t open_for(struct spawn *s, const char *path, int flags, mode_t mode)
{
	int64_t slot;

	if (s->opened_count == OPENED_MAX)
		return -E2BIG;
	slot = posix_open(s->directory, path, flags | O_CLOEXEC | O_CLOFORK, mode, private_slots);
	if (slot >= 0)
		s->opened[s->opened_count++] = (cap_t)slot;
	return slot;
}

static int64_t step(struct spawn *s, uint32_t kind, uint64_t a, uint64_t b, uint64_t c)
{
	return posix_image_step(&s->image, (struct proc_step){.step = kind, .a = a, .b = b, .c = c});
}

static unsigned slot_flags(int open_flags)
{
	return (open_flags & O_CLOEXEC ? SLOT_CLOEXEC : 0) | (open_flags & O_CLOFORK ? SLOT_CLOFORK : 0);
}

/* The child's working directory is the open directory in SLOT, its own in its own table. */
static int64_t change_directory(struct spawn *s, cap_t slot, bool ours)
{
	if (ours) {
		s->directory = (int)slot;
		return step(s, STEP_GIVE, slot, SLOT_CWD, 0);
	}
	s->directory = (int)slot;
	return step(s, STEP_MOVE, slot, SLOT_CWD, 0);
}

static int64_t do_action(struct spawn *s, const struct spawn_action *a)
{
	int64_t r;

	switch (a->kind) {
	case ACTION_OPEN:
		r = open_for(s, a->path, a->flags, a->mode);
		return r < 0 ? r : step(s, STEP_GIVE, (uint64_t)r, (uint64_t)a->fd, slot_flags(a->flags));
	case ACTION_DUP2:
		return step(s, STEP_MOVE, (uint64_t)a->fd, (uint64_t)a->other, 0);
	case ACTION_CLOSE:
		return step(s, STEP_TAKE, (uint64_t)a->fd, 1, 0);
	case ACTION_CLOSE_FROM:
		return step(s, STEP_TAKE, (uint64_t)a->fd, SLOT_OPEN_MAX - (uint64_t)a->fd, 0);
	case ACTION_CHDIR:
		r = open_for(s, a->path, O_SEARCH | O_DIRECTORY, 0);
		return r < 0 ? r : change_directory(s, (cap_t)r, true);
	case ACTION_FCHDIR:
		return change_directory(s, (cap_t)a->fd, false);
	}
	return -EINVAL;
}

static int64_t file_actions(struct spawn *s)
{
	int64_t r = 0;

	for (const struct spawn_action *a = s->actions ? s->actions->first : NULL; a && r >= 0; a = a->next)
		r = do_action(s, a);
	return r < 0 ? r : step(s, STEP_DROP_CLOEXEC, 0, 0, 0);
}

static int64_t scheduling(struct spawn *s)
{
	const struct __posix_spawnattr *attr = s->attr;
	int policy = attr->policy;

	if (!(attr->flags & (POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_SETSCHEDPARAM)))
		return 0;
	if (!(attr->flags & POSIX_SPAWN_SETSCHEDULER)) {
		policy = sched_getscheduler(0);
		if (policy < 0)
			return -errno;
	}
	return step(s, STEP_SCHED, (uint64_t)policy,
		    policy == SCHED_OTHER ? NZERO : (uint64_t)attr->param.sched_priority, 0);
}

static int64_t identity(struct spawn *s)
{
	static const struct __posix_spawnattr plain;
	const struct __posix_spawnattr *attr = s->attr ? s->attr : &plain;
	uint64_t ignored = posix_control->ignored, blocked = posix_self()->record->blocked;
	int64_t r;

	s->attr = attr;
	if (attr->flags & POSIX_SPAWN_SETSIGDEF)
		ignored &= ~attr->defaults;
	if (attr->flags & POSIX_SPAWN_SETSIGMASK)
		blocked = attr->mask & ~(SIGNALS_FOREVER | SIGNALS_OWN);
	r = step(s, STEP_CONTROL, ignored, blocked, 1);
	if (r >= 0 && (attr->flags & POSIX_SPAWN_SETSID))
		r = step(s, STEP_SESSION, 0, 0, 0);
	if (r >= 0 && (attr->flags & POSIX_SPAWN_SETPGROUP))
		r = attr->group < 0 ? -EINVAL : step(s, STEP_GROUP, (uint64_t)attr->group, 0, 0);
	if (r >= 0 && (attr->flags & POSIX_SPAWN_RESETIDS))
		r = step(s, STEP_CRED, 1, 0, 0);
	return r < 0 ? r : scheduling(s);
}

static int64_t build(struct spawn *s)
{
	int64_t r = step(s, STEP_SPACE_NEW, 0, 0, 0);

	if (r >= 0)
		r = step(s, STEP_FDS_CLONE, 0, 0, 0);
	if (r >= 0)
		r = step(s, STEP_FS_COPY, 0, 0, 0);
	if (r >= 0)
		r = posix_image_map(&s->image);
	if (r >= 0)
		r = file_actions(s);
	if (r >= 0)
		r = identity(s);
	if (r >= 0)
		r = posix_image_start(&s->image);
	return r < 0 ? r : posix_image_build(&s->image, 0);
}

static int64_t try_spawn(void *context, const char *path)
{
	struct spawn *s = context;
	int64_t r;

	s->directory = AT_FDCWD;
	s->opened_count = 0;
	r = posix_image_open(&s->image, CAP_NONE, path, s->argv, s->envp);
	if (r >= 0)
		r = build(s);
	posix_image_close(&s->image);
	while (s->opened_count)
		os_close(s->opened[--s->opened_count], DEADLINE_FOREVER);
	if (r > 0)
		s->pid = (pid_t)r;
	return r;
}

static int finish(const struct spawn *s, int64_t r, pid_t *pid)
{
	if (r < 0)
		return (int)-r;
	if (pid)
		*pid = s->pid;
	return 0;
}

int posix_spawn(pid_t *restrict pid, const char *restrict path, const posix_spawn_file_actions_t *actions,
		const posix_spawnattr_t *restrict attr, char *const argv[], char *const envp[])
{
	struct spawn s;

	s.actions = actions ? *actions : NULL;
	s.attr = attr ? *attr : NULL;
	s.argv = argv;
	s.envp = envp;
	return finish(&s, try_spawn(&s, path), pid);
}

int posix_spawnp(pid_t *restrict pid, const char *restrict file, const posix_spawn_file_actions_t *actions,
		 const posix_spawnattr_t *restrict attr, char *const argv[], char *const envp[])
{
	struct spawn s;

	s.actions = actions ? *actions : NULL;
	s.attr = attr ? *attr : NULL;
	s.argv = argv;
	s.envp = envp;
	return finish(&s, posix_search(file, try_spawn, &s), pid);
}
