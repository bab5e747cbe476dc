/* SPDX-License-Identifier: 0BSD */
/* scandir.c: a directory as a sorted array. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*select_fn)(const struct dirent *);
typedef int (*compare_fn)(const struct dirent **, const struct dirent **);

struct entries {
	struct dirent **list;
	size_t count, room;
};

static int add(struct entries *entries, const struct dirent *entry)
{
	struct dirent *copy;

	if (entries->count == entries->room) {
		size_t room = entries->room ? 2 * entries->room : 16;
		struct dirent **list = realloc(entries->list, room * sizeof(*list));

		if (!list)
			return -1;
		entries->list = list;
		entries->room = room;
	}
	copy = malloc(sizeof(*copy));
	if (!copy)
		return -1;
	*copy = *entry;
	entries->list[entries->count++] = copy;
	return 0;
}

/* All that SELECT wants. errno is set when the answer is not 0. */
static int read_all(DIR *dir, struct entries *entries, select_fn select)
{
	struct dirent *entry;

	while (errno = 0, (entry = readdir(dir)))
		if ((!select || select(entry)) && add(entries, entry))
			return -1;
	return errno ? -1 : 0;
}

static int scan(DIR *dir, struct dirent ***list, select_fn select, compare_fn compare)
{
	struct entries entries = {0};
	int saved = errno, error;

	if (!dir)
		return -1;
	if (read_all(dir, &entries, select)) {
		error = errno;
		while (entries.count)
			free(entries.list[--entries.count]);
		free(entries.list);
		closedir(dir);
		errno = error;
		return -1;
	}
	closedir(dir);
	errno = saved;
	if (compare)
		qsort(entries.list, entries.count, sizeof(*entries.list),
		      (int (*)(const void *, const void *))compare);
	*list = entries.list;
	return (int)entries.count;
}

int scandir(const char *path, struct dirent ***list, select_fn select, compare_fn compare)
{
	return scan(opendir(path), list, select, compare);
}

int scandirat(int at, const char *path, struct dirent ***list, select_fn select, compare_fn compare)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		close(fd);
	return scan(dir, list, select, compare);
}

int alphasort(const struct dirent **left, const struct dirent **right)
{
	return strcoll((*left)->d_name, (*right)->d_name);
}

int versionsort(const struct dirent **left, const struct dirent **right)
{
	return strverscmp((*left)->d_name, (*right)->d_name);
}
