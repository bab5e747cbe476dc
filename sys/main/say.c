/* SPDX-License-Identifier: 0BSD */
/* say.c: what `sys` has to say on the debug console. It waits for no serial port: what that does not take at once is kept, and
 * offered again by an alarm. */
#include "main/pulse.h"

#include <parley/clock.h>
#include <parley/debug.h>
#include <parley/print.h>
#include <parley/syscall.h>

#define LINE_BYTES 256
#define KEPT_BYTES 2048u /* a power of two: `begin` and `end` wrap around */
#define AGAIN_NS   OS_MS /* 16 characters take 1.4 ms at 115,200 baud */

static char kept[KEPT_BYTES];
static unsigned begin, end;
static struct alarm again;

static void offer(struct alarm *a)
{
	while (begin != end) {
		unsigned at = begin % KEPT_BYTES, n = end - begin;
		unsigned in_one = n < KEPT_BYTES - at ? n : KEPT_BYTES - at;
		int64_t taken = os_debug_write(os_system, (uint64_t)&kept[at], in_one);

		if (taken <= 0) {
			alarm_set(a, sys_now_ns() + AGAIN_NS, offer);
			return;
		}
		begin += (unsigned)taken;
	}
}

void sys_say(const char *format, ...)
{
	char line[LINE_BYTES];
	va_list args;
	int length;

	va_start(args, format);
	length = os_vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (length >= LINE_BYTES)
		length = LINE_BYTES - 1;
	if ((unsigned)length > KEPT_BYTES - (end - begin))
		return;
	for (int i = 0; i < length; i++)
		kept[end++ % KEPT_BYTES] = line[i];
	if (!alarm_pending(&again))
		offer(&again);
}
