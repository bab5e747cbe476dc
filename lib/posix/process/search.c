/* SPDX-License-Identifier: 0BSD */
/* search.c: where a command's file could be. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "posix/build.h"
#include "posix/internal.h"

#define DEFAULT_PATH "/bin:/usr/bin:/sbin:/usr/sbin"

/* The next place in *LIST, joined with FILE, in PATH; false when they do not fit. */
static bool next_place(const char **list, const char *file, char path[PATH_MAX])
{
	size_t length = strcspn(*list, ":"), file_bytes = strlen(file) + 1;
	bool fits = length + 1 + file_bytes <= PATH_MAX;

	if (fits) {
		memcpy(path, *list, length);
		if (length) /* an empty place is the working directory */
			path[length++] = '/';
		memcpy(path + length, file, file_bytes);
	}
	*list += strcspn(*list, ":");
	return fits;
}

int64_t posix_search(const char *file, int64_t (*try)(void *context, const char *path), void *context)
{
	const char *list = getenv("PATH");
	char path[PATH_MAX];
	int64_t r, error = -ENOENT;

	if (!*file)
		return -ENOENT;
	if (strchr(file, '/'))
		return try(context, file);
	if (strlen(file) > NAME_MAX)
		return -ENAMETOOLONG;
	list = list ? list : DEFAULT_PATH;
	for (;;) {
		r = next_place(&list, file, path) ? try(context, path) : -ENOENT;
		if (r != -ENOENT && r != -ENOTDIR && r != -EACCES)
			return r;
		if (r == -EACCES)
			error = r;
		if (!*list)
			return error;
		list++;
	}
}
