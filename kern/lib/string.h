/* SPDX-License-Identifier: 0BSD */
/* string.h: what the compiler itself may call, strlen and strcmp.
 *
 * As in C (ISO 9899:2011, 7.24). Bulk copies of user data do not go through here but through
 * kern/ipc, which cuts them into pieces; these are for structures.
 */
#pragma once

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len_bytes);
void *memmove(void *to, const void *from, size_t len_bytes);
void *memset(void *to, int byte, size_t len_bytes);
int memcmp(const void *a, const void *b, size_t len_bytes);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
