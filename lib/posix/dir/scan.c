/* SPDX-License-Identifier: 0BSD */
/* scan.c: a whole directory as a sorted list. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct list {
	struct dirent **entry;
	size_t count, room;
};

static void list_free(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->entry[i]);
	free(list->entry);
}

/* A copy that is as long as its name. */
static struct dirent *copy_of(const struct dirent *entry)
{
	size_t bytes = offsetof(struct dirent, d_name) + strlen(entry->d_name) + 1;
	struct dirent *copy = malloc(bytes);

	return copy ? memcpy(copy, entry, bytes) : NULL;
}

static int list_add(struct list *list, const struct dirent *entry)
{
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 32;
		void *grown = realloc(list->entry, room * sizeof(*list->entry));

		if (!grown)
			return -1;
		list->entry = grown;
		list->room = room;
	}
	list->entry[list->count] = copy_of(entry);
	if (!list->entry[list->count])
		return -1;
	list->count++;
	return 0;
}

static int read_all(DIR *dir, struct list *list, int (*wanted)(const struct dirent *))
{
	struct dirent *entry;

	errno = 0;
	while ((entry = readdir(dir))) {
		int want = !wanted || wanted(entry);

		errno = 0;
		if (want && list_add(list, entry))
			return -1;
	}
	return errno ? -1 : 0;
}

static int scan(DIR *dir, struct dirent ***result, int (*wanted)(const struct dirent *),
		int (*order)(const struct dirent **, const struct dirent **))
{
	int saved = errno, error;
	struct list list = {0};

	if (read_all(dir, &list, wanted)) {
		error = errno;
		list_free(&list);
		closedir(dir);
		errno = error;
		return -1;
	}
	closedir(dir);
	if (order && list.count)
		qsort(list.entry, list.count, sizeof(*list.entry), (int (*)(const void *, const void *))order);
	errno = saved;
	*result = list.entry;
	return (int)list.count;
}

int scandir(const char *path, struct dirent ***result, int (*wanted)(const struct dirent *),
	    int (*order)(const struct dirent **, const struct dirent **))
{
	DIR *dir = opendir(path);

	return dir ? scan(dir, result, wanted, order) : -1;
}

int scandirat(int fd, const char *path, struct dirent ***result, int (*wanted)(const struct dirent *),
	      int (*order)(const struct dirent **, const struct dirent **))
{
	int at = openat(fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = at < 0 ? NULL : fdopendir(at);

	if (!dir) {
		if (at >= 0)
			close(at);
		return -1;
	}
	return scan(dir, result, wanted, order);
}

int alphasort(const struct dirent **a, const struct dirent **b) { return strcoll((*a)->d_name, (*b)->d_name); }

int versionsort(const struct dirent **a, const struct dirent **b) { return strverscmp((*a)->d_name, (*b)->d_name); }
