/* SPDX-License-Identifier: 0BSD */
/* call.h: system calls of the server that is fuzzed: functions of kernel.c in place of the instruction. */
#pragma once

#include <parley/words.h>

/* Arguments in words->w[0..5]; what the call answers in words is there afterwards. */
int64_t os_call_words(uint64_t rax, struct os_words *words);

#define os_call(rax, ...)		os_call_words(rax, &(struct os_words){{__VA_ARGS__}})
#define os_call0(rax)			os_call(rax, 0)
#define os_call1(rax, a)		os_call(rax, a)
#define os_call2(rax, a, b)		os_call(rax, a, b)
#define os_call3(rax, a, b, c)		os_call(rax, a, b, c)
#define os_call4(rax, a, b, c, d)	os_call(rax, a, b, c, d)
#define os_call5(rax, a, b, c, d, e)	os_call(rax, a, b, c, d, e)
#define os_call6(rax, a, b, c, d, e, f) os_call(rax, a, b, c, d, e, f)
