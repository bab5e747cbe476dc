/* SPDX-License-Identifier: 0BSD */
/* boot.h: what the kernel tells and gives the first program.
 *
 * The first program is boot module 1, a static ELF64 file. The kernel loads it into a fresh address
 * space and starts it at its entry point with rsp at the top of a 64 KiB stack and rdi = the
 * address of `struct boot_page`, two pages that are mapped read-only. The first of them holds what
 * every program may know (clock, processors, command line) so that an Extent slice of it can be
 * given to all; the second lists the memory.
 *
 * All capabilities are in the program's CSpace at the fixed slots below. Untypeds stand in
 * ascending physical order from BOOT_SLOT_FIRST_UNTYPED on, `untyped[i]` describing the i-th.
 */
#pragma once

#include <stdint.h>
#include <abi/object.h>

#define BOOT_MAGIC	  0x3179656c726150ull /* "Parley1" */
#define BOOT_ABI_VERSION  1
#define BOOT_UNTYPED_MAX  256
#define BOOT_IMAGE_MAX	  64  /* pieces of the boot module */
#define BOOT_CMDLINE_SIZE 512 /* with its NUL; longer ones are cut off */
#define BOOT_STACK_SIZE	  0x10000
#define BOOT_CSPACE_SLOTS 20480

/* The first program's capabilities, with all rights unless said otherwise. */
enum {
	BOOT_SLOT_SYSTEM = 0x100,
	BOOT_SLOT_THREAD,   /* its thread; maximum controlled priority 255 */
	BOOT_SLOT_CSPACE,   /* its CSpace of BOOT_CSPACE_SLOTS slots, fed up to slot 8192 at least */
	BOOT_SLOT_VSPACE,   /* its VSpace, fed 256 KiB at least */
	BOOT_SLOT_SCHED,    /* its SchedContext: unlimited, no slice */
	BOOT_SLOT_BOOTPAGE, /* Extent: struct boot_page; READ */
	BOOT_SLOT_PROGRAM,  /* Extent: the program's memory, page 0 being program_address; mapped */
	BOOT_SLOT_STACK,    /* Extent: its stack; mapped */
	/* Extents: the boot module as it was loaded (rounded out to pages), in ascending pieces;
	   READ and EXEC */
	BOOT_SLOT_FIRST_IMAGE = 0x180,
	BOOT_SLOT_FIRST_UNTYPED = 0x200,
};

/* One Untyped. */
struct boot_untyped {
	uint64_t phys;
	uint8_t size_log2;
	uint8_t device; /* 1: not RAM: makes Untypeds and Extents only */
	uint8_t reserved[6];
};

/* Time is nanoseconds since boot: (tsc - tsc_base) * mult >> shift, in 128 bits. */
struct boot_clock {
	uint64_t tsc_base;
	uint64_t tsc_per_sec;
	uint64_t to_ns_mult;
	uint64_t to_tsc_mult; /* the other way round */
	uint32_t to_ns_shift;
	uint32_t to_tsc_shift;
};

/* A direct-colour framebuffer; phys 0: none. Its memory is in a device Untyped. */
struct boot_display {
	uint64_t phys;
	uint32_t pitch_bytes;
	uint32_t width;
	uint32_t height;
	uint8_t bits_per_pixel;
	uint8_t red_shift, red_bits;
	uint8_t green_shift, green_bits;
	uint8_t blue_shift, blue_bits;
	uint8_t reserved;
};

struct boot_page {
	uint64_t magic;
	uint32_t abi_version;
	uint32_t cpu_count;
	struct boot_clock clock;
	struct boot_display display;
	uint64_t acpi_root_phys; /* ACPI's XSDT or RSDT, its signature tells which, in a device Untyped; 0: none */
	uint64_t frame_count;	 /* physical page frames that are RAM for the kernel: those below this */
	/* The program itself */
	uint64_t image_address; /* of the boot module, mapped read-only */
	uint64_t image_bytes;
	uint64_t program_address; /* lowest address of its segments */
	uint64_t program_pages;
	uint64_t stack_address; /* lowest address of its stack */
	cap_t first_free_slot;	/* this and all higher ones are empty */
	uint32_t untyped_count;
	uint32_t image_extents;
	uint32_t reserved;
	char cmdline[BOOT_CMDLINE_SIZE];
	struct boot_untyped untyped[BOOT_UNTYPED_MAX] __attribute__((aligned(4096)));
};

_Static_assert(sizeof(struct boot_page) == 8192, "two pages");
