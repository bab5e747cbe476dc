/* SPDX-License-Identifier: 0BSD */
/* table.h: files with an entry a line, whose fields are set apart by colons: users, groups, ...
 *
 * A kind of table is its file and how a line becomes an entry. Functions that answer an int answer
 * 0 or a positive errno and, in *result, the entry or NULL. Those with a cursor keep the line in a
 * buffer of their own, which the next call overwrites.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

struct table_kind {
	const char *path;
	/* Makes an entry of LINE, which it takes apart; the buffer ends at END. 0, EINVAL when the
	 * line is none, or ERANGE when the buffer is too small. */
	int (*parse)(void *entry, char *line, char *end);
};

/* Where a program is in a table, and the buffer of the last entry. All zero at first. */
struct table_cursor {
	FILE *file;
	char *buffer;
	size_t size;
};

/* Whether ENTRY is the one that KEY asks for. */
typedef int (*table_match)(const void *entry, const void *key);

/* Cuts LINE into fields at colons, COUNT at most; answers how many there are. The last has the
 * rest. */
int table_split(char *line, char **fields, int count);
/* TEXT as a number into *to; 0, or -1 when it is none. */
int table_number(const char *text, unsigned int *to);

/* The next entry of FILE. ENOENT at the end, ERANGE with the file as before. */
int table_next(const struct table_kind *kind, FILE *file, void *entry, char *buffer, size_t size, void **result);
/* The first entry that matches; not to find one is no error. */
int table_find(const struct table_kind *kind, table_match match, const void *key, void *entry, char *buffer,
	       size_t size, void **result);

/* The same with memory of the cursor's. Answer ENTRY, or NULL with errno. */
void *table_next_own(struct table_cursor *cursor, const struct table_kind *kind, FILE *file, void *entry);
void *table_find_own(struct table_cursor *cursor, const struct table_kind *kind, table_match match, const void *key,
		     void *entry);

/* The entries of the table in order: the next, from the start again, and no more of them. */
void *table_step(struct table_cursor *cursor, const struct table_kind *kind, void *entry);
int table_step_r(struct table_cursor *cursor, const struct table_kind *kind, void *entry, char *buffer, size_t size,
		 void **result);
void table_rewind(struct table_cursor *cursor);
/* Gives back what the cursor holds. */
void table_close(struct table_cursor *cursor);
