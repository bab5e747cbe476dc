/* SPDX-License-Identifier: 0BSD */
/* sinceboot.c: prints the monotonic clock in nanoseconds: the time since the kernel's first instructions. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

int main(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	printf("sinceboot %" PRIu64 "\n", (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
	return 0;
}
