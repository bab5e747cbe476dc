/* SPDX-License-Identifier: 0BSD */
/* shim.h: see shim.c. */
#pragma once

#include "mem/frame.h"
#include "mem/zone.h"

void shim_init(void);
extern unsigned shim_zones_taken; /* besides the first */
extern uint64_t shim_charged;

/* A number below BELOW, the same sequence in each run. */
static inline uint64_t shim_any(uint64_t *seed, uint64_t below)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return (*seed >> 33) % below;
}
