/* SPDX-License-Identifier: 0BSD */
/* cwd.c: the working directory, the root, names without links. */
#include "lib/test.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char here[PATH_MAX];

/* PATH below the test's directory. */
static const char *below(const char *path)
{
	static char text[PATH_MAX + 64];

	snprintf(text, sizeof(text), "%s%s", here, path);
	return text;
}

static const char *cwd(void)
{
	static char text[PATH_MAX];

	return getcwd(text, sizeof(text));
}

TEST(cwd, changes_and_tells)
{
	char *made;
	int dir;

	ASSERT(getcwd(here, sizeof(here)) != NULL);
	ASSERT_OK(mkdir("a", 0777));
	ASSERT_OK(mkdir("a/b", 0777));
	ASSERT_OK(symlink("a/b", "l"));
	test_write_file("f", "");
	EXPECT_OK(chdir("a"));
	EXPECT_STRING(cwd(), below("/a"));
	dir = open(".", O_RDONLY);
	ASSERT_OK(dir);
	EXPECT_OK(chdir("../l"));
	EXPECT_STRING(cwd(), below("/a/b"));
	EXPECT_OK(chdir(".."));
	EXPECT_STRING(cwd(), below("/a"));
	EXPECT_OK(chdir("/"));
	EXPECT_STRING(cwd(), "/");
	EXPECT_OK(chdir(".."));
	EXPECT_STRING(cwd(), "/");
	EXPECT_OK(fchdir(dir));
	EXPECT_STRING(cwd(), below("/a"));
	EXPECT_OK(close(dir));
	made = getcwd(NULL, 0);
	EXPECT_STRING(made, below("/a"));
	free(made);
	EXPECT_ERRNO(EBADF, fchdir(dir));
	EXPECT_ERRNO(ENOENT, chdir("nothing"));
	EXPECT_ERRNO(ENOENT, chdir(""));
	EXPECT_ERRNO(ENOTDIR, chdir("../f"));
	dir = open("../f", O_RDONLY);
	EXPECT_ERRNO(ENOTDIR, fchdir(dir));
	EXPECT_OK(close(dir));
	EXPECT_STRING(cwd(), below("/a"));
}

TEST(cwd, getcwd_refuses)
{
	char small[2];

	EXPECT(getcwd(small, sizeof(small)) == NULL);
	EXPECT_EQ(errno, ERANGE);
	EXPECT(getcwd(small, 0) == NULL);
	EXPECT_EQ(errno, EINVAL);
}

TEST(cwd, follows_a_directory_that_is_renamed)
{
	ASSERT(getcwd(here, sizeof(here)) != NULL);
	ASSERT_OK(mkdir("a", 0777));
	ASSERT_OK(mkdir("c", 0777));
	EXPECT_OK(chdir("a"));
	test_write_file("f", "moved");
	EXPECT_OK(rename("../a", "../c/b"));
	EXPECT_STRING(cwd(), below("/c/b"));
	EXPECT_STRING(test_read_file("f"), "moved");
	EXPECT_STRING(test_read_file("../b/f"), "moved");
}

TEST(cwd, a_removed_directory_has_no_name)
{
	struct stat st;

	ASSERT_OK(mkdir("a", 0777));
	EXPECT_OK(chdir("a"));
	EXPECT_OK(rmdir("../a"));
	EXPECT(getcwd(here, sizeof(here)) == NULL);
	EXPECT_EQ(errno, ENOENT);
	EXPECT_ERRNO(ENOENT, open("f", O_RDWR | O_CREAT, 0666));
	EXPECT_OK(stat(".", &st));
}

static void in_a_root(void)
{
	struct stat st;

	EXPECT_OK(chroot("root"));
	EXPECT_OK(chdir("/"));
	EXPECT_STRING(cwd(), "/");
	EXPECT_STRING(test_read_file("/f"), "inside");
	EXPECT_STRING(test_read_file("/../../f"), "inside");
	EXPECT_STRING(test_read_file("/d/../f"), "inside");
	EXPECT_STRING(test_read_file("/l"), "inside");
	EXPECT_STRING(test_read_file("d/up"), "inside");
	EXPECT_ERRNO(ENOENT, stat("/outside", &st));
	EXPECT_ERRNO(ENOENT, stat("../outside", &st));
	EXPECT_OK(chdir("d"));
	EXPECT_STRING(cwd(), "/d");
	EXPECT_ERRNO(ENOENT, chroot("nothing"));
	EXPECT_ERRNO(ENOTDIR, chroot("/f"));
}

TEST(cwd, nothing_leads_out_of_a_root)
{
	if (geteuid() != 0)
		return;
	ASSERT_OK(mkdir("root", 0777));
	ASSERT_OK(mkdir("root/d", 0777));
	test_write_file("outside", "outside");
	test_write_file("root/f", "inside");
	ASSERT_OK(symlink("/f", "root/l"));
	ASSERT_OK(symlink("../../../f", "root/d/up"));
	EXPECT_EQ(test_child(in_a_root), 0);
	EXPECT_STRING(test_read_file("outside"), "outside");
}

TEST(cwd, realpath_has_no_links)
{
	char text[PATH_MAX];
	char *made;

	ASSERT(getcwd(here, sizeof(here)) != NULL);
	ASSERT_OK(mkdir("a", 0777));
	ASSERT_OK(mkdir("a/b", 0777));
	test_write_file("a/b/f", "");
	ASSERT_OK(symlink("a/b", "l"));
	ASSERT_OK(symlink(below("/l/f"), "m"));
	ASSERT_OK(symlink("loop", "loop"));
	ASSERT_OK(symlink("nowhere", "n"));
	EXPECT_STRING(realpath("l/.././b//f", text), below("/a/b/f"));
	EXPECT_STRING(realpath("m", text), below("/a/b/f"));
	EXPECT_STRING(realpath(".", text), here);
	EXPECT_STRING(realpath("/", text), "/");
	EXPECT_STRING(realpath("/..//.", text), "/");
	EXPECT_STRING(realpath("l/", text), below("/a/b"));
	made = realpath("a", NULL);
	EXPECT_STRING(made, below("/a"));
	free(made);
	errno = 0;
	EXPECT(realpath("loop", text) == NULL && errno == ELOOP);
	EXPECT(realpath("n", text) == NULL && errno == ENOENT);
	EXPECT(realpath("", text) == NULL && errno == ENOENT);
	EXPECT(realpath("m/x", text) == NULL && errno == ENOTDIR);
	EXPECT(realpath("m/", text) == NULL && errno == ENOTDIR);
}
