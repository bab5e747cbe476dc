/* SPDX-License-Identifier: 0BSD */
/* caps.h: random operations on capabilities. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* One world, OPS calls by several simulated threads, everything revoked at the end. True when
 * everything came back; a broken invariant panics. The same SEED does the same. */
bool fuzz_caps(uint64_t seed, unsigned ops);
