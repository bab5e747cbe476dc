/* SPDX-License-Identifier: 0BSD */
/* memory.c: where threads live: guard, stack, TLS block and structure in one mapping.
 *
 * Mappings of the default size are kept for the next thread: making a thread then costs no message for its
 * memory, and its stack is already present. At most STACKS_KEPT of them.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include "posix/internal.h"
#include "posix/threads.h"

#define STACKS_KEPT 16
#define PAGE	    4096u

static char *kept[STACKS_KEPT];
static unsigned kept_count;
static uint32_t lock;

static size_t round_page(size_t bytes) { return (bytes + PAGE - 1) & ~(size_t)(PAGE - 1); }

static size_t default_bytes(void) { return THREAD_GUARD_BYTES + THREAD_STACK_BYTES + round_page(posix_tls_bytes()); }

static char *take_kept(void)
{
	char *memory = NULL;

	posix_lock(&lock);
	if (kept_count)
		memory = kept[--kept_count];
	posix_unlock(&lock);
	return memory;
}

static bool keep(char *memory)
{
	bool room;

	posix_lock(&lock);
	room = kept_count < STACKS_KEPT;
	if (room)
		kept[kept_count++] = memory;
	posix_unlock(&lock);
	return room;
}

static char *map(size_t bytes, size_t guard_bytes)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	if (guard_bytes && mprotect(memory, guard_bytes, PROT_NONE) < 0) {
		munmap(memory, bytes);
		return NULL;
	}
	return memory;
}

/* Stack and structure in memory of our own. */
static struct __pthread *own_memory(size_t stack_bytes, size_t guard_bytes)
{
	size_t bytes = guard_bytes + round_page(stack_bytes) + round_page(posix_tls_bytes());
	bool usual = stack_bytes == THREAD_STACK_BYTES && guard_bytes == THREAD_GUARD_BYTES;
	char *memory = usual ? take_kept() : NULL;
	struct __pthread *thread;

	if (!memory)
		memory = map(bytes, guard_bytes);
	if (!memory)
		return NULL;
	thread = posix_tls_place(memory + bytes);
	thread->memory = memory;
	thread->memory_bytes = bytes;
	thread->guard_bytes = guard_bytes;
	thread->stack = memory + guard_bytes;
	thread->stack_bytes = (size_t)((char *)thread - thread->stack);
	return thread;
}

struct __pthread *posix_thread_memory(const pthread_attr_t *attr)
{
	size_t bytes = attr && attr->__stack_size ? attr->__stack_size : THREAD_STACK_BYTES;
	struct __pthread *thread;
	char *end;

	if (!attr || !attr->__stack)
		return own_memory(bytes, attr ? attr->__guard_size : THREAD_GUARD_BYTES);
	/* The caller's stack: our part comes off its end. */
	end = (char *)(((uint64_t)attr->__stack + bytes) & ~63ull);
	thread = posix_tls_place(end);
	thread->stack = attr->__stack;
	thread->stack_bytes = bytes;
	return thread;
}

void posix_thread_memory_free(struct __pthread *thread)
{
	char *memory = thread->memory;
	size_t bytes = thread->memory_bytes;

	if (!memory)
		return;
	if (bytes == default_bytes() && thread->guard_bytes == THREAD_GUARD_BYTES && keep(memory))
		return;
	munmap(memory, bytes);
}
