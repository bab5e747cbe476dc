/* SPDX-License-Identifier: 0BSD */
/* layout.h: as it is, but for the page that tells the time of day. */
#include_next <proto/layout.h>

#include <proto/process.h>

extern const struct info_page fuzz_info;
#undef LAYOUT_INFO
#define LAYOUT_INFO ((uint64_t)&fuzz_info)
