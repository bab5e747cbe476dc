/* SPDX-License-Identifier: 0BSD */
/* key.c: thread-specific data: an array in each thread's structure. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include "posix/internal.h"
#include "posix/threads.h"

typedef void (*destructor)(void *);

static destructor destructors[PTHREAD_KEYS_MAX];
static bool used[PTHREAD_KEYS_MAX];
static pthread_key_t made; /* keys from here on never existed */

int pthread_key_create(pthread_key_t *out, destructor function)
{
	int error = EAGAIN;

	posix_lock(&posix_threads_lock);
	for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX && error; key++) {
		if (used[key])
			continue;
		used[key] = true;
		destructors[key] = function;
		if (key >= made)
			__atomic_store_n(&made, key + 1, __ATOMIC_RELEASE);
		for (struct __pthread *t = posix_first_thread; t; t = t->next)
			t->value[key] = NULL;
		*out = key;
		error = 0;
	}
	posix_unlock(&posix_threads_lock);
	return error;
}

int pthread_key_delete(pthread_key_t key)
{
	if (key >= PTHREAD_KEYS_MAX || !used[key])
		return EINVAL;
	posix_lock(&posix_threads_lock);
	destructors[key] = NULL;
	used[key] = false;
	posix_unlock(&posix_threads_lock);
	return 0;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
	if (key >= PTHREAD_KEYS_MAX || !used[key])
		return EINVAL;
	posix_self()->value[key] = (void *)value;
	return 0;
}

void *pthread_getspecific(pthread_key_t key) { return key < PTHREAD_KEYS_MAX ? posix_self()->value[key] : NULL; }

static bool destroy_values(struct __pthread *self)
{
	bool any = false;

	for (pthread_key_t key = 0; key < __atomic_load_n(&made, __ATOMIC_ACQUIRE); key++) {
		void *value = self->value[key];
		destructor function = destructors[key];

		if (!value || !function)
			continue;
		self->value[key] = NULL;
		function(value);
		any = true;
	}
	return any;
}

void posix_keys_exit(struct __pthread *self)
{
	for (unsigned i = 0; i < PTHREAD_DESTRUCTOR_ITERATIONS; i++) {
		if (!destroy_values(self))
			return;
	}
}
