/* SPDX-License-Identifier: 0BSD */
/* libgen.c: the two halves of a path. Both may write into it. */
#include <libgen.h>
#include <string.h>

static char dot[] = ".";

/* One past the last byte that is no slash; `path` itself when there is none. */
static char *end_of_name(char *path)
{
	char *end = path + strlen(path);

	while (end > path && end[-1] == '/')
		end--;
	return end;
}

char *basename(char *path)
{
	char *end, *start;

	if (!path || !*path)
		return dot;
	end = end_of_name(path);
	if (end == path) {
		path[1] = '\0';
		return path;
	}
	*end = '\0';
	start = strrchr(path, '/');
	return start ? start + 1 : path;
}

char *dirname(char *path)
{
	char *end;

	if (!path || !*path)
		return dot;
	end = end_of_name(path);
	while (end > path && end[-1] != '/')
		end--;
	if (end == path && *path != '/')
		return dot;
	while (end > path && end[-1] == '/')
		end--;
	if (end == path)
		end++; /* the root */
	*end = '\0';
	return path;
}
