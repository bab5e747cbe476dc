/* SPDX-License-Identifier: 0BSD */
/* names.c: making and removing names, links, renaming. */
#include "lib/test.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static mode_t mode_of(const char *name)
{
	struct stat st;

	return lstat(name, &st) ? 0 : st.st_mode;
}

static nlink_t links_of(const char *name)
{
	struct stat st;

	return stat(name, &st) ? 0 : st.st_nlink;
}

TEST(names, directories_come_and_go)
{
	EXPECT_OK(mkdir("d", 0775));
	EXPECT_EQ(mode_of("d"), S_IFDIR | 0755);
	EXPECT_OK(mkdir("d/e/", 0700));
	EXPECT_EQ(mode_of("d/e"), S_IFDIR | 0700);
	EXPECT_ERRNO(EEXIST, mkdir("d", 0777));
	EXPECT_ERRNO(ENOENT, mkdir("x/y", 0777));
	EXPECT_ERRNO(ENOENT, mkdir("", 0777));
	test_write_file("f", "");
	EXPECT_ERRNO(EEXIST, mkdir("f", 0777));
	EXPECT_ERRNO(ENOTDIR, mkdir("f/d", 0777));
	EXPECT_ERRNO(ENOTEMPTY, rmdir("d"));
	EXPECT_ERRNO(ENOTDIR, rmdir("f"));
	EXPECT_ERRNO(ENOENT, rmdir("x"));
	EXPECT_ERRNO(EINVAL, rmdir("d/."));
	EXPECT_OK(rmdir("d/e/"));
	EXPECT_OK(rmdir("d"));
	EXPECT_EQ(mode_of("d"), 0);
}

TEST(names, unlink_takes_files_and_links)
{
	test_write_file("f", "");
	ASSERT_OK(symlink("f", "l"));
	ASSERT_OK(symlink("nowhere", "m"));
	ASSERT_OK(mkdir("d", 0777));
	EXPECT_OK(unlink("l"));
	EXPECT_EQ(mode_of("f"), S_IFREG | 0644);
	EXPECT_OK(unlink("m"));
	EXPECT_OK(unlink("f"));
	EXPECT_ERRNO(ENOENT, unlink("f"));
	EXPECT_ERRNO(ENOENT, unlink(""));
	EXPECT(unlink("d") == -1 && (errno == EPERM || errno == EISDIR));
	EXPECT_OK(remove("d"));
	EXPECT_ERRNO(ENOENT, remove("d"));
}

TEST(names, relative_to_a_directory)
{
	char text[8] = "";
	int dir;

	ASSERT_OK(mkdir("d", 0777));
	dir = open("d", O_RDONLY | O_DIRECTORY);
	ASSERT_OK(dir);
	EXPECT_OK(mkdirat(dir, "e", 0777));
	EXPECT_OK(symlinkat("e", dir, "l"));
	EXPECT_EQ(readlinkat(dir, "l", text, sizeof(text)), 1);
	EXPECT_OK(mkfifoat(dir, "p", 0600));
	EXPECT_OK(renameat(dir, "p", AT_FDCWD, "q"));
	EXPECT_EQ(mode_of("q"), S_IFIFO | 0600);
	EXPECT_OK(linkat(AT_FDCWD, "q", dir, "p", 0));
	EXPECT_EQ(links_of("d/p"), 2);
	EXPECT_ERRNO(EINVAL, unlinkat(dir, "e", 0x4000));
	EXPECT_OK(unlinkat(dir, "e", AT_REMOVEDIR));
	EXPECT_OK(unlinkat(dir, "l", 0));
	EXPECT_OK(unlinkat(dir, "p", 0));
	EXPECT_OK(rmdir("d"));
	EXPECT_ERRNO(ENOENT, mkdirat(dir, "e", 0777));
	EXPECT_OK(close(dir));
}

TEST(names, nodes)
{
	EXPECT_OK(mkfifo("p", 0666));
	EXPECT_EQ(mode_of("p"), S_IFIFO | 0644);
	EXPECT_ERRNO(EEXIST, mkfifo("p", 0666));
	EXPECT_ERRNO(ENOENT, mkfifo("x/p", 0666));
	EXPECT_OK(mknod("r", S_IFREG | 0640, 0));
	EXPECT_EQ(mode_of("r"), S_IFREG | 0640);
}

TEST(names, symbolic_links)
{
	char text[PATH_MAX];
	struct stat st;

	EXPECT_OK(symlink("some/where", "l"));
	EXPECT_EQ(readlink("l", text, sizeof(text)), 10);
	EXPECT(memcmp(text, "some/where", 10) == 0);
	EXPECT_EQ(readlink("l", text, 4), 4);
	EXPECT_OK(lstat("l", &st));
	EXPECT(S_ISLNK(st.st_mode));
	EXPECT_EQ(st.st_size, 10);
	EXPECT_ERRNO(ENOENT, stat("l", &st));
	EXPECT_ERRNO(EEXIST, symlink("x", "l"));
	EXPECT_ERRNO(ENOENT, symlink("", "m"));
	EXPECT_OK(symlink("x", "m"));
	EXPECT_EQ(readlink("m", text, sizeof(text)), 1);
	EXPECT_ERRNO(ENOENT, readlink("nothing", text, sizeof(text)));
	test_write_file("f", "");
	EXPECT_ERRNO(EINVAL, readlink("f", text, sizeof(text)));
}

TEST(names, links_in_the_middle_of_paths)
{
	char here[PATH_MAX], text[PATH_MAX + 16];
	struct stat st;

	ASSERT(getcwd(here, sizeof(here)) != NULL);
	ASSERT_OK(mkdir("a", 0777));
	ASSERT_OK(mkdir("a/b", 0777));
	test_write_file("a/b/f", "found");
	snprintf(text, sizeof(text), "%s/a", here);
	ASSERT_OK(symlink(text, "absolute"));
	ASSERT_OK(symlink("a/b", "inside"));
	ASSERT_OK(symlink("../a/./b/", "a/up"));
	EXPECT_STRING(test_read_file("absolute/b/f"), "found");
	EXPECT_STRING(test_read_file("inside/f"), "found");
	EXPECT_STRING(test_read_file("a/up/f"), "found");
	EXPECT_STRING(test_read_file("absolute/up/../up/f"), "found");
	EXPECT_STRING(test_read_file("inside/../b/f"), "found");
	EXPECT_ERRNO(ENOENT, stat("inside/a", &st));
	EXPECT_OK(lstat("inside/", &st));
	EXPECT(S_ISDIR(st.st_mode));
	EXPECT_ERRNO(ENOTDIR, stat("inside/f/..", &st));
}

TEST(names, forty_links_are_followed_and_no_more)
{
	char from[16], to[16] = "f";
	struct stat st;

	test_write_file("f", "");
	for (int i = 1; i <= 41; i++) {
		snprintf(from, sizeof(from), "l%d", i);
		ASSERT_OK(symlink(to, from));
		strcpy(to, from);
	}
	EXPECT_OK(stat("l40", &st));
	EXPECT_ERRNO(ELOOP, stat("l41", &st));
	EXPECT_OK(lstat("l41", &st));
}

TEST(names, hard_links)
{
	test_write_file("f", "one file");
	ASSERT_OK(mkdir("d", 0777));
	ASSERT_OK(symlink("f", "l"));
	EXPECT_OK(link("f", "g"));
	EXPECT_EQ(links_of("f"), 2);
	EXPECT_OK(link("f", "d/h"));
	EXPECT_EQ(links_of("g"), 3);
	EXPECT_OK(unlink("f"));
	EXPECT_STRING(test_read_file("d/h"), "one file");
	EXPECT_EQ(links_of("g"), 2);
	EXPECT_ERRNO(EEXIST, link("g", "d/h"));
	EXPECT_ERRNO(ENOENT, link("nothing", "x"));
	EXPECT_ERRNO(ENOENT, link("g", "x/y"));
	EXPECT_ERRNO(EPERM, link("d", "e"));
	EXPECT_ERRNO(ENOTDIR, link("g", "g/x"));
	EXPECT_OK(link("l", "m"));
	EXPECT(S_ISLNK(mode_of("m")));
	EXPECT_ERRNO(ENOENT, linkat(AT_FDCWD, "l", AT_FDCWD, "n", AT_SYMLINK_FOLLOW));
	EXPECT_OK(link("g", "f"));
	EXPECT_OK(linkat(AT_FDCWD, "l", AT_FDCWD, "n", AT_SYMLINK_FOLLOW));
	EXPECT_EQ(mode_of("n"), S_IFREG | 0644);
}

TEST(names, rename_moves_files)
{
	test_write_file("a", "A");
	test_write_file("b", "B");
	ASSERT_OK(mkdir("d", 0777));
	EXPECT_OK(rename("a", "c"));
	EXPECT_EQ(mode_of("a"), 0);
	EXPECT_OK(rename("c", "b"));
	EXPECT_STRING(test_read_file("b"), "A");
	EXPECT_OK(rename("b", "d/b"));
	EXPECT_OK(rename("d/b", "./d/../x"));
	EXPECT_STRING(test_read_file("x"), "A");
	EXPECT_OK(rename("x", "x"));
	EXPECT_OK(link("x", "y"));
	EXPECT_OK(rename("x", "y"));
	EXPECT_EQ(links_of("x"), 2);
	EXPECT_ERRNO(ENOENT, rename("nothing", "z"));
	EXPECT_ERRNO(ENOENT, rename("x", "no/z"));
	EXPECT_ERRNO(ENOENT, rename("x", ""));
	EXPECT_ERRNO(EISDIR, rename("x", "d"));
	EXPECT_ERRNO(ENOTDIR, rename("x", "z/"));
	EXPECT_ERRNO(ENOTDIR, rename("x", "y/z"));
}

TEST(names, rename_moves_directories)
{
	ASSERT_OK(mkdir("a", 0777));
	ASSERT_OK(mkdir("b", 0777));
	test_write_file("a/f", "in a");
	test_write_file("f", "");
	EXPECT_OK(rename("a", "b"));
	EXPECT_STRING(test_read_file("b/f"), "in a");
	ASSERT_OK(mkdir("c", 0777));
	EXPECT_ERRNO(ENOTEMPTY, rename("c", "b"));
	EXPECT_ERRNO(ENOTDIR, rename("b", "f"));
	EXPECT_ERRNO(EINVAL, rename("b", "b/inside"));
	EXPECT(rename("b", ".") == -1);
	EXPECT(rename("..", "z") == -1);
	EXPECT_OK(rename("b", "c/d/"));
	EXPECT_STRING(test_read_file("c/d/f"), "in a");
	EXPECT_STRING(test_read_file("c/d/../d/f"), "in a");
}
