/* SPDX-License-Identifier: 0BSD */
/* bits.h: small arithmetic that everything uses.
 *
 * Pure, inline, without state. Alignments are powers of two. min() and max() are macros over one
 * type: both sides must agree, so that no comparison silently changes sign.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define container_of(ptr, type, member)                                                                                \
	({                                                                                                             \
		const __typeof__(((type *)0)->member) *container_member_ = (ptr);                                      \
		(type *)((uintptr_t)container_member_ - offsetof(type, member));                                       \
	})

#define forced_inline	 inline __attribute__((always_inline))
#define unlikely(x)	 __builtin_expect(!!(x), 0)

#define array_len(array) (sizeof(array) / sizeof((array)[0]))

#define min(a, b)                                                                                                      \
	({                                                                                                             \
		__typeof__(a) min_a_ = (a);                                                                            \
		__typeof__(b) min_b_ = (b);                                                                            \
		(void)(&min_a_ == &min_b_);                                                                            \
		min_a_ < min_b_ ? min_a_ : min_b_;                                                                     \
	})

#define max(a, b)                                                                                                      \
	({                                                                                                             \
		__typeof__(a) max_a_ = (a);                                                                            \
		__typeof__(b) max_b_ = (b);                                                                            \
		(void)(&max_a_ == &max_b_);                                                                            \
		max_a_ > max_b_ ? max_a_ : max_b_;                                                                     \
	})

static inline bool is_pow2(uint64_t value) { return value != 0 && (value & (value - 1)) == 0; }

/* Rounds up; the result wraps to 0 when `value` lies within `align` of 2^64. */
static inline uint64_t align_up(uint64_t value, uint64_t align) { return (value + align - 1) & ~(align - 1); }

static inline uint64_t align_down(uint64_t value, uint64_t align) { return value & ~(align - 1); }

static inline bool is_aligned(uint64_t value, uint64_t align) { return (value & (align - 1)) == 0; }

/* The largest n with 2^n <= value. `value` is not 0. */
static inline unsigned int log2_floor(uint64_t value) { return 63 - (unsigned int)__builtin_clzll(value); }

/* The smallest n with 2^n >= value. `value` is at least 1 and at most 2^63. */
static inline unsigned int log2_ceil(uint64_t value) { return value <= 1 ? 0 : log2_floor(value - 1) + 1; }
