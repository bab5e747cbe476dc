/* SPDX-License-Identifier: 0BSD */
/* exit.c: the end of the process. */
#include <unistd.h>
#include <parley/message.h>
#include "posix/internal.h"
#include "posix/process.h"

_Noreturn void posix_end(uint64_t status)
{
	for (;;) {
		struct os_words w = {{PROTO_WORD0(PROC_EXIT, 0, 0), status}};

		os_send_words(CAP_SELF_PROCESS, &w);
	}
}

_Noreturn void _exit(int status) { posix_end((uint64_t)(status & 0xff) << 8); }
