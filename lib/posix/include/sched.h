/* SPDX-License-Identifier: 0BSD */
/* sched.h: scheduling of processes and the processors they may use. */
#ifndef PARLEY_SCHED_H
#define PARLEY_SCHED_H

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/sched.h>
#include <time.h>

#define CPU_SETSIZE 64

typedef struct {
	unsigned long __bits;
} cpu_set_t;

#define CPU_ZERO(set)	    ((void)((set)->__bits = 0))
#define CPU_SET(cpu, set)   ((void)((set)->__bits |= 1ul << (cpu)))
#define CPU_CLR(cpu, set)   ((void)((set)->__bits &= ~(1ul << (cpu))))
#define CPU_ISSET(cpu, set) ((int)((set)->__bits >> (cpu)&1))
#define CPU_COUNT(set)	    __builtin_popcountl((set)->__bits)
#define CPU_EQUAL(a, b)	    ((a)->__bits == (b)->__bits)

__BEGIN_DECLS
int sched_get_priority_max(int policy);
int sched_get_priority_min(int policy);
int sched_getparam(pid_t pid, struct sched_param *param);
int sched_setparam(pid_t pid, const struct sched_param *param);
int sched_getscheduler(pid_t pid);
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param);
int sched_rr_get_interval(pid_t pid, struct timespec *interval);
int sched_yield(void);
int sched_getcpu(void);
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *cpus);
int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *cpus);
__END_DECLS

#endif
