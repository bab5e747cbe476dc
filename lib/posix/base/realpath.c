/* SPDX-License-Identifier: 0BSD */
/* realpath.c: the path of a file without symbolic links, `.` and `..`.
 *
 * What is left to do stands in `todo`, what is done in `done`; a link puts its target in front of
 * the rest. Each step is asked of the file system, so that the answer is right at least for an
 * instant and every part is known to exist.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
	char done[PATH_MAX + NAME_MAX + 1];
	char todo[2 * PATH_MAX];
	size_t done_len;
	int links;
};

static int fail(int error)
{
	errno = error;
	return -1;
}

static int append(struct walk *walk, const char *name, size_t len)
{
	if (len > NAME_MAX || walk->done_len + len + 1 >= PATH_MAX)
		return fail(ENAMETOOLONG);
	walk->done[walk->done_len++] = '/';
	memcpy(walk->done + walk->done_len, name, len);
	walk->done_len += len;
	walk->done[walk->done_len] = '\0';
	return 0;
}

static void up(struct walk *walk)
{
	char *slash = strrchr(walk->done, '/');

	walk->done_len = slash ? (size_t)(slash - walk->done) : 0;
	walk->done[walk->done_len] = '\0';
}

/* The last part of `done` is a link to TARGET: back before it, and the target first. REST is left.
 */
static int follow(struct walk *walk, const char *target, size_t len, const char *rest)
{
	size_t rest_len = strlen(rest);

	if (++walk->links > SYMLOOP_MAX)
		return fail(ELOOP);
	if (len + rest_len + 2 > sizeof(walk->todo))
		return fail(ENAMETOOLONG);
	memmove(walk->todo + len + 1, rest, rest_len + 1);
	memcpy(walk->todo, target, len);
	walk->todo[len] = '/';
	if (target[0] == '/')
		walk->done[walk->done_len = 0] = '\0';
	else
		up(walk);
	return 0;
}

/* Takes the first part off `todo`. Answers 1 while there is one, 0 at the end, -1 with errno. */
static int step(struct walk *walk)
{
	char *name = walk->todo + strspn(walk->todo, "/"), *rest;
	char target[PATH_MAX];
	size_t len = strcspn(name, "/");
	struct stat st;
	ssize_t target_len;

	if (!len)
		return 0;
	rest = name + len;
	if ((len == 1 && name[0] == '.') || (len == 2 && name[0] == '.' && name[1] == '.')) {
		if (len == 2)
			up(walk);
		memmove(walk->todo, rest, strlen(rest) + 1);
		return 1;
	}
	if (append(walk, name, len) || lstat(walk->done, &st))
		return -1;
	if (S_ISLNK(st.st_mode)) {
		target_len = readlink(walk->done, target, sizeof(target));
		if (target_len <= 0)
			return target_len ? -1 : fail(ENOENT);
		return follow(walk, target, (size_t)target_len, rest) ? -1 : 1;
	}
	if (*rest && !S_ISDIR(st.st_mode))
		return fail(ENOTDIR);
	memmove(walk->todo, rest, strlen(rest) + 1);
	return 1;
}

static char *resolve(struct walk *walk, const char *path, char *resolved)
{
	int more;

	if (strlen(path) >= PATH_MAX)
		return fail(ENAMETOOLONG), NULL;
	strcpy(walk->todo, path);
	walk->done[0] = '\0';
	if (path[0] != '/') {
		if (!getcwd(walk->done, PATH_MAX))
			return NULL;
		if (!walk->done[1])
			walk->done[0] = '\0';
	}
	walk->done_len = strlen(walk->done);
	do
		more = step(walk);
	while (more > 0);
	if (more < 0)
		return NULL;
	if (!walk->done_len)
		strcpy(walk->done, "/");
	return resolved ? strcpy(resolved, walk->done) : strdup(walk->done);
}

char *realpath(const char *restrict path, char *restrict resolved)
{
	struct walk *walk;
	char *answer;

	if (!path || !*path)
		return fail(path ? ENOENT : EINVAL), NULL;
	walk = calloc(1, sizeof(*walk));
	if (!walk)
		return NULL;
	answer = resolve(walk, path, resolved);
	free(walk);
	return answer;
}

char *canonicalize_file_name(const char *path)
{
	return realpath(path, NULL);
}
