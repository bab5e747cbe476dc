/* SPDX-License-Identifier: 0BSD */
/* arch.c: what kern/arch provides, for the portable kernel on the host.
 *
 * The console is standard output, unless a test captures it; a panic is the end of the process, so
 * that the sanitizers' handlers and the debugger see it.
 */
#include "host/shim/arch.h"

#include "lib/assert.h"
#include "lib/printf.h"

#include <stdio.h>
#include <stdlib.h>

static char *capture;
static size_t capture_room;

void shim_capture(char *buf, size_t len_bytes)
{
	capture = buf;
	capture_room = len_bytes;
}

void console_putc(char c)
{
	if (!capture) {
		putchar(c);
	} else if (capture_room > 1) {
		*capture++ = c;
		*capture = '\0';
		capture_room--;
	}
}

_Noreturn void arch_panic_stop(void)
{
	fflush(stdout);
	abort();
}
