/* SPDX-License-Identifier: 0BSD */
/* semaphore.h: semaphores, in memory or named. */
#ifndef PARLEY_SEMAPHORE_H
#define PARLEY_SEMAPHORE_H

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/_timespec.h>
#include <fcntl.h>

typedef struct {
	unsigned int __value, __waiters;
	int __shared, __spare;
} sem_t;

#define SEM_FAILED ((sem_t *)0)

__BEGIN_DECLS
int sem_init(sem_t *sem, int shared, unsigned int value);
int sem_destroy(sem_t *sem);
sem_t *sem_open(const char *name, int flags, ...);
int sem_close(sem_t *sem);
int sem_unlink(const char *name);
int sem_wait(sem_t *sem);
int sem_trywait(sem_t *sem);
int sem_timedwait(sem_t *__restrict sem, const struct timespec *__restrict deadline);
int sem_clockwait(sem_t *__restrict sem, clockid_t clock, const struct timespec *__restrict deadline);
int sem_post(sem_t *sem);
int sem_getvalue(sem_t *__restrict sem, int *__restrict value);
__END_DECLS

#endif
