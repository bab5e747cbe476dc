/* SPDX-License-Identifier: 0BSD */
/* debug.c: printing on the debug console. */
#include <parley/clock.h>
#include <parley/debug.h>
#include <parley/print.h>

#include <abi/boot.h>
#include <abi/errno.h>
#include <stdarg.h>

#define WAIT_NS	  OS_MS
#define WAITS_MAX 100

cap_t os_system = BOOT_SLOT_SYSTEM;

void os_debug_text(const char *text, unsigned n)
{
	unsigned waits = 0;

	while (n > 0 && waits < WAITS_MAX) {
		int64_t done = os_debug_write(os_system, (uint64_t)text, n);

		if (done < 0)
			return;
		waits = done > 0 ? 0 : waits + 1;
		if (done == 0)
			os_sleep(os_in_ns(WAIT_NS));
		text += done;
		n -= (unsigned)done;
	}
}

void os_printf(const char *format, ...)
{
	char line[256];
	va_list args;
	int len;

	va_start(args, format);
	len = os_vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	os_debug_text(line, len < (int)sizeof(line) ? (unsigned)len : sizeof(line) - 1);
}

const char *os_error_name(int64_t error)
{
	switch (error < 0 ? -error : error) {
#define ERROR(name, value, meaning)                                                                                    \
	case value:                                                                                                    \
		return #name;
#include <abi/errno.def>
#undef ERROR
	}
	return "?";
}
