/* SPDX-License-Identifier: 0BSD */
/* tls.c: a thread's own variables: x86-64's variant II, with the program's block alone, as programs are static.
 *
 * A block ends at the thread pointer; its initial contents are the program's TLS image, which the linker
 * script names. All of it is aligned to 64.
 */
#include <string.h>
#include <parley/syscall.h>
#include "posix/internal.h"
#include "posix/process.h"

extern const char __tls_image[], __tls_image_end[], __tls_end[];

#define ALIGN 64
/* Of the first thread's block, which must be there before there is any way to get memory. */
#define FIRST_BYTES 6144

static char first[FIRST_BYTES] __attribute__((aligned(ALIGN)));

static size_t block_bytes(void) { return (size_t)(__tls_end - __tls_image + ALIGN - 1) & ~(size_t)(ALIGN - 1); }

size_t posix_tls_bytes(void) { return block_bytes() + ((sizeof(struct __pthread) + ALIGN - 1) & ~(size_t)(ALIGN - 1)); }

struct __pthread *posix_tls_place(char *end)
{
	char *block = end - posix_tls_bytes();

	memset(block, 0, posix_tls_bytes());
	memcpy(block, __tls_image, (size_t)(__tls_image_end - __tls_image));
	return (struct __pthread *)(block + block_bytes());
}

/* More TLS than `first` has room for comes from `sys`. */
static char *first_memory(size_t bytes)
{
	struct os_words w = {{PROTO_WORD0(MEM_MAP, 0, 0), 0, bytes, 3 /* read, write */}};

	if (bytes <= sizeof(first))
		return first + sizeof(first);
	if (os_send_words(CAP_SELF_PROCESS, &w) < 0)
		posix_end(127 << 8);
	return (char *)w.w[1] + bytes;
}

void posix_start_first_thread(void)
{
	size_t bytes = (posix_tls_bytes() + 4095) & ~(size_t)4095;
	struct __pthread *self;

	self = posix_tls_place(first_memory(posix_tls_bytes() <= sizeof(first) ? posix_tls_bytes() : bytes));
	self->self = self;
	self->created = CREATED;
	self->stack = (char *)(LAYOUT_STACK_TOP - LAYOUT_STACK_BYTES);
	self->stack_bytes = LAYOUT_STACK_BYTES;
	os_thread_set_tls(CAP_SELF_THREAD, (uint64_t)self);
	posix_thread_init(self, 0);
	posix_thread_enter(self);
	posix_first_thread = self;
}
