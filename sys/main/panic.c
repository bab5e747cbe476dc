/* SPDX-License-Identifier: 0BSD */
/* panic.c: the end. */
#include "main/sys.h"

#include <abi/boot.h>
#include <abi/power.h>
#include <parley/debug.h>
#include <parley/print.h>

static _Noreturn void say(const char *format, va_list args)
{
	char line[200];

	os_vsnprintf(line, sizeof(line), format, args);
	os_printf("PANIC: sys: %s\n", line);
	os_power(BOOT_SLOT_SYSTEM, POWER_EXIT_CODE(3));
	for (;;)
		os_exit();
}

void sys_panic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
}
