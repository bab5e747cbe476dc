/* SPDX-License-Identifier: 0BSD */
/* power.h: what the power call can do. */
#pragma once

enum power_action {
	POWER_OFF,
	POWER_RESET,
	POWER_EXIT, /* leave the emulator, if it is one that can be left: for test runs */
};

/* The action POWER_EXIT with a code of 0..127; QEMU ends with status 2 * code + 1. */
#define POWER_EXIT_CODE(code) (POWER_EXIT | (unsigned)(code) << 8)
