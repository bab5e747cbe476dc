/* SPDX-License-Identifier: 0BSD */
/* walk.c: ftw and nftw: a function called for everything below a directory.
 *
 * Each directory is read as a whole and closed before what is in it is looked at, so the depth
 * costs no descriptors. Directories on the way down are known by device and inode: a link that
 * leads back to one is reported and not entered.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int ftw_call(const char *, const struct stat *, int);
typedef int nftw_call(const char *, const struct stat *, int, struct FTW *);

struct walk {
	ftw_call *plain;
	nftw_call *full; /* one of the two */
	int flags;
	int start; /* what the path is relative to */
	dev_t device;
	size_t bytes;
	char path[PATH_MAX];
};

/* A directory that we are in. */
struct level {
	const struct level *up;
	dev_t device;
	ino_t inode;
};

/* FTW_CHDIR: to the directory of the object, whose name begins at BASE in the path. */
static int go_there(struct walk *w, size_t base)
{
	char first = w->path[base];
	int fd, r;

	if (!(w->flags & FTW_CHDIR))
		return 0;
	if (base == 0)
		return fchdir(w->start);
	w->path[base] = '\0';
	fd = openat(w->start, w->path, O_SEARCH | O_DIRECTORY | O_CLOEXEC);
	w->path[base] = first;
	if (fd < 0)
		return -1;
	r = fchdir(fd);
	close(fd);
	return r;
}

static int tell(struct walk *w, const struct stat *st, int type, struct FTW *where)
{
	if (go_there(w, (size_t)where->base))
		return -1;
	if (w->full)
		return w->full(w->path, st, type, where);
	/* ftw has no name for these. */
	if (type == FTW_SLN)
		type = FTW_NS;
	return w->plain(w->path, st, type);
}

static bool came_through(const struct level *level, const struct stat *st)
{
	for (; level; level = level->up) {
		if (level->device == st->st_dev && level->inode == st->st_ino)
			return true;
	}
	return false;
}

/* What the object at w->path is. */
static int look(const struct walk *w, struct stat *st)
{
	if (!(w->flags & FTW_PHYS) && fstatat(w->start, w->path, st, 0) == 0)
		return S_ISDIR(st->st_mode) ? FTW_D : FTW_F;
	if (fstatat(w->start, w->path, st, AT_SYMLINK_NOFOLLOW)) {
		memset(st, 0, sizeof(*st));
		return FTW_NS;
	}
	if (S_ISLNK(st->st_mode))
		return w->flags & FTW_PHYS ? FTW_SL : FTW_SLN;
	return S_ISDIR(st->st_mode) ? FTW_D : FTW_F;
}

static int no_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int visit(struct walk *w, const struct level *up, int depth, int base);

/* Calls visit for NAME in the directory at w->path. */
static int enter(struct walk *w, const struct level *level, int depth, const char *name)
{
	size_t before = w->bytes, at = before, bytes = strlen(name);
	int r;

	if (before == 0 || w->path[before - 1] != '/')
		w->path[at++] = '/';
	if (at + bytes >= sizeof(w->path)) {
		w->path[before] = '\0';
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(w->path + at, name, bytes + 1);
	w->bytes = at + bytes;
	r = visit(w, level, depth + 1, (int)at);
	w->bytes = before;
	w->path[before] = '\0';
	return r;
}

/* All that is in the directory at w->path, whose names are LIST. */
static int visit_all(struct walk *w, const struct level *level, int depth, struct dirent **list, int count)
{
	int r = 0;

	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = enter(w, level, depth, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return r;
}

static int visit_directory(struct walk *w, const struct level *up, const struct stat *st, struct FTW *where)
{
	struct level level = {up, st->st_dev, st->st_ino};
	struct dirent **list;
	int count = scandirat(w->start, w->path, &list, no_dots, NULL), r = 0;

	if (count < 0)
		return errno == EACCES ? tell(w, st, FTW_DNR, where) : -1;
	if (!(w->flags & FTW_DEPTH))
		r = tell(w, st, FTW_D, where);
	if (r) {
		for (int i = 0; i < count; i++)
			free(list[i]);
		free(list);
		return r;
	}
	r = visit_all(w, &level, where->level, list, count);
	if (r == 0 && (w->flags & FTW_DEPTH))
		r = tell(w, st, FTW_DP, where);
	return r;
}

static int visit(struct walk *w, const struct level *up, int depth, int base)
{
	struct FTW where = {base, depth};
	struct stat st;
	int type = look(w, &st);

	if (type == FTW_NS && errno != EACCES && errno != ENOENT && errno != ELOOP)
		return -1;
	if (depth == 0) {
		if (type == FTW_NS)
			return -1;
		w->device = st.st_dev;
	}
	if ((w->flags & FTW_MOUNT) && type != FTW_NS && st.st_dev != w->device)
		return 0;
	if (type != FTW_D)
		return tell(w, &st, type, &where);
	return came_through(up, &st) ? 0 : visit_directory(w, up, &st, &where);
}

/* Where the last name in the path begins. */
static int base_of(const struct walk *w)
{
	size_t at = w->bytes;

	while (at > 0 && w->path[at - 1] == '/')
		at--;
	while (at > 0 && w->path[at - 1] != '/')
		at--;
	return (int)at;
}

static int start(struct walk *w, const char *path)
{
	w->bytes = strnlen(path, sizeof(w->path));
	if (w->bytes == 0 || w->bytes == sizeof(w->path)) {
		errno = w->bytes ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	memcpy(w->path, path, w->bytes + 1);
	return visit(w, NULL, 0, base_of(w));
}

int nftw(const char *path, nftw_call *call, int descriptors, int flags)
{
	struct walk w = {.full = call, .flags = flags, .start = AT_FDCWD};
	int r, error;

	if (!(flags & FTW_CHDIR))
		return start(&w, path);
	w.start = open(".", O_SEARCH | O_DIRECTORY | O_CLOEXEC);
	if (w.start < 0)
		return -1;
	r = start(&w, path);
	error = errno;
	if (fchdir(w.start) && r == 0)
		r = -1;
	else
		errno = error;
	close(w.start);
	return r;
}

int ftw(const char *path, ftw_call *call, int descriptors)
{
	struct walk w = {.plain = call, .start = AT_FDCWD};

	return start(&w, path);
}
