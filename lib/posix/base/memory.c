/* SPDX-License-Identifier: 0BSD */
/* memory.c: memory of a given alignment. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

int posix_memalign(void **to, size_t alignment, size_t size)
{
	int saved = errno;
	void *memory;

	if (alignment < sizeof(void *) || (alignment & (alignment - 1)))
		return EINVAL;
	memory = memalign(alignment, size);
	errno = saved;
	if (!memory)
		return ENOMEM;
	*to = memory;
	return 0;
}
