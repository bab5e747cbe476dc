/* SPDX-License-Identifier: 0BSD */
/* temporary.c: files and directories with names that nobody has. */
#include "lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(temporary, files)
{
	char a[] = "a.XXXXXX", b[] = "a.XXXXXX";
	struct stat st;
	int fd = mkstemp(a), other = mkstemp(b);

	ASSERT_OK(fd);
	ASSERT_OK(other);
	EXPECT(strcmp(a, b) != 0);
	EXPECT(strcmp(a, "a.XXXXXX") != 0);
	EXPECT_OK(stat(a, &st));
	EXPECT_EQ(st.st_mode, S_IFREG | 0600);
	EXPECT_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	EXPECT_OK(close(fd));
	EXPECT_OK(close(other));
}

TEST(temporary, directories)
{
	char a[] = "d.XXXXXX";
	struct stat st;

	EXPECT(mkdtemp(a) == a);
	EXPECT_OK(stat(a, &st));
	EXPECT_EQ(st.st_mode, S_IFDIR | 0700);
}

TEST(temporary, templates)
{
	char few[] = "a.XXXXX", none[] = "nowhere/XXXXXX", suffix[] = "aXXXXXX.txt";
	int fd;

	EXPECT_ERRNO(EINVAL, mkstemp(few));
	EXPECT_STRING(few, "a.XXXXX");
	EXPECT_ERRNO(ENOENT, mkstemp(none));
	fd = mkstemps(suffix, 4);
	ASSERT_OK(fd);
	EXPECT_STRING(suffix + 7, ".txt");
	EXPECT_OK(close(fd));
}

TEST(temporary, streams)
{
	FILE *f = tmpfile();
	char text[8] = "";

	ASSERT(f != NULL);
	EXPECT_EQ(fputs("kept", f) >= 0, 1);
	rewind(f);
	EXPECT(fgets(text, sizeof(text), f) != NULL);
	EXPECT_STRING(text, "kept");
	EXPECT_EQ(fclose(f), 0);
}
