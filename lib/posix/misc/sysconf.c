/* SPDX-License-Identifier: 0BSD */
/* sysconf.c: what the system can do, and its limits as numbers: one table. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>
#include <parley/clock.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/time.h"

#define POSIX_2008 200809L
#define NONE	   -1L
/* Values that are asked for when they are wanted. */
#define ASK -2L

static const struct {
	short name;
	long value;
} table[] = {
    {_SC_ARG_MAX, ARG_MAX},
    {_SC_CHILD_MAX, CHILD_MAX},
    {_SC_CLK_TCK, 100},
    {_SC_NGROUPS_MAX, NGROUPS_MAX},
    {_SC_OPEN_MAX, ASK},
    {_SC_JOB_CONTROL, 1},
    {_SC_SAVED_IDS, 1},
    {_SC_VERSION, POSIX_2008},
    {_SC_PAGESIZE, 4096},
    {_SC_NPROCESSORS_CONF, ASK},
    {_SC_NPROCESSORS_ONLN, ASK},
    {_SC_PHYS_PAGES, ASK},
    {_SC_AVPHYS_PAGES, ASK},
    {_SC_RTSIG_MAX, RTSIG_MAX},
    {_SC_SEM_NSEMS_MAX, INT_MAX},
    {_SC_SEM_VALUE_MAX, SEM_VALUE_MAX},
    {_SC_SIGQUEUE_MAX, SIGQUEUE_MAX},
    {_SC_TIMER_MAX, TIMER_MAX},
    {_SC_TZNAME_MAX, 10},
    {_SC_FSYNC, POSIX_2008},
    {_SC_MAPPED_FILES, POSIX_2008},
    {_SC_MEMORY_PROTECTION, POSIX_2008},
    {_SC_REALTIME_SIGNALS, POSIX_2008},
    {_SC_SEMAPHORES, POSIX_2008},
    {_SC_SHARED_MEMORY_OBJECTS, POSIX_2008},
    {_SC_TIMERS, POSIX_2008},
    {_SC_DELAYTIMER_MAX, DELAYTIMER_MAX},
    {_SC_THREAD_KEYS_MAX, PTHREAD_KEYS_MAX},
    {_SC_THREAD_STACK_MIN, PTHREAD_STACK_MIN},
    {_SC_THREAD_THREADS_MAX, CONTROL_THREADS_MAX},
    {_SC_TTY_NAME_MAX, TTY_NAME_MAX},
    {_SC_THREADS, POSIX_2008},
    {_SC_THREAD_ATTR_STACKADDR, POSIX_2008},
    {_SC_THREAD_ATTR_STACKSIZE, POSIX_2008},
    {_SC_THREAD_PRIORITY_SCHEDULING, POSIX_2008},
    {_SC_THREAD_PRIO_INHERIT, POSIX_2008},
    {_SC_THREAD_PROCESS_SHARED, POSIX_2008},
    {_SC_THREAD_SAFE_FUNCTIONS, POSIX_2008},
    {_SC_THREAD_ROBUST_PRIO_INHERIT, POSIX_2008},
    {_SC_GETGR_R_SIZE_MAX, 1024},
    {_SC_GETPW_R_SIZE_MAX, 1024},
    {_SC_LOGIN_NAME_MAX, LOGIN_NAME_MAX},
    {_SC_THREAD_DESTRUCTOR_ITERATIONS, PTHREAD_DESTRUCTOR_ITERATIONS},
    {_SC_ADVISORY_INFO, POSIX_2008},
    {_SC_ATEXIT_MAX, INT_MAX},
    {_SC_BARRIERS, POSIX_2008},
    {_SC_BC_BASE_MAX, BC_BASE_MAX},
    {_SC_BC_DIM_MAX, BC_DIM_MAX},
    {_SC_BC_SCALE_MAX, BC_SCALE_MAX},
    {_SC_BC_STRING_MAX, BC_STRING_MAX},
    {_SC_CLOCK_SELECTION, POSIX_2008},
    {_SC_COLL_WEIGHTS_MAX, COLL_WEIGHTS_MAX},
    {_SC_CPUTIME, POSIX_2008},
    {_SC_EXPR_NEST_MAX, EXPR_NEST_MAX},
    {_SC_HOST_NAME_MAX, HOST_NAME_MAX},
    {_SC_IOV_MAX, IOV_MAX},
    {_SC_LINE_MAX, LINE_MAX},
    {_SC_MONOTONIC_CLOCK, POSIX_2008},
    {_SC_READER_WRITER_LOCKS, POSIX_2008},
    {_SC_REGEXP, 1},
    {_SC_RE_DUP_MAX, RE_DUP_MAX},
    {_SC_SHELL, 1},
    {_SC_SPAWN, POSIX_2008},
    {_SC_SPIN_LOCKS, POSIX_2008},
    {_SC_SYMLOOP_MAX, SYMLOOP_MAX},
    {_SC_THREAD_CPUTIME, POSIX_2008},
    {_SC_TIMEOUTS, POSIX_2008},
    {_SC_V7_LP64_OFF64, 1},
    {_SC_STREAM_MAX, ASK},
    {_SC_PRIORITY_SCHEDULING, POSIX_2008},
    {_SC_XOPEN_UNIX, 1},
    {_SC_XOPEN_VERSION, 700},
    {_SC_2_VERSION, POSIX_2008},
};

static long pages(int name)
{
	struct sysinfo info;

	if (sysinfo(&info) < 0)
		return -1;
	return (long)((name == _SC_PHYS_PAGES ? info.totalram : info.freeram) / 4096);
}

static long asked(int name)
{
	switch (name) {
	case _SC_OPEN_MAX:
	case _SC_STREAM_MAX:
		return posix_files_max;
	case _SC_NPROCESSORS_CONF:
	case _SC_NPROCESSORS_ONLN:
		return os_boot->cpu_count;
	default:
		return pages(name);
	}
}

long sysconf(int name)
{
	/* What there is none of is -1 without an error; the last name that newlib knows is a cache's. */
	if (name < 0 || name > _SC_LEVEL4_CACHE_LINESIZE)
		return posix_failed(-EINVAL);
	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].name == name)
			return table[i].value == ASK ? asked(name) : table[i].value;
	}
	return NONE;
}

size_t confstr(int name, char *buffer, size_t length)
{
	const char *value = name == _CS_PATH ? "/bin:/usr/bin" : "";
	size_t bytes = strlen(value) + 1;

	if (name < 0)
		return posix_failed(-EINVAL), 0;
	if (length && buffer) {
		size_t copied = bytes < length ? bytes : length;

		memcpy(buffer, value, copied);
		buffer[copied - 1] = '\0';
	}
	return bytes;
}
