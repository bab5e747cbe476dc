/* SPDX-License-Identifier: 0BSD */
/* start.h: how the first program begins. */
#pragma once

#include <abi/boot.h>

/* The boot page; set before main. */
extern const struct boot_page *os_boot;

/* The program. When it returns, its thread exits. */
void os_main(void);
