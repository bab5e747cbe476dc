/* SPDX-License-Identifier: 0BSD */
/* limits.c: limits, priorities and use of resources. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/time.h"

uint32_t posix_files_max = SLOT_OPEN_MAX;

static int64_t limit_message(int resource, const struct rlimit *limit, struct rlimit *old)
{
	struct os_words w = {{PROTO_WORD0(PROC_LIMIT, limit ? LIMIT_SET : 0, 0), (uint64_t)resource}};
	int64_t r;

	if (resource < 0 || resource >= RLIM_NLIMITS)
		return -EINVAL;
	if (limit) {
		if (limit->rlim_cur > limit->rlim_max)
			return -EINVAL;
		if (resource == RLIMIT_NOFILE && limit->rlim_max > SLOT_OPEN_MAX)
			return -EPERM;
		w.w[2] = limit->rlim_cur;
		w.w[3] = limit->rlim_max;
	}
	r = posix_send(CAP_SELF_PROCESS, &w, NULL);
	if (r < 0)
		return r;
	if (old)
		*old = (struct rlimit){w.w[1], w.w[2]};
	if (limit && resource == RLIMIT_NOFILE)
		posix_files_max = (uint32_t)limit->rlim_cur;
	return r;
}

int getrlimit(int resource, struct rlimit *limit) { return posix_zero(limit_message(resource, NULL, limit)); }

int setrlimit(int resource, const struct rlimit *limit) { return posix_zero(limit_message(resource, limit, NULL)); }

int prlimit(pid_t pid, int resource, const struct rlimit *limit, struct rlimit *old)
{
	if (pid && pid != getpid())
		return posix_zero(-EPERM);
	return posix_zero(limit_message(resource, limit, old));
}

/* ---- use ---- */

static struct timeval timeval_of(uint64_t ns)
{
	return (struct timeval){(time_t)(ns / OS_S), (suseconds_t)(ns % OS_S / OS_US)};
}

int getrusage(int who, struct rusage *usage)
{
	struct posix_usage u;
	int64_t r = -EINVAL;

	if (who == RUSAGE_SELF || who == RUSAGE_CHILDREN || who == RUSAGE_THREAD)
		r = posix_usage_get(who, &u);
	if (r < 0)
		return posix_zero(r);
	memset(usage, 0, sizeof(*usage));
	usage->ru_utime = timeval_of(u.user_ns);
	usage->ru_stime = timeval_of(u.system_ns);
	usage->ru_maxrss = (long)(u.high_water_bytes >> 10);
	usage->ru_minflt = (long)u.faults;
	return 0;
}

/* ---- nice values: the priority of SCHED_OTHER, 1 to 40 ---- */

static int64_t nice_get(pid_t pid, int *value)
{
	struct os_words w = {{PROTO_WORD0(PROC_SCHED_GET, 0, 0), (uint64_t)pid}};
	int64_t r = posix_send(CAP_SELF_PROCESS, &w, NULL);

	if (r >= 0)
		*value = w.w[1] == SCHED_OTHER ? NZERO - (int)w.w[2] : 0;
	return r;
}

static int64_t nice_set(pid_t pid, int value)
{
	struct os_words w = {{PROTO_WORD0(PROC_SCHED_SET, 0, 0), (uint64_t)pid, 0, SCHED_OTHER}};

	value = value < -NZERO ? -NZERO : value > NZERO - 1 ? NZERO - 1 : value;
	w.w[4] = (uint64_t)(NZERO - value);
	return posix_send(CAP_SELF_PROCESS, &w, NULL);
}

static int64_t process_of(int which, id_t who)
{
	if (which != PRIO_PROCESS && which != PRIO_PGRP && which != PRIO_USER)
		return -EINVAL;
	if (which == PRIO_PROCESS)
		return who;
	/* Groups and users as a whole have no message: only one's own, meaning the caller. */
	if (who == 0 || (which == PRIO_PGRP && who == (id_t)getpgrp()) || (which == PRIO_USER && who == getuid()))
		return 0;
	return -ENOTSUP;
}

int getpriority(int which, id_t who)
{
	int64_t r = process_of(which, who);
	int value;

	if (r >= 0)
		r = nice_get((pid_t)r, &value);
	/* -1 is a good answer, too: who wants to know clears errno before. */
	return r < 0 ? posix_zero(r) : value;
}

int setpriority(int which, id_t who, int priority)
{
	int64_t pid = process_of(which, who);
	int64_t r = pid < 0 ? pid : nice_set((pid_t)pid, priority);

	return posix_zero(r == -EPERM && priority < 0 ? -EACCES : r);
}
