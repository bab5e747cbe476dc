/* SPDX-License-Identifier: 0BSD */
/* memory.h: the machine's memory as a whole. */
#ifndef SYS_MEM_MEMORY_H
#define SYS_MEM_MEMORY_H

#include "main/sys.h"

#include <proto/info.h>

/* Takes over what the boot page lists. Before anything else. */
void memory_init(void);
void memory_info(struct info_memory *out);
/* Whether everything adds up, and all that is kept ready has been given back first: for tests. Says
 * what is wrong on the debug console. */
bool memory_check(void);

#endif
