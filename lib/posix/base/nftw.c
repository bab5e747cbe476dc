/* SPDX-License-Identifier: 0BSD */
/* nftw.c: walking a tree of files.
 *
 * The path stands in one buffer that each directory prolongs. The names of a directory are read
 * before the first of them is visited, so that the visitor may remove them, and one descriptor is
 * enough at any depth. A directory that contains itself (by a link or a mount) is found by its
 * device and number among those being visited, and is not entered again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int (*visit_fn)(const char *, const struct stat *, int, struct FTW *);
typedef int (*short_visit_fn)(const char *, const struct stat *, int);

struct place {
	const struct place *above;
	dev_t dev;
	ino_t ino;
	int level;
};

struct walk {
	char path[PATH_MAX];
	visit_fn visit;
	short_visit_fn short_visit; /* ftw's */
	int flags;
	int start; /* FTW_CHDIR: the directory that the path is relative to */
	dev_t dev; /* of the first file */
};

static int visit_at(struct walk *walk, size_t len, size_t base, const struct place *above);

/* Calls the visitor, with FTW_CHDIR in the directory of the file. */
static int call(struct walk *walk, const struct stat *st, int type, struct FTW *where)
{
	char *slash = walk->path + (where->base ? where->base - 1 : 0), saved = *slash;
	int answer;

	if (walk->short_visit)
		return walk->short_visit(walk->path, st, type);
	if (!(walk->flags & FTW_CHDIR) || !where->base)
		return walk->visit(walk->path, st, type, where);
	*slash = '\0';
	answer = chdir(slash == walk->path ? "/" : walk->path);
	*slash = saved;
	if (!answer)
		answer = walk->visit(walk->path, st, type, where);
	return fchdir(walk->start) ? -1 : answer;
}

/* The type as the visitor is told it; *st is filled as far as possible. -1 with errno. */
static int classify(struct walk *walk, struct stat *st)
{
	int physical = walk->flags & FTW_PHYS;

	if ((physical ? lstat(walk->path, st) : stat(walk->path, st)) == 0) {
		if (S_ISDIR(st->st_mode))
			return walk->flags & FTW_DEPTH ? FTW_DP : FTW_D;
		return S_ISLNK(st->st_mode) ? FTW_SL : FTW_F;
	}
	if (!physical && errno == ENOENT && lstat(walk->path, st) == 0)
		return walk->short_visit ? FTW_NS : FTW_SLN;
	return errno == EACCES ? FTW_NS : -1;
}

static int is_inside(const struct place *place, const struct stat *st)
{
	for (; place; place = place->above)
		if (place->dev == st->st_dev && place->ino == st->st_ino)
			return 1;
	return 0;
}

static int visit_entries(struct walk *walk, struct dirent **list, int count, size_t len,
			 const struct place *place)
{
	int answer = 0;

	if (len && walk->path[len - 1] == '/')
		len--;
	for (int i = 0; i < count && !answer; i++) {
		size_t name_len = strlen(list[i]->d_name);

		if (len + name_len + 1 >= PATH_MAX) {
			errno = ENAMETOOLONG;
			return -1;
		}
		walk->path[len] = '/';
		memcpy(walk->path + len + 1, list[i]->d_name, name_len + 1);
		answer = visit_at(walk, len + 1 + name_len, len + 1, place);
	}
	return answer;
}

static int not_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int visit_directory(struct walk *walk, size_t len, const struct place *place)
{
	struct dirent **list;
	int count = scandir(walk->path, &list, not_dots, NULL), answer, error;

	if (count < 0)
		return -1;
	answer = visit_entries(walk, list, count, len, place);
	error = errno;
	for (int i = 0; i < count; i++)
		free(list[i]);
	free(list);
	errno = error;
	walk->path[len] = '\0';
	return answer;
}

static int is_readable(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno != EACCES;
}

/* The file at `path`, LEN bytes, whose name starts at BASE; and what is below. */
static int visit_at(struct walk *walk, size_t len, size_t base, const struct place *above)
{
	struct FTW where = {.base = (int)base, .level = above ? above->level + 1 : 0};
	struct stat st = {0};
	struct place here = {.above = above, .level = where.level};
	int type = classify(walk, &st), answer = 0;

	if (type < 0)
		return -1;
	if (!above)
		walk->dev = st.st_dev;
	if (type != FTW_NS && walk->flags & FTW_MOUNT && st.st_dev != walk->dev)
		return 0;
	if (type != FTW_D && type != FTW_DP)
		return call(walk, &st, type, &where);
	if (is_inside(above, &st))
		return 0;
	here.dev = st.st_dev;
	here.ino = st.st_ino;
	if (!is_readable(walk->path))
		return call(walk, &st, FTW_DNR, &where);
	if (type == FTW_D)
		answer = call(walk, &st, type, &where);
	if (!answer)
		answer = visit_directory(walk, len, &here);
	if (!answer && type == FTW_DP)
		answer = call(walk, &st, type, &where);
	return answer;
}

static int walk_from(struct walk *walk, const char *path)
{
	size_t len = strlen(path), base;
	int answer;

	if (!len || len >= PATH_MAX) {
		errno = len ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	memcpy(walk->path, path, len + 1);
	for (base = len; base && walk->path[base - 1] == '/'; base--)
		;
	while (base && walk->path[base - 1] != '/')
		base--;
	if (!(walk->flags & FTW_CHDIR))
		return visit_at(walk, len, base, NULL);
	walk->start = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (walk->start < 0)
		return -1;
	answer = visit_at(walk, len, base, NULL);
	close(walk->start);
	return answer;
}

int nftw(const char *path, visit_fn visit, int descriptors, int flags)
{
	struct walk walk = {.visit = visit, .flags = flags};

	(void)descriptors;
	return walk_from(&walk, path);
}

int ftw(const char *path, short_visit_fn visit, int descriptors)
{
	struct walk walk = {.short_visit = visit};

	(void)descriptors;
	return walk_from(&walk, path);
}
