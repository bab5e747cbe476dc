/* SPDX-License-Identifier: 0BSD */
/* attributes.c: stat, permissions, owners, times, lengths, what is known of filesystems. */
#include "lib/test.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct stat of(const char *name)
{
	struct stat st = {0};

	EXPECT_OK(lstat(name, &st));
	return st;
}

TEST(attributes, stat_tells)
{
	struct stat a, b;
	int fd = open("f", O_RDWR | O_CREAT, 0640);

	ASSERT_OK(fd);
	EXPECT_EQ(write(fd, "1234567", 7), 7);
	EXPECT_OK(fstat(fd, &a));
	EXPECT_OK(stat("f", &b));
	EXPECT_EQ(a.st_mode, S_IFREG | 0640);
	EXPECT_EQ(a.st_size, 7);
	EXPECT_EQ(a.st_nlink, 1);
	EXPECT_EQ(a.st_uid, geteuid());
	EXPECT_EQ(a.st_ino, b.st_ino);
	EXPECT_EQ(a.st_dev, b.st_dev);
	EXPECT_EQ(a.st_mtim.tv_sec, b.st_mtim.tv_sec);
	EXPECT_OK(close(fd));
	EXPECT_ERRNO(EBADF, fstat(fd, &a));
	EXPECT_ERRNO(ENOENT, stat("", &a));
	EXPECT_ERRNO(ENOTDIR, stat("f/x", &a));
	EXPECT_ERRNO(EINVAL, fstatat(AT_FDCWD, "f", &a, 0x10000000));
	EXPECT_OK(stat("/dev/null", &a));
	EXPECT(S_ISCHR(a.st_mode));
	EXPECT_OK(stat("/", &a));
	EXPECT(S_ISDIR(a.st_mode));
}

TEST(attributes, permissions_are_set)
{
	int fd;

	test_write_file("f", "");
	EXPECT_OK(chmod("f", 0751));
	EXPECT_EQ(of("f").st_mode, S_IFREG | 0751);
	EXPECT_OK(chmod("f", 04755));
	EXPECT_EQ(of("f").st_mode, S_IFREG | 04755);
	fd = open("f", O_RDONLY);
	ASSERT_OK(fd);
	EXPECT_OK(fchmod(fd, 0600));
	EXPECT_OK(close(fd));
	EXPECT_EQ(of("f").st_mode, S_IFREG | 0600);
	ASSERT_OK(symlink("f", "l"));
	EXPECT_OK(fchmodat(AT_FDCWD, "l", 0644, 0));
	EXPECT_EQ(of("f").st_mode, S_IFREG | 0644);
	EXPECT_ERRNO(ENOENT, chmod("nothing", 0644));
	EXPECT_ERRNO(EBADF, fchmod(fd, 0644));
}

/* As a user without any rights. */
static void as_nobody(void)
{
	struct stat st;

	EXPECT_OK(setgid(65534));
	EXPECT_OK(setuid(65534));
	EXPECT_ERRNO(EACCES, open("secret", O_RDONLY));
	EXPECT_ERRNO(EACCES, open("readable", O_WRONLY));
	EXPECT_OK(access("readable", R_OK));
	EXPECT_ERRNO(EACCES, access("readable", W_OK));
	EXPECT_ERRNO(EACCES, access("readable", X_OK));
	EXPECT_OK(access("secret", F_OK));
	EXPECT_ERRNO(EACCES, stat("closed/f", &st));
	EXPECT_ERRNO(EACCES, open("new", O_WRONLY | O_CREAT, 0666));
	EXPECT_ERRNO(EACCES, mkdir("new", 0777));
	EXPECT_ERRNO(EACCES, unlink("readable"));
	EXPECT_ERRNO(EACCES, rename("readable", "open/r"));
	EXPECT_ERRNO(EPERM, chmod("readable", 0666));
	EXPECT_ERRNO(EPERM, chown("readable", 65534, 65534));
	EXPECT_ERRNO(EPERM, unlink("sticky/f"));
	EXPECT_OK(mkdir("open/mine", 0777));
	EXPECT_OK(chmod("open/mine", 0700));
	EXPECT_OK(rmdir("open/mine"));
}

TEST(attributes, permissions_hold)
{
	if (geteuid() != 0)
		return;
	EXPECT_OK(chmod(".", 0755));
	test_write_file("secret", "s");
	EXPECT_OK(chmod("secret", 0600));
	test_write_file("readable", "r");
	ASSERT_OK(mkdir("closed", 0700));
	test_write_file("closed/f", "");
	ASSERT_OK(mkdir("open", 0777));
	EXPECT_OK(chmod("open", 0777));
	ASSERT_OK(mkdir("sticky", 0777));
	EXPECT_OK(chmod("sticky", 01777));
	test_write_file("sticky/f", "");
	EXPECT_EQ(test_child(as_nobody), 0);
	EXPECT_OK(access("secret", R_OK | W_OK));
	EXPECT_ERRNO(EACCES, access("secret", X_OK));
	EXPECT_ERRNO(ENOENT, access("nothing", F_OK));
	EXPECT_ERRNO(EINVAL, access("secret", 64));
}

TEST(attributes, owners)
{
	int fd;

	if (geteuid() != 0)
		return;
	test_write_file("f", "");
	EXPECT_OK(chown("f", 12, 34));
	EXPECT_EQ(of("f").st_uid, 12);
	EXPECT_EQ(of("f").st_gid, 34);
	EXPECT_OK(chown("f", (uid_t)-1, 35));
	EXPECT_EQ(of("f").st_uid, 12);
	EXPECT_EQ(of("f").st_gid, 35);
	ASSERT_OK(symlink("f", "l"));
	EXPECT_OK(lchown("l", 56, (gid_t)-1));
	EXPECT_EQ(of("l").st_uid, 56);
	EXPECT_EQ(of("f").st_uid, 12);
	fd = open("f", O_RDONLY);
	EXPECT_OK(fchown(fd, 0, 0));
	EXPECT_OK(close(fd));
	EXPECT_EQ(of("f").st_uid, 0);
}

TEST(attributes, times)
{
	struct timespec t[2] = {{1000, 5}, {2000, 999999999}};
	struct timeval tv[2] = {{77, 8}, {99, 0}};
	struct stat st;
	time_t now = time(NULL);
	int fd;

	test_write_file("f", "");
	st = of("f");
	EXPECT(st.st_mtim.tv_sec >= now - 100 && st.st_mtim.tv_sec <= now + 100);
	EXPECT_OK(utimensat(AT_FDCWD, "f", t, 0));
	st = of("f");
	EXPECT_EQ(st.st_atim.tv_sec, 1000);
	EXPECT_EQ(st.st_atim.tv_nsec, 5);
	EXPECT_EQ(st.st_mtim.tv_sec, 2000);
	EXPECT_EQ(st.st_mtim.tv_nsec, 999999999);
	t[0].tv_nsec = UTIME_OMIT;
	t[1].tv_nsec = UTIME_NOW;
	fd = open("f", O_RDWR);
	ASSERT_OK(fd);
	EXPECT_OK(futimens(fd, t));
	st = of("f");
	EXPECT_EQ(st.st_atim.tv_sec, 1000);
	EXPECT(st.st_mtim.tv_sec >= now - 100);
	EXPECT_OK(utimes("f", tv));
	st = of("f");
	EXPECT_EQ(st.st_atim.tv_sec, 77);
	EXPECT_EQ(st.st_mtim.tv_sec, 99);
	EXPECT_EQ(write(fd, "x", 1), 1);
	EXPECT_OK(close(fd));
	EXPECT(of("f").st_mtim.tv_sec >= now - 100);
	t[0].tv_nsec = 1000000000;
	EXPECT_ERRNO(EINVAL, utimensat(AT_FDCWD, "f", t, 0));
	EXPECT_ERRNO(ENOENT, utimensat(AT_FDCWD, "nothing", NULL, 0));
	EXPECT_ERRNO(EBADF, futimens(fd, NULL));
}

TEST(attributes, lengths)
{
	test_write_file("f", "12345");
	EXPECT_OK(truncate("f", 3));
	EXPECT_STRING(test_read_file("f"), "123");
	EXPECT_OK(truncate("f", 5));
	EXPECT_EQ(of("f").st_size, 5);
	EXPECT_ERRNO(EINVAL, truncate("f", -1));
	EXPECT_ERRNO(EISDIR, truncate(".", 0));
	EXPECT_ERRNO(ENOENT, truncate("nothing", 0));
	EXPECT_ERRNO(EBADF, ftruncate(99, 0));
}

TEST(attributes, filesystems)
{
	struct statvfs a, b;
	int fd = open(".", O_RDONLY);

	ASSERT_OK(fd);
	EXPECT_OK(statvfs(".", &a));
	EXPECT_OK(fstatvfs(fd, &b));
	EXPECT_EQ(a.f_namemax, NAME_MAX);
	EXPECT_EQ(a.f_blocks, b.f_blocks);
	EXPECT(a.f_bsize > 0 && a.f_bfree <= a.f_blocks);
	EXPECT_EQ(pathconf(".", _PC_NAME_MAX), NAME_MAX);
	EXPECT_EQ(fpathconf(fd, _PC_PIPE_BUF), PIPE_BUF);
	EXPECT_EQ(pathconf(".", _PC_PATH_MAX), PATH_MAX);
	EXPECT_ERRNO(EINVAL, pathconf(".", 999));
	EXPECT_ERRNO(ENOENT, pathconf("nothing", _PC_NAME_MAX));
	EXPECT_OK(close(fd));
}
