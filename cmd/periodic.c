/* SPDX-License-Identifier: 0BSD */
/* periodic: a thread that runs every PERIOD microseconds, and says how late it was at most.
 *
 *   periodic [PERIOD [COUNT]]     1000 µs; after COUNT periods (0: never) it ends
 *
 * The example of a real-time program: no C library, no allocation, one system call a period to wait for it. Every second's
 * worth of periods it has a line for the debug console, of which each period writes as much as the serial port takes at
 * once.
 */
#include <parley/clock.h>
#include <parley/debug.h>
#include <parley/print.h>
#include <parley/program.h>
#include <parley/syscall.h>
#include <proto/proto.h>

#define DEFAULT_US 1000

static uint64_t number(const char *text)
{
	uint64_t value = 0;

	while (*text >= '0' && *text <= '9')
		value = value * 10 + (uint64_t)(*text++ - '0');
	return value;
}

static char line[128];
static unsigned length, written;

static void describe(uint64_t periods, uint64_t worst_ns)
{
	length = (unsigned)os_snprintf(line, sizeof(line), "periodic: %lu periods, late at most %lu ns\n",
				       (unsigned long)periods, (unsigned long)worst_ns);
	written = 0;
}

static void write_some(void)
{
	int64_t n = os_debug_write(os_system, (uint64_t)line + written, length - written);

	if (n > 0)
		written += (unsigned)n;
}

int main(int argc, char **argv)
{
	uint64_t period_ns = (argc > 1 ? number(argv[1]) : DEFAULT_US) * OS_US;
	uint64_t count = argc > 2 ? number(argv[2]) : 0, worst_ns = 0, report = OS_S / period_ns + 1;
	uint64_t deadline_ns = os_now_ns();

	for (uint64_t n = 1; !count || n <= count; n++) {
		uint64_t late_ns;

		deadline_ns += period_ns;
		os_sleep(deadline_ns);
		late_ns = os_now_ns() - deadline_ns;
		worst_ns = late_ns > worst_ns ? late_ns : worst_ns;
		if (written < length)
			write_some();
		else if (n % report == 0)
			describe(n, worst_ns);
	}
	os_debug_text(line + written, length - written);
	describe(count, worst_ns);
	os_debug_text(line, length);
	return 0;
}
