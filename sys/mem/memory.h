/* SPDX-License-Identifier: 0BSD */
/* memory.h: the machine's memory as a whole. */
#pragma once

#include "main/sys.h"

#include <proto/info.h>

/* Takes over what the boot page lists. Before anything else. */
void memory_init(void);
void memory_info(struct info_memory *out);
/* Gives back what is kept ready; true: a zone became free by that. Called by whoever finds no memory. */
bool memory_reclaim(void);
