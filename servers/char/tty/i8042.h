/* SPDX-License-Identifier: 0BSD */
/* i8042.h: the keyboard controller of PCs. */
#pragma once

#include "srv/srv.h"

/* Begins to hand scan codes of set 1 to `take`. -ENODEV: there is no controller. */
int i8042_begin(cap_t ports, cap_t irq, void (*take)(uint8_t code));

/* Sets the keyboard's lights: bit 0 scroll lock, 1 num lock, 2 caps lock. */
void i8042_leds(uint8_t leds);
