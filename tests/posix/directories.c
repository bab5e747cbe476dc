/* SPDX-License-Identifier: 0BSD */
/* directories.c: reading directories, lists of them, walks over trees. */
#include "lib/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(directories, all_names_once)
{
	static unsigned char seen[500];
	unsigned others = 0, dots = 0;
	struct dirent *entry;
	char name[32];
	DIR *dir;

	memset(seen, 0, sizeof(seen));
	ASSERT_OK(mkdir("d", 0777));
	for (int i = 0; i < 500; i++) {
		int fd;

		snprintf(name, sizeof(name), "d/a-file-with-a-name-%d", i);
		fd = open(name, O_WRONLY | O_CREAT, 0666);
		ASSERT_OK(fd);
		EXPECT_OK(close(fd));
	}
	dir = opendir("d");
	ASSERT(dir != NULL);
	errno = 0;
	while ((entry = readdir(dir))) {
		int i = -1;

		if (sscanf(entry->d_name, "a-file-with-a-name-%d", &i) == 1 && i >= 0 && i < 500)
			seen[i]++;
		else if (entry->d_name[0] == '.')
			dots++;
		else
			others++;
	}
	EXPECT_EQ(errno, 0);
	EXPECT_OK(closedir(dir));
	for (int i = 0; i < 500; i++)
		EXPECT_EQ(seen[i], 1);
	EXPECT_EQ(others, 0);
	EXPECT_EQ(dots, 2);
}

TEST(directories, types_and_numbers)
{
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	ASSERT_OK(mkdir("d", 0777));
	test_write_file("f", "");
	ASSERT_OK(symlink("f", "l"));
	ASSERT_OK(mkfifo("p", 0666));
	dir = opendir(".");
	ASSERT(dir != NULL);
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, "..") == 0)
			continue;
		EXPECT_OK(lstat(entry->d_name, &st));
		EXPECT_EQ(entry->d_ino, st.st_ino);
		EXPECT_EQ(entry->d_type, IFTODT(st.st_mode));
	}
	EXPECT_OK(closedir(dir));
}

TEST(directories, places_can_be_gone_back_to)
{
	char names[8][256];
	struct dirent *entry;
	long place[8];
	DIR *dir;
	int n = 0;

	for (int i = 0; i < 6; i++) {
		char name[2] = {(char)('a' + i), '\0'};

		test_write_file(name, "");
	}
	dir = opendir(".");
	ASSERT(dir != NULL);
	for (;;) {
		long at = telldir(dir);

		entry = readdir(dir);
		if (!entry || n == 8)
			break;
		place[n] = at;
		strcpy(names[n++], entry->d_name);
	}
	EXPECT_EQ(n, 8);
	for (int i = n - 1; i >= 0; i--) {
		seekdir(dir, place[i]);
		entry = readdir(dir);
		EXPECT_STRING(entry ? entry->d_name : NULL, names[i]);
	}
	test_write_file("new", "");
	rewinddir(dir);
	for (n = 0; readdir(dir);)
		n++;
	EXPECT_EQ(n, 9);
	EXPECT_OK(closedir(dir));
}

TEST(directories, of_a_descriptor)
{
	int fd = open(".", O_RDONLY), file = open("f", O_RDWR | O_CREAT, 0666);
	DIR *dir;

	ASSERT_OK(fd);
	dir = fdopendir(fd);
	ASSERT(dir != NULL);
	EXPECT_EQ(dirfd(dir), fd);
	EXPECT(readdir(dir) != NULL);
	EXPECT_OK(closedir(dir));
	EXPECT_ERRNO(EBADF, fcntl(fd, F_GETFD));
	EXPECT(fdopendir(file) == NULL && errno == ENOTDIR);
	EXPECT_OK(close(file));
	EXPECT(fdopendir(file) == NULL && errno == EBADF);
	EXPECT(opendir("f") == NULL && errno == ENOTDIR);
	EXPECT(opendir("nothing") == NULL && errno == ENOENT);
}

TEST(directories, survive_what_is_removed_while_reading)
{
	struct dirent *entry;
	char name[16];
	DIR *dir;

	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "%d", i);
		test_write_file(name, "");
	}
	dir = opendir(".");
	ASSERT(dir != NULL);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			EXPECT_OK(unlink(entry->d_name));
	}
	rewinddir(dir);
	for (int i = 0; i < 2; i++) {
		entry = readdir(dir);
		EXPECT(entry != NULL && entry->d_name[0] == '.');
	}
	EXPECT(readdir(dir) == NULL);
	EXPECT_OK(closedir(dir));
}

static int no_dots(const struct dirent *entry) { return entry->d_name[0] != '.'; }

TEST(directories, as_sorted_lists)
{
	struct dirent **list;
	int n;

	test_write_file("b", "");
	test_write_file("c", "");
	test_write_file("a", "");
	n = scandir(".", &list, no_dots, alphasort);
	ASSERT_EQ(n, 3);
	EXPECT_STRING(list[0]->d_name, "a");
	EXPECT_STRING(list[1]->d_name, "b");
	EXPECT_STRING(list[2]->d_name, "c");
	while (n > 0)
		free(list[--n]);
	free(list);
	EXPECT_ERRNO(ENOENT, scandir("nothing", &list, NULL, NULL));
}

static char walked[4096];
static int stop_at;

static int note(const char *path, const struct stat *st, int type, struct FTW *where)
{
	size_t bytes = strlen(walked);

	snprintf(walked + bytes, sizeof(walked) - bytes, "%s%d%s ", path + where->base, type,
		 where->level > 1 ? "+" : "");
	return stop_at && where->level == stop_at ? 7 : 0;
}

TEST(directories, walks)
{
	char expected[64];

	ASSERT_OK(mkdir("t", 0777));
	ASSERT_OK(mkdir("t/d", 0777));
	test_write_file("t/d/f", "");
	ASSERT_OK(symlink("..", "t/d/up"));
	walked[0] = '\0';
	stop_at = 0;
	EXPECT_EQ(nftw("t", note, 8, FTW_PHYS), 0);
	snprintf(expected, sizeof(expected), "t%d d%d ", FTW_D, FTW_D);
	EXPECT(strncmp(walked, expected, strlen(expected)) == 0);
	snprintf(expected, sizeof(expected), "up%d+ ", FTW_SL);
	EXPECT(strstr(walked, expected) != NULL);
	walked[0] = '\0';
	EXPECT_EQ(nftw("t", note, 8, FTW_DEPTH | FTW_PHYS | FTW_CHDIR), 0);
	snprintf(expected, sizeof(expected), "d%d t%d ", FTW_DP, FTW_DP);
	EXPECT(strstr(walked, expected) != NULL);
	walked[0] = '\0';
	EXPECT_EQ(nftw("t", note, 8, 0), 0);
	EXPECT(strlen(walked) < 64);
	stop_at = 1;
	EXPECT_EQ(nftw("t", note, 8, FTW_PHYS), 7);
	EXPECT_ERRNO(ENOENT, nftw("nothing", note, 8, 0));
}
