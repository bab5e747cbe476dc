/* SPDX-License-Identifier: 0BSD */
/* home.c: the directory in which a test works; files; children. */
#include "home.h"
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char home[64];

/* Removes everything in the directory FD, which is closed. Permissions are no obstacle to their
 * owner. */
static void empty(int fd)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		int below;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, entry->d_name, 0) == 0)
			continue;
		fchmodat(fd, entry->d_name, 0700, 0);
		below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (below >= 0)
			empty(below);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	if (dir)
		closedir(dir);
}

void test_home_enter(void)
{
	umask(022);
	strcpy(home, "/tmp/test.XXXXXX");
	ASSERT(mkdtemp(home) != NULL);
	ASSERT_OK(chdir(home));
}

void test_home_leave(void)
{
	int fd;

	umask(022);
	EXPECT_OK(chdir("/"));
	fd = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (EXPECT_OK(fd))
		empty(fd);
	EXPECT_OK(rmdir(home));
}

void test_write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	ASSERT_OK(fd);
	EXPECT_EQ(write(fd, text, strlen(text)), strlen(text));
	EXPECT_OK(close(fd));
}

const char *test_read_file(const char *name)
{
	static char text[4096];
	int fd = open(name, O_RDONLY);
	ssize_t bytes;

	if (!EXPECT_OK(fd))
		return "";
	bytes = read(fd, text, sizeof(text) - 1);
	EXPECT_OK(bytes);
	text[bytes > 0 ? bytes : 0] = '\0';
	EXPECT_OK(close(fd));
	return text;
}

int test_child(void (*body)(void))
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		body();
		fflush(stdout);
		_exit(test_failures());
	}
	if (EXPECT_OK(pid))
		EXPECT_EQ(waitpid(pid, &status, 0), pid);
	return status;
}
