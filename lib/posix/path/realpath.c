/* SPDX-License-Identifier: 0BSD */
/* realpath.c: a name without links, dots and double slashes.
 *
 * Component by component: each is looked at with readlink, which says EINVAL for what is no link. A
 * link's target is put in front of what is left. So what the caller sees is what opening would have
 * walked, and permissions are those of a walk.
 */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* `done` begins with a slash, and ends in none unless it is the root. */
struct resolving {
	char done[PATH_TEXT_MAX];
	size_t done_bytes;
	char rest[PATH_TEXT_MAX];
	char *next; /* in rest */
	unsigned links;
};

/* Puts TARGET (BYTES) before what is left to do, which is nothing or begins with a slash. */
static int prepend(struct resolving *r, const char *target, size_t bytes)
{
	size_t left = strlen(r->next);

	if (bytes + left + 1 > sizeof(r->rest))
		return -ENAMETOOLONG;
	memmove(r->rest + bytes, r->next, left + 1);
	memcpy(r->rest, target, bytes);
	r->next = r->rest;
	if (target[0] == '/')
		r->done_bytes = 1;
	return 0;
}

static void drop_last(struct resolving *r)
{
	while (r->done_bytes > 1 && r->done[r->done_bytes - 1] != '/')
		r->done_bytes--;
	if (r->done_bytes > 1)
		r->done_bytes--;
}

/* What has been resolved must be a directory if anything stands behind it. */
static int check_directory(struct resolving *r)
{
	struct stat st;

	r->done[r->done_bytes] = '\0';
	if (stat(r->done, &st))
		return -errno;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

/* Appends the name of BYTES, follows it if it is a link. */
static int step(struct resolving *r, const char *name, size_t bytes)
{
	size_t before = r->done_bytes;
	char target[PATH_TEXT_MAX];
	ssize_t length;

	if (before + bytes + 2 > sizeof(r->done))
		return -ENAMETOOLONG;
	if (before > 1)
		r->done[r->done_bytes++] = '/';
	memcpy(r->done + r->done_bytes, name, bytes);
	r->done_bytes += bytes;
	r->done[r->done_bytes] = '\0';
	length = readlink(r->done, target, sizeof(target));
	if (length < 0 && errno == EINVAL)
		return *r->next == '/' ? check_directory(r) : 0;
	if (length < 0)
		return -errno;
	if (length == 0)
		return -ENOENT;
	if (++r->links > PATH_REDIRECTS_MAX)
		return -ELOOP;
	r->done_bytes = before;
	return prepend(r, target, (size_t)length);
}

static int resolve(struct resolving *r)
{
	while (*r->next) {
		size_t bytes = strcspn(r->next, "/");
		const char *name = r->next;
		int error = 0;

		r->next += bytes;
		if (bytes == 0)
			r->next++;
		else if (bytes == 2 && memcmp(name, "..", 2) == 0)
			drop_last(r);
		else if (bytes != 1 || name[0] != '.')
			error = step(r, name, bytes);
		if (error)
			return error;
	}
	r->done[r->done_bytes] = '\0';
	return 0;
}

static int start(struct resolving *r, const char *path)
{
	size_t bytes = strnlen(path, sizeof(r->rest));

	if (bytes == 0)
		return -ENOENT;
	if (bytes == sizeof(r->rest))
		return -ENAMETOOLONG;
	memcpy(r->rest, path, bytes + 1);
	r->next = r->rest;
	r->links = 0;
	strcpy(r->done, "/");
	if (path[0] != '/' && !getcwd(r->done, sizeof(r->done)))
		return -errno;
	r->done_bytes = strlen(r->done);
	return 0;
}

char *realpath(const char *restrict path, char *restrict resolved)
{
	int saved = errno, error = -EINVAL;
	struct resolving r;

	if (path)
		error = start(&r, path);
	if (!error)
		error = resolve(&r);
	if (!error && !resolved) {
		resolved = malloc(r.done_bytes + 1);
		if (!resolved)
			error = -ENOMEM;
	}
	if (error) {
		posix_failed(error);
		return NULL;
	}
	errno = saved;
	return memcpy(resolved, r.done, r.done_bytes + 1);
}

char *canonicalize_file_name(const char *path) { return realpath(path, NULL); }
