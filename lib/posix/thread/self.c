/* SPDX-License-Identifier: 0BSD */
/* self.c: what every thread is made of, the list of all, and the library's own lock. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include <abi/sync.h>
#include <parley/syscall.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"

struct __pthread *posix_first_thread;
uint32_t posix_threads_lock;
uint32_t posix_threads_live = 1;
static uint32_t last_owner;

/* ---- the library's lock: 0 free, 1 taken, 2 taken and somebody may wait ---- */

void posix_lock(uint32_t *lock)
{
	uint32_t free = 0;

	if (__atomic_compare_exchange_n(lock, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return;
	while (__atomic_exchange_n(lock, 2, __ATOMIC_ACQUIRE) != 0)
		os_sync_wait((uint64_t)lock, 2, DEADLINE_FOREVER, 0);
}

void posix_unlock(uint32_t *lock)
{
	if (__atomic_exchange_n(lock, 0, __ATOMIC_RELEASE) == 2)
		os_sync_wake((uint64_t)lock, 1, 0);
}

/* ---- threads ---- */

void posix_thread_init(struct __pthread *self, uint32_t number)
{
	self->self = self;
	self->owner = __atomic_add_fetch(&last_owner, 1, __ATOMIC_RELAXED) & LOCK_OWNER;
	self->record_number = number;
	self->record = posix_record(number);
	self->tid = self->record->tid;
	self->scratch_slot = SLOT_DYNAMIC_MAX - number;
}

void posix_thread_enter(struct __pthread *self)
{
	os_thread_set_divert(CAP_SELF_THREAD, (uint64_t)posix_divert_entry, (uint64_t)&self->record->area);
}

uint32_t posix_kernel_number(struct __pthread *self)
{
	struct os_words w;

	if (!self->kernel_number && os_thread_info(CAP_SELF_THREAD, &w) >= 0)
		self->kernel_number = (uint32_t)w.w[THREAD_INFO_NUMBER];
	return self->kernel_number;
}

pthread_t pthread_self(void) { return posix_self(); }

int pthread_equal(pthread_t a, pthread_t b) { return a == b; }

pid_t gettid(void) { return (pid_t)posix_self()->tid; }

int pthread_setname_np(pthread_t thread, const char *name)
{
	if (strlen(name) >= sizeof(thread->name))
		return ERANGE;
	strcpy(thread->name, name);
	return 0;
}

int pthread_getname_np(pthread_t thread, char *name, size_t size)
{
	if (strlen(thread->name) >= size)
		return ERANGE;
	strcpy(name, thread->name);
	return 0;
}

/* The child's only thread: first of its list, with record 0 and what the kernel calls it now. Robust mutexes that
 * its parent holds are not its own. */
void posix_threads_fork_child(void)
{
	struct __pthread *self = posix_self();

	self->next = self->previous = NULL;
	posix_first_thread = self;
	posix_threads_lock = 0;
	posix_threads_live = 1;
	posix_actions_lock = 0;
	self->record_number = 0;
	self->record = posix_record(0);
	self->tid = self->record->tid;
	self->scratch_slot = SLOT_DYNAMIC_MAX;
	self->kernel_number = 0;
	memset(self->robust, 0, sizeof(self->robust));
	self->created = CREATED;
	self->stop = 0;
	self->cancel &= ~(uint32_t)CANCEL_WANTED;
	posix_thread_enter(self);
}
