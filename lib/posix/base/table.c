/* SPDX-License-Identifier: 0BSD */
/* table.c: reading files with an entry a line; see table.h. */
#include "table.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

int table_split(char *line, char **fields, int count)
{
	int found = 0;

	while (found < count) {
		fields[found++] = line;
		if (found == count || !(line = strchr(line, ':')))
			break;
		*line++ = '\0';
	}
	return found;
}

int table_number(const char *text, unsigned int *to)
{
	unsigned long value;
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	value = strtoul(text, &end, 10);
	if (*end || value > UINT_MAX)
		return -1;
	*to = (unsigned int)value;
	return 0;
}

/* One line without its end. ERANGE: it does not fit. */
static int read_line(FILE *file, char *buffer, size_t size)
{
	size_t len;

	if (size < 2)
		return ERANGE;
	if (!fgets(buffer, size > INT_MAX ? INT_MAX : (int)size, file))
		return ferror(file) ? EIO : ENOENT;
	len = strlen(buffer);
	if (len && buffer[len - 1] == '\n')
		buffer[len - 1] = '\0';
	else if (len + 1 == size)
		return ERANGE;
	return 0;
}

int table_next(const struct table_kind *kind, FILE *file, void *entry, char *buffer, size_t size,
	       void **result)
{
	int saved = errno, error;
	long at;

	*result = NULL;
	do {
		at = ftell(file);
		error = read_line(file, buffer, size);
		if (!error)
			error = kind->parse(entry, buffer, buffer + size);
	} while (error == EINVAL);
	if (error == ERANGE)
		fseek(file, at, SEEK_SET);
	errno = saved;
	if (!error)
		*result = entry;
	return error;
}

int table_find(const struct table_kind *kind, table_match match, const void *key, void *entry,
	       char *buffer, size_t size, void **result)
{
	int saved = errno, error;
	FILE *file = fopen(kind->path, "re");

	*result = NULL;
	if (!file) {
		error = errno;
		errno = saved;
		return error == ENOENT ? 0 : error;
	}
	do
		error = table_next(kind, file, entry, buffer, size, result);
	while (!error && !match(entry, key));
	fclose(file);
	errno = saved;
	if (error)
		*result = NULL;
	return error == ENOENT ? 0 : error;
}

/* A larger buffer. */
static int grow(struct table_cursor *cursor)
{
	size_t size = cursor->size ? 2 * cursor->size : 1024;
	char *buffer = realloc(cursor->buffer, size);

	if (!buffer)
		return ENOMEM;
	cursor->buffer = buffer;
	cursor->size = size;
	return 0;
}

void *table_next_own(struct table_cursor *cursor, const struct table_kind *kind, FILE *file,
		     void *entry)
{
	void *result;
	int error = 0;

	do {
		error = error || !cursor->size ? grow(cursor) : 0;
		if (!error)
			error =
			    table_next(kind, file, entry, cursor->buffer, cursor->size, &result);
	} while (error == ERANGE);
	if (error && error != ENOENT)
		errno = error;
	return error ? NULL : result;
}

void *table_find_own(struct table_cursor *cursor, const struct table_kind *kind, table_match match,
		     const void *key, void *entry)
{
	FILE *file = fopen(kind->path, "re");
	void *result;

	if (!file)
		return NULL;
	do
		result = table_next_own(cursor, kind, file, entry);
	while (result && !match(entry, key));
	fclose(file);
	return result;
}

static FILE *open_table(struct table_cursor *cursor, const struct table_kind *kind)
{
	if (!cursor->file)
		cursor->file = fopen(kind->path, "re");
	return cursor->file;
}

void *table_step(struct table_cursor *cursor, const struct table_kind *kind, void *entry)
{
	return open_table(cursor, kind) ? table_next_own(cursor, kind, cursor->file, entry) : NULL;
}

int table_step_r(struct table_cursor *cursor, const struct table_kind *kind, void *entry,
		 char *buffer, size_t size, void **result)
{
	*result = NULL;
	return open_table(cursor, kind)
		   ? table_next(kind, cursor->file, entry, buffer, size, result)
		   : errno;
}

void table_rewind(struct table_cursor *cursor)
{
	if (cursor->file)
		fclose(cursor->file);
	cursor->file = NULL;
}

void table_close(struct table_cursor *cursor)
{
	table_rewind(cursor);
	free(cursor->buffer);
	*cursor = (struct table_cursor){0};
}
