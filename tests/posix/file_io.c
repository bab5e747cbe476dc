/* SPDX-License-Identifier: 0BSD */
/* file_io.c: reading, writing, seeking, in one piece and in many. */
#include "lib/test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static unsigned char pattern(unsigned i) { return (unsigned char)(i * 7 + i / 256); }

static bool is_pattern(const unsigned char *data, unsigned from, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) {
		if (data[i] != pattern(from + i))
			return false;
	}
	return true;
}

/* Sizes at which the way of the data changes, and some around. */
static const unsigned sizes[] = {0, 1, 7, 8, 9, 40, 47, 48, 49, 64, 4095, 4096, 4097, 65536, 200000};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

TEST(file_io, all_sizes_come_back)
{
	static unsigned char out[200000], in[200001];
	int fd = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	for (unsigned i = 0; i < sizeof(out); i++)
		out[i] = pattern(i);
	for (unsigned i = 0; i < SIZES; i++) {
		EXPECT_OK(ftruncate(fd, 0));
		EXPECT_EQ(lseek(fd, 0, SEEK_SET), 0);
		EXPECT_EQ(write(fd, out, sizes[i]), sizes[i]);
		EXPECT_EQ(lseek(fd, 0, SEEK_CUR), sizes[i]);
		EXPECT_EQ(lseek(fd, 0, SEEK_SET), 0);
		memset(in, 0, sizeof(in));
		EXPECT_EQ(read(fd, in, sizeof(in)), sizes[i]);
		EXPECT(is_pattern(in, 0, sizes[i]));
		EXPECT_EQ(read(fd, in, sizeof(in)), 0);
	}
	EXPECT_OK(close(fd));
}

TEST(file_io, at_an_offset_the_own_offset_stays)
{
	char text[16] = "";
	int fd = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	EXPECT_EQ(write(fd, "0123456789", 10), 10);
	EXPECT_EQ(pwrite(fd, "ab", 2, 4), 2);
	EXPECT_EQ(pread(fd, text, 4, 3), 4);
	EXPECT_STRING(text, "3ab6");
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 10);
	EXPECT_EQ(pread(fd, text, 4, 10), 0);
	EXPECT_EQ(pread(fd, text, 4, 1000000), 0);
	EXPECT_ERRNO(EINVAL, pread(fd, text, 4, -1));
	EXPECT_ERRNO(EINVAL, pwrite(fd, text, 4, -1));
	EXPECT_OK(close(fd));
}

TEST(file_io, what_was_never_written_is_zero)
{
	char text[6] = "xxxxx";
	struct stat st;
	int fd = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	EXPECT_EQ(lseek(fd, 100000, SEEK_SET), 100000);
	EXPECT_EQ(write(fd, "end", 3), 3);
	EXPECT_OK(fstat(fd, &st));
	EXPECT_EQ(st.st_size, 100003);
	EXPECT_EQ(pread(fd, text, 5, 50000), 5);
	EXPECT(memcmp(text, "\0\0\0\0\0", 5) == 0);
	EXPECT_OK(ftruncate(fd, 100001));
	EXPECT_OK(ftruncate(fd, 100003));
	EXPECT_EQ(pread(fd, text, 5, 100000), 3);
	EXPECT(memcmp(text, "e\0\0", 3) == 0);
	EXPECT_OK(close(fd));
}

TEST(file_io, seeking_refuses)
{
	int fd = open("f", O_RDWR | O_CREAT, 0666), pipes[2];

	ASSERT_OK(fd);
	EXPECT_EQ(write(fd, "abc", 3), 3);
	EXPECT_EQ(lseek(fd, -1, SEEK_END), 2);
	EXPECT_EQ(lseek(fd, 5, SEEK_CUR), 7);
	EXPECT_ERRNO(EINVAL, lseek(fd, -4, SEEK_END));
	EXPECT_ERRNO(EINVAL, lseek(fd, 0, 77));
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 7);
	EXPECT_OK(close(fd));
	EXPECT_ERRNO(EBADF, lseek(fd, 0, SEEK_CUR));
	ASSERT_OK(pipe(pipes));
	EXPECT_ERRNO(ESPIPE, lseek(pipes[0], 0, SEEK_CUR));
	EXPECT_ERRNO(ESPIPE, pread(pipes[0], &fd, 1, 0));
	EXPECT_ERRNO(ESPIPE, pwrite(pipes[1], &fd, 1, 0));
	EXPECT_OK(close(pipes[0]));
	EXPECT_OK(close(pipes[1]));
}

TEST(file_io, access_mode_counts)
{
	char byte = 0;
	int fd = open("f", O_WRONLY | O_CREAT, 0666);

	ASSERT_OK(fd);
	EXPECT_ERRNO(EBADF, read(fd, &byte, 1));
	EXPECT_OK(close(fd));
	fd = open("f", O_RDONLY);
	ASSERT_OK(fd);
	EXPECT_ERRNO(EBADF, write(fd, &byte, 1));
	EXPECT_ERRNO(EINVAL, ftruncate(fd, 0));
	EXPECT_OK(close(fd));
	ASSERT_OK(mkdir("d", 0777));
	fd = open("d", O_RDONLY);
	ASSERT_OK(fd);
	EXPECT_ERRNO(EISDIR, read(fd, &byte, 1));
	EXPECT_OK(close(fd));
	EXPECT_ERRNO(EBADF, read(fd, &byte, 1));
	EXPECT_ERRNO(EBADF, read(-1, &byte, 1));
	EXPECT_ERRNO(EBADF, read(-4, &byte, 1));
	EXPECT_ERRNO(EBADF, write(100000, &byte, 1));
}

TEST(file_io, appends_at_the_end_of_the_moment)
{
	int a = open("f", O_WRONLY | O_CREAT | O_APPEND, 0666), b = open("f", O_RDWR);

	ASSERT_OK(a);
	ASSERT_OK(b);
	EXPECT_EQ(write(a, "one", 3), 3);
	EXPECT_EQ(write(b, "ONETWO", 6), 6);
	EXPECT_EQ(write(a, "three", 5), 5);
	EXPECT_OK(close(a));
	EXPECT_OK(close(b));
	EXPECT_STRING(test_read_file("f"), "ONETWOthree");
}

TEST(file_io, in_pieces)
{
	char a[3] = "", b[5] = "", c[4] = "";
	struct iovec out[3] = {{"ab", 2}, {"", 0}, {"cdefg", 5}};
	struct iovec in[3] = {{a, 2}, {b, 4}, {c, 3}};
	int fd = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	EXPECT_EQ(writev(fd, out, 3), 7);
	EXPECT_EQ(lseek(fd, 0, SEEK_SET), 0);
	EXPECT_EQ(readv(fd, in, 3), 7);
	EXPECT_STRING(a, "ab");
	EXPECT_STRING(b, "cdef");
	EXPECT_STRING(c, "g");
	EXPECT_EQ(pwritev(fd, out, 1, 3), 2);
	EXPECT_EQ(preadv(fd, in, 2, 1), 6);
	EXPECT_STRING(b, "abfg");
	EXPECT_ERRNO(EINVAL, writev(fd, out, -1));
	EXPECT_ERRNO(EINVAL, readv(fd, in, 100000));
	EXPECT_EQ(writev(fd, out, 0), 0);
	EXPECT_OK(close(fd));
}

TEST(file_io, in_more_pieces_than_a_message_has)
{
	static unsigned char out[300][300], in[300][300];
	struct iovec pieces[300];
	int fd = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	for (unsigned i = 0; i < 300; i++) {
		for (unsigned j = 0; j < 300; j++)
			out[i][j] = pattern(i * 300 + j);
		pieces[i] = (struct iovec){out[i], 300};
	}
	EXPECT_EQ(writev(fd, pieces, 300), 90000);
	for (unsigned i = 0; i < 300; i++)
		pieces[i].iov_base = in[i];
	EXPECT_EQ(preadv(fd, pieces, 300, 0), 90000);
	EXPECT(memcmp(in, out, sizeof(in)) == 0);
	EXPECT_OK(ftruncate(fd, 0));
	EXPECT_EQ(lseek(fd, 0, SEEK_SET), 0);
	for (unsigned i = 0; i < 300; i++)
		pieces[i] = (struct iovec){out[i], 3};
	EXPECT_EQ(writev(fd, pieces, 300), 900);
	EXPECT_EQ(pread(fd, in, 900, 0), 900);
	EXPECT(memcmp((char *)in + 897, out[299], 3) == 0);
	EXPECT_OK(close(fd));
}

/* The server answers in several parts, and finds that the last has nowhere to go. */
TEST(file_io, a_bad_address_behind_a_good_one)
{
	static char good[300000];
	struct iovec in[] = {{good, sizeof(good)}, {(void *)0x800000000000, 100000}};
	int fd = open("sparse", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	EXPECT_OK(ftruncate(fd, 400000));
	EXPECT_ERRNO(EFAULT, readv(fd, in, 2));
	EXPECT_EQ(pread(fd, good, sizeof(good), 0), sizeof(good));
	EXPECT_OK(close(fd));
}

TEST(file_io, storage_can_be_asked_for)
{
	char byte = 1;
	struct stat st;
	int fd = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	EXPECT_EQ(write(fd, "abc", 3), 3);
	EXPECT_ERROR(0, posix_fallocate(fd, 1, 9999));
	EXPECT_OK(fstat(fd, &st));
	EXPECT_EQ(st.st_size, 10000);
	EXPECT_EQ(pread(fd, &byte, 1, 9999), 1);
	EXPECT_EQ(byte, 0);
	EXPECT_EQ(pread(fd, &byte, 1, 1), 1);
	EXPECT_EQ(byte, 'b');
	EXPECT_ERROR(EINVAL, posix_fallocate(fd, 0, 0));
	EXPECT_ERROR(EINVAL, posix_fallocate(fd, -1, 1));
	EXPECT_ERROR(0, posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL));
	EXPECT_ERROR(EINVAL, posix_fadvise(fd, 0, 0, 99));
	EXPECT_OK(fsync(fd));
	EXPECT_OK(fdatasync(fd));
	EXPECT_OK(close(fd));
	EXPECT_ERRNO(EBADF, fsync(fd));
	EXPECT_ERROR(EBADF, posix_fallocate(fd, 0, 1));
}
