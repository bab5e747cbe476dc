/* SPDX-License-Identifier: 0BSD */
/* pthread.h: newlib's, and what POSIX has got since. */
#ifndef PARLEY_PTHREAD_H
#define PARLEY_PTHREAD_H

#include_next <pthread.h>

__BEGIN_DECLS
int pthread_mutexattr_getrobust(const pthread_mutexattr_t *__restrict attr, int *__restrict robust);
int pthread_mutexattr_setrobust(pthread_mutexattr_t *attr, int robust);
int pthread_mutex_consistent(pthread_mutex_t *mutex);
int pthread_mutex_clocklock(pthread_mutex_t *__restrict mutex, clockid_t clock,
			    const struct timespec *__restrict deadline);
int pthread_cond_clockwait(pthread_cond_t *__restrict cond, pthread_mutex_t *__restrict mutex, clockid_t clock,
			   const struct timespec *__restrict deadline);
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attr);
int pthread_getaffinity_np(pthread_t thread, size_t size, cpu_set_t *cpus);
int pthread_setaffinity_np(pthread_t thread, size_t size, const cpu_set_t *cpus);
int pthread_getname_np(pthread_t thread, char *name, size_t size);
int pthread_setname_np(pthread_t thread, const char *name);
int pthread_tryjoin_np(pthread_t thread, void **value);
int pthread_timedjoin_np(pthread_t thread, void **value, const struct timespec *deadline);
__END_DECLS

#endif
