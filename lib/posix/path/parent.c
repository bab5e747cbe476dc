/* SPDX-License-Identifier: 0BSD */
/* parent.c: the directory that a new name is to stand in.
 *
 * rename and link name two places. The message goes to the first; the second travels as a
 * capability to its directory and a plain name, so the server that gets both knows whether both are
 * its own.
 */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "posix/files.h"

/* Takes the last component of the BYTES at PATH for the name. Answers how many bytes are before it.
 */
static int64_t split(const char *path, size_t bytes, struct path_parent *out)
{
	size_t end = bytes, start;

	while (end > 0 && path[end - 1] == '/')
		end--;
	if (end == 0)
		return bytes ? -EBUSY : -ENOENT;
	for (start = end; start > 0 && path[start - 1] != '/'; start--)
		;
	if (end - start > PATH_NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(out->name, path + start, end - start);
	out->name[end - start] = '\0';
	out->slash = end < bytes;
	if (strcmp(out->name, ".") == 0 || strcmp(out->name, "..") == 0)
		return -EINVAL;
	return (int64_t)start;
}

static int64_t open_parent(int dir, const char *path, size_t bytes)
{
	struct slot_range range = {POSIX_SLOT_MIN, POSIX_SLOT_MAX};
	char text[PATH_TEXT_MAX];

	memcpy(text, path, bytes);
	text[bytes] = '\0';
	return posix_open(dir, text, O_SEARCH | O_DIRECTORY | O_CLOEXEC | O_CLOFORK, 0, range);
}

int path_parent_get(int dir, const char *path, struct path_parent *out)
{
	size_t bytes = strnlen(path, PATH_TEXT_MAX);
	int64_t before = bytes < PATH_TEXT_MAX ? split(path, bytes, out) : -ENAMETOOLONG, r;

	if (before < 0)
		return (int)before;
	out->opened = before > 0;
	if (!path_dir_good(dir, path))
		r = -EBADF;
	else if (out->opened)
		r = open_parent(dir, path, (size_t)before);
	else
		r = dir == AT_FDCWD ? (int64_t)SLOT_CWD : dir;
	if (r < 0)
		return (int)r;
	out->slot = (cap_t)r;
	return 0;
}

void path_parent_put(struct path_parent *parent)
{
	if (parent->opened)
		os_close(parent->slot, DEADLINE_FOREVER);
}
