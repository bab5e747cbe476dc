/* SPDX-License-Identifier: 0BSD */
/* layout.h: where things lie in the address space and in the capability table of a program. */
#pragma once

#include <stdint.h>
#include <abi/object.h>

/* Addresses. Programs are linked at 0x400000. */
#define LAYOUT_MMAP_MIN	   0x100000000000ull /* regions without an address, from here up */
#define LAYOUT_MMAP_MAX	   0x7f0000000000ull
#define LAYOUT_STACK_TOP   0x7fffff000000ull
#define LAYOUT_STACK_BYTES (8ull << 20)
#define LAYOUT_CONTROL	   0x7fffffe00000ull /* struct control_page, then thread records; writable */
#define LAYOUT_INFO	   0x7fffffffd000ull /* struct info_page; read-only, written by sys */
#define LAYOUT_CLOCK	   0x7fffffffe000ull /* first page of struct boot_page; read-only */
#define LAYOUT_END	   0x7ffffffff000ull

/* Slots. Descriptors are the slots below OPEN_MAX; what libraries keep for themselves lies above.
 */
#define SLOT_OPEN_MAX	 1024u
#define SLOT_PRIVATE_MIN 0x1000u
#define SLOT_CWD	 0x1000u /* working directory: CLOEXEC is not set, fork clones it */
#define SLOT_ENDPOINT	 0x1001u /* a server's own endpoint, given by whoever started it */
#define SLOT_SUPERVISOR	 0x1002u /* a service's line to the supervisor */
#define SLOT_MOUNT_RIGHT 0x1003u /* name space's capability with the right to mount */
#define SLOT_SYSTEM                                                                                                    \
	0x1004u			 /* drivers: the kernel's System capability, with the rights that the manifest says \
		 */
#define SLOT_MEMORY	 0x1005u /* restartable services: the Extent object that outlives them */
#define SLOT_TERMINAL	 0x1006u /* servers of terminals: the right to PROC_TERMINAL */
#define SLOT_DEVICE_MIN	 0x1010u /* drivers: ports, interrupts, device memory as the manifest lists them */
#define SLOT_DYNAMIC_MIN 0x1080u /* from here on libraries look for free ones */
#define SLOT_DYNAMIC_MAX 0x3fffu
