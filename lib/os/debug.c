/* SPDX-License-Identifier: 0BSD */
/* debug.c: printing on the debug console, a line a call, so that threads do not mix. */
#include <parley/debug.h>
#include <parley/print.h>

#include <abi/errno.h>
#include <stdarg.h>

void os_printf(const char *format, ...)
{
	char line[256];
	va_list args;
	int len;

	va_start(args, format);
	len = os_vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	os_debug_write((uint64_t)line, len < (int)sizeof(line) ? (uint32_t)len : sizeof(line) - 1);
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
