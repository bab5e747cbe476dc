/* SPDX-License-Identifier: 0BSD */
/* open.c: opening files: flags, permissions, what is refused. */
#include "lib/test.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(open, takes_the_lowest_free_descriptor)
{
	int a = open("f", O_RDWR | O_CREAT, 0666), b = open("f", O_RDONLY), c;

	ASSERT_OK(a);
	EXPECT_EQ(b, a + 1);
	EXPECT_OK(close(a));
	c = open("f", O_RDONLY);
	EXPECT_EQ(c, a);
	EXPECT_OK(close(b));
	EXPECT_OK(close(c));
}

TEST(open, applies_the_umask)
{
	struct stat st;
	int fd;

	EXPECT_EQ(umask(027), 022);
	fd = open("f", O_RDWR | O_CREAT, 0777);
	ASSERT_OK(fd);
	EXPECT_OK(fstat(fd, &st));
	EXPECT_EQ(st.st_mode, S_IFREG | 0750);
	EXPECT_EQ(umask(022), 027);
	EXPECT_OK(close(fd));
}

TEST(open, exclusive_creates_only_what_is_not_there)
{
	int fd = open("f", O_RDWR | O_CREAT | O_EXCL, 0666);

	ASSERT_OK(fd);
	EXPECT_OK(close(fd));
	EXPECT_ERRNO(EEXIST, open("f", O_RDWR | O_CREAT | O_EXCL, 0666));
	ASSERT_OK(symlink("nowhere", "l"));
	EXPECT_ERRNO(EEXIST, open("l", O_RDWR | O_CREAT | O_EXCL, 0666));
}

TEST(open, creates_what_a_link_leads_to)
{
	struct stat st;
	int fd;

	ASSERT_OK(symlink("target", "l"));
	fd = open("l", O_RDWR | O_CREAT, 0666);
	ASSERT_OK(fd);
	EXPECT_OK(close(fd));
	EXPECT_OK(lstat("target", &st));
	EXPECT(S_ISREG(st.st_mode));
}

TEST(open, truncates)
{
	struct stat st;
	int fd;

	test_write_file("f", "something");
	fd = open("f", O_WRONLY | O_TRUNC);
	ASSERT_OK(fd);
	EXPECT_OK(fstat(fd, &st));
	EXPECT_EQ(st.st_size, 0);
	EXPECT_OK(close(fd));
	fd = creat("f", 0600);
	ASSERT_OK(fd);
	EXPECT_ERRNO(EBADF, read(fd, &st, 1));
	EXPECT_OK(close(fd));
}

TEST(open, refuses)
{
	char name[NAME_MAX + 2], path[PATH_MAX + 1];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	test_write_file("f", "");
	ASSERT_OK(mkdir("d", 0777));
	ASSERT_OK(symlink("loop", "loop"));
	ASSERT_OK(symlink("f", "l"));
	EXPECT_ERRNO(ENOENT, open("", O_RDONLY));
	EXPECT_ERRNO(ENOENT, open("nothing", O_RDONLY));
	EXPECT_ERRNO(ENOENT, open("nothing/f", O_RDWR | O_CREAT, 0666));
	EXPECT_ERRNO(ENOTDIR, open("f/x", O_RDONLY));
	EXPECT_ERRNO(ENOTDIR, open("f/", O_RDONLY));
	EXPECT_ERRNO(ENOTDIR, open("f", O_RDONLY | O_DIRECTORY));
	EXPECT_ERRNO(EISDIR, open("d", O_WRONLY));
	EXPECT_ERRNO(EISDIR, open("d", O_RDWR));
	EXPECT_ERRNO(ELOOP, open("loop", O_RDONLY));
	EXPECT_ERRNO(ELOOP, open("l", O_RDONLY | O_NOFOLLOW));
	EXPECT_ERRNO(ENAMETOOLONG, open(name, O_RDONLY));
	EXPECT_ERRNO(ENAMETOOLONG, open(path, O_RDONLY));
}

TEST(open, a_name_of_the_greatest_length_is_good)
{
	char name[NAME_MAX + 1];
	int fd;

	memset(name, 'n', NAME_MAX);
	name[NAME_MAX] = '\0';
	fd = open(name, O_RDWR | O_CREAT, 0666);
	ASSERT_OK(fd);
	EXPECT_OK(close(fd));
	EXPECT_OK(unlink(name));
}

TEST(open, relative_to_a_directory)
{
	int dir, fd;

	ASSERT_OK(mkdir("d", 0777));
	test_write_file("d/f", "here");
	dir = open("d", O_RDONLY | O_DIRECTORY);
	ASSERT_OK(dir);
	fd = openat(dir, "f", O_RDONLY);
	EXPECT_OK(fd);
	EXPECT_OK(close(fd));
	fd = openat(dir, "./../d//f", O_RDONLY);
	EXPECT_OK(fd);
	EXPECT_ERRNO(ENOTDIR, openat(fd, "x", O_RDONLY));
	EXPECT_OK(close(fd));
	EXPECT_OK(close(dir));
	EXPECT_ERRNO(EBADF, openat(dir, "f", O_RDONLY));
	EXPECT_ERRNO(EBADF, openat(-7, "f", O_RDONLY));
	fd = openat(-7, "/dev/null", O_RDONLY);
	EXPECT_OK(fd);
	EXPECT_OK(close(fd));
}

TEST(open, a_removed_file_lives_as_long_as_it_is_open)
{
	char text[8] = "";
	int fd;

	test_write_file("f", "alive");
	fd = open("f", O_RDWR);
	ASSERT_OK(fd);
	EXPECT_OK(unlink("f"));
	EXPECT_ERRNO(ENOENT, open("f", O_RDONLY));
	EXPECT_EQ(read(fd, text, sizeof(text)), 5);
	EXPECT_STRING(text, "alive");
	EXPECT_EQ(pwrite(fd, "A", 1, 0), 1);
	EXPECT_OK(close(fd));
}

TEST(open, a_place_alone_tells_what_it_is_and_no_more)
{
	struct stat st;
	char byte;
	int dir, fd;

	ASSERT_OK(mkdir("d", 0755));
	test_write_file("d/f", "text");
	fd = open("d/f", O_PATH);
	dir = open("d", O_PATH);
	ASSERT(fd >= 0 && dir >= 0);
	EXPECT_OK(fstat(fd, &st));
	EXPECT_EQ(st.st_size, 4);
	EXPECT_OK(faccessat(dir, "f", R_OK, 0));
	EXPECT_ERRNO(EBADF, read(fd, &byte, 1));
	EXPECT_ERRNO(EBADF, write(fd, "x", 1));
	EXPECT_ERRNO(EBADF, lseek(fd, 0, SEEK_SET));
	EXPECT_ERRNO(EBADF, fchmod(fd, 0600));
	EXPECT_ERRNO(EBADF, flock(fd, LOCK_SH));
	EXPECT_OK(fchdir(dir));
	EXPECT_OK(close(fd));
	EXPECT_OK(close(dir));
}

TEST(open, stops_at_the_limit)
{
	struct rlimit limit, less;
	int fd[64], n = 0, used;

	ASSERT_OK(getrlimit(RLIMIT_NOFILE, &limit));
	used = dup(0);
	EXPECT_OK(close(used));
	less = (struct rlimit){(rlim_t)used + 3, limit.rlim_max};
	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &less));
	while (n < 64 && (fd[n] = open("/dev/null", O_RDONLY)) >= 0)
		n++;
	EXPECT_EQ(errno, EMFILE);
	EXPECT_EQ(n, 3);
	EXPECT_ERRNO(EMFILE, dup(0));
	EXPECT_ERRNO(EBADF, dup2(0, used + 3));
	EXPECT_ERRNO(EINVAL, fcntl(0, F_DUPFD, used + 3));
	EXPECT_OK(setrlimit(RLIMIT_NOFILE, &limit));
	while (n > 0)
		EXPECT_OK(close(fd[--n]));
}
