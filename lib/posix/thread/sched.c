/* SPDX-License-Identifier: 0BSD */
/* sched.c: scheduling policies and priorities. SCHED_OTHER has nice values, the others the kernel's priorities. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#include <sys/resource.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/threads.h"
#include "posix/time.h"

/* What programs may ask for: above the ordinary ones, below drivers and `sys`. */
#define REALTIME_MIN 1
#define REALTIME_MAX 99

static bool known(int policy) { return policy == SCHED_OTHER || policy == SCHED_FIFO || policy == SCHED_RR; }

static int64_t check(int policy, int priority)
{
	if (!known(policy))
		return -EINVAL;
	if (policy == SCHED_OTHER)
		return priority == 0 ? 0 : -EINVAL;
	return priority >= REALTIME_MIN && priority <= REALTIME_MAX ? 0 : -EINVAL;
}

static int64_t set(pid_t pid, uint32_t tid, int policy, int priority)
{
	struct os_words w = {{PROTO_WORD0(PROC_SCHED_SET, 0, 0), (uint64_t)pid, tid, (uint64_t)policy,
			      policy == SCHED_OTHER ? NZERO : (uint64_t)priority}};
	int64_t r = pid < 0 ? -EINVAL : check(policy, priority);

	return r < 0 ? r : posix_send(CAP_SELF_PROCESS, &w, NULL);
}

static int64_t get(pid_t pid, uint32_t tid, struct os_words *w)
{
	*w = (struct os_words){{PROTO_WORD0(PROC_SCHED_GET, 0, 0), (uint64_t)pid, tid}};
	return pid < 0 ? -EINVAL : posix_send(CAP_SELF_PROCESS, w, NULL);
}

/* A priority as sched_param has it. */
static int priority_of(const struct os_words *w) { return w->w[1] == SCHED_OTHER ? 0 : (int)w->w[2]; }

int sched_get_priority_max(int policy)
{
	return known(policy) ? (policy == SCHED_OTHER ? 0 : REALTIME_MAX) : posix_zero(-EINVAL);
}

int sched_get_priority_min(int policy)
{
	return known(policy) ? (policy == SCHED_OTHER ? 0 : REALTIME_MIN) : posix_zero(-EINVAL);
}

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
	struct os_words w;
	int64_t r = get(pid, 0, &w);

	if (r >= 0)
		r = set(pid, 0, policy, param->sched_priority);
	return r < 0 ? posix_zero(r) : (int)w.w[1];
}

int sched_getscheduler(pid_t pid)
{
	struct os_words w;
	int64_t r = get(pid, 0, &w);

	return r < 0 ? posix_zero(r) : (int)w.w[1];
}

int sched_setparam(pid_t pid, const struct sched_param *param)
{
	struct os_words w;
	int64_t r = get(pid, 0, &w);

	if (r >= 0)
		r = set(pid, 0, (int)w.w[1], param->sched_priority);
	return posix_zero(r);
}

int sched_getparam(pid_t pid, struct sched_param *param)
{
	struct os_words w;
	int64_t r = get(pid, 0, &w);

	if (r >= 0)
		param->sched_priority = priority_of(&w);
	return posix_zero(r);
}

int sched_rr_get_interval(pid_t pid, struct timespec *interval)
{
	struct os_words w;
	int64_t r = get(pid, 0, &w);

	if (r >= 0)
		*interval = posix_time_of(w.w[3]);
	return posix_zero(r);
}

int sched_yield(void)
{
	os_yield();
	return 0;
}

int sched_getcpu(void)
{
	struct os_words w;
	int64_t r = os_thread_info(CAP_SELF_THREAD, &w);

	return (int)posix_result(r < 0 ? r : (int64_t)w.w[THREAD_INFO_CPU]);
}

/* A thread's processors; with SET they are CPUS from now on. Answers how they are then, or an error. */
static int64_t affinity(pid_t pid, uint32_t tid, unsigned set, size_t size, unsigned long *cpus)
{
	struct os_words w = {{PROTO_WORD0(PROC_CPUS, set, 0), (uint64_t)pid, tid, *cpus}};
	int64_t r = pid < 0 || size < sizeof(cpu_set_t) ? -EINVAL : posix_send(CAP_SELF_PROCESS, &w, NULL);

	if (r >= 0)
		*cpus = w.w[1];
	return r;
}

static uint32_t caller(pid_t pid) { return pid ? 0 : posix_self()->tid; }

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *cpus)
{
	unsigned long bits = 0;
	int64_t r = affinity(pid, caller(pid), 0, size, &bits);

	if (r >= 0)
		cpus->__bits = bits;
	return posix_zero(r);
}

int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *cpus)
{
	unsigned long bits = cpus->__bits;

	return posix_zero(affinity(pid, caller(pid), CPUS_SET, size, &bits));
}

/* ---- threads ---- */

int pthread_getaffinity_np(pthread_t thread, size_t size, cpu_set_t *cpus)
{
	unsigned long bits = 0;
	int64_t r = affinity(0, thread->tid, 0, size, &bits);

	if (r >= 0)
		cpus->__bits = bits;
	return r < 0 ? (int)-r : 0;
}

int pthread_setaffinity_np(pthread_t thread, size_t size, const cpu_set_t *cpus)
{
	unsigned long bits = cpus->__bits;
	int64_t r = affinity(0, thread->tid, CPUS_SET, size, &bits);

	return r < 0 ? (int)-r : 0;
}

int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param)
{
	return (int)-set(0, thread->tid, policy, param->sched_priority);
}

int pthread_getschedparam(pthread_t thread, int *policy, struct sched_param *param)
{
	struct os_words w;
	int64_t r = get(0, thread->tid, &w);

	if (r < 0)
		return (int)-r;
	*policy = (int)w.w[1];
	param->sched_priority = priority_of(&w);
	return 0;
}

int pthread_setschedprio(pthread_t thread, int priority)
{
	struct sched_param param;
	int policy = SCHED_OTHER, error = pthread_getschedparam(thread, &policy, &param);

	param.sched_priority = priority;
	return error ? error : pthread_setschedparam(thread, policy, &param);
}

int pthread_getcpuclockid(pthread_t thread, clockid_t *clock)
{
	if (thread != posix_self())
		return ENOTSUP;
	*clock = CLOCK_THREAD_CPUTIME_ID;
	return 0;
}

static int concurrency;

int pthread_setconcurrency(int level)
{
	if (level < 0)
		return EINVAL;
	concurrency = level;
	return 0;
}

int pthread_getconcurrency(void) { return concurrency; }
