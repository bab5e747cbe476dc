/* SPDX-License-Identifier: 0BSD */
/* console.h: the screen and the keyboard as a line. */
#pragma once

#include "tty.h"

/* Slots of its devices; those that are empty are done without. */
struct console_devices {
	cap_t keyboard_ports, keyboard_irq; /* i8042: 0x60 to 0x64 */
	cap_t vga_ports;		    /* 0x3d4, 0x3d5 */
	cap_t display;			    /* the framebuffer that the boot page tells of */
	cap_t vga_memory;		    /* 0xb8000 */
};

/* A terminal that fits any serial terminal, for when one is attached to the same. */
#define CONSOLE_SHARED_COLS 80
#define CONSOLE_SHARED_ROWS 24

/*
 * Begins to use the screen and the keyboard as a line of `t`. `shared`: it has a serial line, too:
 * the screen keeps to CONSOLE_SHARED_ sizes and leaves it to the other side to answer questions.
 * -ENODEV: there is no screen.
 */
int console_begin(const struct console_devices *devices, struct tty *t, bool shared);
