/* SPDX-License-Identifier: 0BSD */
/* crt.c: what crt.S needs in C: the clock, main, and the end of the process. */
#include <parley/debug.h>
#include <parley/message.h>
#include <parley/start.h>
#include <parley/syscall.h>
#include <proto/layout.h>
#include <proto/proto.h>

/* Its first page: what every program may know. */
const struct boot_page *os_boot = (const struct boot_page *)LAYOUT_CLOCK;

int main(int argc, char **argv);
_Noreturn void os_program(int argc, char **argv);

_Noreturn void os_program(int argc, char **argv)
{
	struct os_words words = {{PROC_EXIT}};

	os_system = SLOT_SYSTEM;
	words.w[1] = (uint64_t)(main(argc, argv) & 0xff) << 8; /* as wait tells it */
	for (;;) {
		os_send_words(CAP_SELF_PROCESS, &words);
		os_exit(); /* nobody answers to that message: but should `sys` refuse it */
	}
}
