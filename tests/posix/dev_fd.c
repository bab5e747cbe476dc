/* SPDX-License-Identifier: 0BSD */
/* dev_fd.c: /dev/fd, /dev/stdin and their kin, and /proc/<pid>/fd. To open such a name is dup, as on the BSDs. */
#include "lib/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_named(const char *directory, int fd, int flags)
{
	char name[64];

	snprintf(name, sizeof(name), "%s/%d", directory, fd);
	return open(name, flags);
}

TEST(dev_fd, opens_what_a_descriptor_names)
{
	int a = open("f", O_RDWR | O_CREAT, 0666), b, c;
	char text[8] = "";

	ASSERT_OK(a);
	EXPECT_EQ(write(a, "abcdef", 6), 6);
	EXPECT_EQ(lseek(a, 2, SEEK_SET), 2);
	b = open_named("/dev/fd", a, O_RDWR);
	c = open_named("/proc/self/fd", a, O_RDONLY | O_CLOEXEC);
	ASSERT(b >= 0 && c >= 0);
	EXPECT_EQ(fcntl(b, F_GETFD), 0);
	EXPECT_EQ(fcntl(c, F_GETFD), FD_CLOEXEC);
	EXPECT_EQ(read(b, text, 4), 4);
	EXPECT_STRING(text, "cdef");
	EXPECT_OK(close(a));
	EXPECT_OK(close(b));
	EXPECT_OK(close(c));
}

TEST(dev_fd, names_the_standard_three)
{
	int kept = dup(0), pipes[2], in;
	char text[4] = "";

	ASSERT_OK(kept);
	ASSERT_OK(pipe(pipes));
	EXPECT_EQ(write(pipes[1], "hi", 2), 2);
	EXPECT_OK(dup2(pipes[0], 0));
	in = open("/dev/stdin", O_RDONLY);
	ASSERT_OK(in);
	EXPECT_EQ(read(in, text, 2), 2);
	EXPECT_STRING(text, "hi");
	EXPECT_OK(dup2(kept, 0));
	EXPECT_OK(access("/dev/stdout", F_OK));
	EXPECT_OK(access("/dev/stderr", F_OK));
	EXPECT_OK(close(in));
	EXPECT_OK(close(kept));
	EXPECT_OK(close(pipes[0]));
	EXPECT_OK(close(pipes[1]));
}

TEST(dev_fd, opens_sockets_too)
{
	int pair[2], copy;
	char text[4] = "";

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	copy = open_named("/dev/fd", pair[0], O_RDWR);
	ASSERT_OK(copy);
	EXPECT_EQ(write(pair[1], "abc", 3), 3);
	EXPECT_EQ(read(copy, text, 3), 3);
	EXPECT_STRING(text, "abc");
	EXPECT_OK(close(copy));
	EXPECT_OK(close(pair[0]));
	EXPECT_OK(close(pair[1]));
}

/* Which descriptors the directory lists, as bits. */
static uint64_t listed(const char *directory)
{
	DIR *d = opendir(directory);
	struct dirent *e;
	uint64_t bits = 0;

	if (!EXPECT(d != NULL))
		return 0;
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			bits |= 1ull << strtoul(e->d_name, NULL, 10);
	bits &= ~(1ull << dirfd(d));
	closedir(d);
	return bits;
}

TEST(dev_fd, lists_what_is_open)
{
	uint64_t before = listed("/dev/fd");

	EXPECT(dup2(1, 40) == 40 && dup2(1, 42) == 42);
	EXPECT_EQ(listed("/dev/fd"), before | 1ull << 40 | 1ull << 42);
	EXPECT_OK(close(40));
	EXPECT_EQ(listed("/proc/self/fd"), before | 1ull << 42);
	EXPECT_OK(close(42));
	EXPECT_EQ(listed("/dev/fd"), before);
}

TEST(dev_fd, has_no_name_for_what_is_not_open)
{
	EXPECT_ERRNO(ENOENT, open("/dev/fd/41", O_RDONLY));
	EXPECT_ERRNO(ENOENT, open("/dev/fd/1023", O_RDONLY));
	EXPECT_ERRNO(ENOENT, open("/dev/fd/99999", O_RDONLY));
	EXPECT_ERRNO(ENOENT, open("/dev/fd/00", O_RDONLY));
	EXPECT_ERRNO(ENOENT, open("/dev/fd/x", O_RDONLY));
	EXPECT_ERRNO(EEXIST, open("/dev/fd/1", O_RDWR | O_CREAT | O_EXCL, 0600));
}

static void open_mine(void)
{
	char directory[32];
	int fd;

	snprintf(directory, sizeof(directory), "/proc/%d/fd", (int)getppid());
	fd = open_named(directory, 45, O_RDWR);
	if (fd < 0 || write(fd, "child", 5) != 5)
		_exit(1);
	if (setuid(65534) || open_named(directory, 45, O_RDWR) != -1 || errno != EACCES)
		_exit(2);
	_exit(opendir(directory) || errno != EACCES ? 3 : 0);
}

TEST(dev_fd, of_another_process_is_for_its_user_and_root)
{
	int fd = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	EXPECT_OK(dup2(fd, 45));
	EXPECT_OK(close(fd));
	EXPECT_OK(fcntl(45, F_SETFD, FD_CLOEXEC));
	EXPECT_EQ(test_child(open_mine), 0);
	EXPECT_OK(close(45));
	EXPECT_STRING(test_read_file("f"), "child");
}

static void run_script(void)
{
	int fd = open("script", O_RDONLY);
	char *const args[] = {"script", NULL}, *const none[] = {NULL};

	fexecve(fd, args, none);
	_exit(1);
}

TEST(dev_fd, lets_an_interpreter_find_its_script)
{
	test_write_file("script", "#!/bin/sh\nexit 7\n");
	EXPECT_OK(chmod("script", 0755));
	EXPECT_EQ(WEXITSTATUS(test_child(run_script)), 7);
}
