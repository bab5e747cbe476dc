/* SPDX-License-Identifier: 0BSD */
/* temp.c: files and directories with names that nobody has. */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <parley/clock.h>

#define X_COUNT 6
#define TRIES	1000

/* That a name is free is proved by making it, so it is enough that few are tried: clock, process
 * and a count, mixed well. */
static void fill(char *at)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	static uint32_t count;
	uint64_t x =
	    os_tsc() ^ (uint64_t)getpid() << 40 ^ (uint64_t)__atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) << 56;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	x ^= x >> 31;
	for (int i = 0; i < X_COUNT; i++, x /= 62)
		at[i] = digits[x % 62];
}

/* The six X before the last SUFFIX bytes, or NULL. */
static char *template(char *name, int suffix)
{
	size_t bytes = strlen(name);
	char *at;

	if (suffix < 0 || bytes < X_COUNT + (size_t)suffix)
		return NULL;
	at = name + bytes - (size_t)suffix - X_COUNT;
	return memcmp(at, "XXXXXX", X_COUNT) == 0 ? at : NULL;
}

static int make_file(const char *name, int flags) { return open(name, O_RDWR | O_CREAT | O_EXCL | flags, 0600); }

static int make_directory(const char *name, int flags) { return mkdir(name, 0700); }

static int make(char *name, int suffix, int flags, int (*how)(const char *, int))
{
	char *at = template(name, suffix);

	if (!at)
		return (int)posix_failed(-EINVAL);
	for (int i = 0; i < TRIES; i++) {
		int r;

		fill(at);
		r = how(name, flags);
		if (r >= 0 || errno != EEXIST)
			return r;
	}
	return (int)posix_failed(-EEXIST);
}

int mkostemps(char *name, int suffix, int flags) { return make(name, suffix, flags & ~O_ACCMODE, make_file); }

int mkostemp(char *name, int flags) { return mkostemps(name, 0, flags); }

int mkstemps(char *name, int suffix) { return mkostemps(name, suffix, 0); }

int mkstemp(char *name) { return mkostemps(name, 0, 0); }

char *mkdtemp(char *name) { return make(name, 0, 0, make_directory) < 0 ? NULL : name; }

/* A name that was free a moment ago: for programs that still ask so. */
char *mktemp(char *name)
{
	char *at = template(name, 0);

	for (int i = 0; at && i < TRIES; i++) {
		struct stat st;

		fill(at);
		if (lstat(name, &st) && errno == ENOENT)
			return name;
	}
	posix_failed(at ? -EEXIST : -EINVAL);
	name[0] = '\0';
	return name;
}
