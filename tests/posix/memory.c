/* SPDX-License-Identifier: 0BSD */
/* memory.c: mmap and its kin, shared memory, malloc. */
#include "lib/test.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096l

static sigjmp_buf fault;

static void on_fault(int sig) { siglongjmp(fault, sig); }

/* Which signal touching *AT raises: 0 for none. */
static int touched(volatile char *at, bool write_it)
{
	struct sigaction action = {.sa_handler = on_fault}, segv, bus;
	int sig;

	EXPECT_OK(sigaction(SIGSEGV, &action, &segv));
	EXPECT_OK(sigaction(SIGBUS, &action, &bus));
	sig = sigsetjmp(fault, 1);
	if (sig == 0) {
		if (write_it)
			*at = 1;
		else
			(void)*at;
	}
	EXPECT_OK(sigaction(SIGSEGV, &segv, NULL));
	EXPECT_OK(sigaction(SIGBUS, &bus, NULL));
	return sig;
}

static char *anonymous(size_t bytes, int flags)
{
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
}

TEST(memory, anonymous_is_zero_and_goes)
{
	char *p = anonymous(10 * PAGE, MAP_PRIVATE);

	ASSERT(p != MAP_FAILED);
	for (long i = 0; i < 10 * PAGE; i += 512)
		EXPECT_EQ(p[i], 0);
	memset(p, 5, 10 * PAGE);
	EXPECT_OK(munmap(p + 3 * PAGE, PAGE));
	EXPECT_EQ(touched(p + 3 * PAGE, false), SIGSEGV);
	EXPECT_EQ(p[3 * PAGE - 1], 5);
	EXPECT_EQ(p[4 * PAGE], 5);
	EXPECT_EQ(mmap(p + 3 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), p + 3 * PAGE);
	EXPECT_EQ(p[3 * PAGE], 0);
	EXPECT_OK(munmap(p, 10 * PAGE));
	EXPECT_EQ(touched(p, false), SIGSEGV);
	EXPECT_OK(munmap(p, 10 * PAGE));
}

TEST(memory, protection)
{
	char *p = anonymous(3 * PAGE, MAP_PRIVATE);

	ASSERT(p != MAP_FAILED);
	p[PAGE] = 7;
	EXPECT_OK(mprotect(p + PAGE, PAGE, PROT_READ));
	EXPECT_EQ(touched(p + PAGE, true), SIGSEGV);
	EXPECT_EQ(p[PAGE], 7);
	EXPECT_EQ(touched(p + 2 * PAGE, true), 0);
	EXPECT_OK(mprotect(p + PAGE, PAGE, PROT_NONE));
	EXPECT_EQ(touched(p + PAGE, false), SIGSEGV);
	EXPECT_OK(mprotect(p, 3 * PAGE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(touched(p + PAGE, true), 0);
	EXPECT_OK(munmap(p, 3 * PAGE));
	EXPECT_ERRNO(ENOMEM, mprotect(p, PAGE, PROT_READ));
	EXPECT_ERRNO(EINVAL, mprotect(p + 1, PAGE, PROT_READ));
}

static char *shared;

static void adds(void) { shared[0]++; }

TEST(memory, sharing_with_a_child)
{
	char *own = anonymous(PAGE, MAP_PRIVATE);

	shared = anonymous(PAGE, MAP_SHARED);
	ASSERT(shared != MAP_FAILED && own != MAP_FAILED);
	shared[0] = 1;
	EXPECT_EQ(test_child(adds), 0);
	EXPECT_EQ(shared[0], 2);
	EXPECT_OK(munmap(shared, PAGE));
	shared = own;
	EXPECT_EQ(test_child(adds), 0);
	EXPECT_EQ(own[0], 0);
	EXPECT_OK(munmap(own, PAGE));
}

TEST(memory, files_shared)
{
	int fd = open("f", O_RDWR | O_CREAT, 0666);
	char byte, *p, *q;

	ASSERT_OK(fd);
	EXPECT_OK(ftruncate(fd, 3 * PAGE));
	EXPECT_EQ(pwrite(fd, "file", 4, PAGE), 4);
	p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	q = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
	ASSERT(p != MAP_FAILED && q != MAP_FAILED);
	EXPECT(memcmp(p + PAGE, "file", 4) == 0);
	EXPECT_EQ(pwrite(fd, "F", 1, PAGE), 1);
	EXPECT_EQ(p[PAGE], 'F');
	p[PAGE + 1] = 'I';
	EXPECT_EQ(q[1], 'I');
	EXPECT_EQ(pread(fd, &byte, 1, PAGE + 1), 1);
	EXPECT_EQ(byte, 'I');
	EXPECT_OK(msync(p, 3 * PAGE, MS_SYNC));
	EXPECT_ERRNO(EINVAL, msync(p, PAGE, MS_SYNC | MS_ASYNC));
	EXPECT_OK(mprotect(q, PAGE, PROT_READ | PROT_WRITE));
	q[2] = 'L';
	EXPECT_EQ(p[PAGE + 2], 'L');
	EXPECT_OK(close(fd));
	p[PAGE + 3] = 'E';
	EXPECT_OK(munmap(p, 3 * PAGE));
	EXPECT_OK(munmap(q, PAGE));
	EXPECT_ERRNO(ENOMEM, msync(p, PAGE, MS_SYNC));
}

TEST(memory, files_private)
{
	char *p, byte;
	int fd;

	test_write_file("f", "mine");
	fd = open("f", O_RDONLY);
	ASSERT_OK(fd);
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	ASSERT(p != MAP_FAILED);
	EXPECT_STRING(p, "mine");
	p[0] = 'M';
	EXPECT_EQ(pread(fd, &byte, 1, 0), 1);
	EXPECT_EQ(byte, 'm');
	EXPECT_EQ(p[PAGE - 1], 0);
	EXPECT_OK(munmap(p, PAGE));
	p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	ASSERT(p != MAP_FAILED);
	EXPECT_EQ(touched(p + PAGE, false), SIGBUS);
	EXPECT_OK(munmap(p, 2 * PAGE));
	EXPECT_EQ((long)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), -1);
	EXPECT_EQ(errno, EACCES);
	EXPECT_OK(close(fd));
}

TEST(memory, mapping_refuses)
{
	int fd = open("f", O_RDWR | O_CREAT, 0666), pipes[2];

	ASSERT_OK(fd);
	ASSERT_OK(pipe(pipes));
	EXPECT_ERRNO(EINVAL, (long)mmap(NULL, 0, PROT_READ, MAP_PRIVATE, fd, 0));
	EXPECT_ERRNO(EINVAL, (long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 1));
	EXPECT_ERRNO(EINVAL, (long)mmap(NULL, PAGE, PROT_READ, 0, fd, 0));
	EXPECT_ERRNO(EBADF, (long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0));
	EXPECT_ERRNO(ENODEV, (long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, pipes[0], 0));
	EXPECT_ERRNO(EINVAL, munmap((void *)1, PAGE));
	EXPECT_ERRNO(EINVAL, munmap((void *)PAGE, 0));
	EXPECT_ERRNO(ENOMEM, (long)mmap(NULL, 1l << 60, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	EXPECT_OK(close(fd));
	EXPECT_OK(close(pipes[0]));
	EXPECT_OK(close(pipes[1]));
}

TEST(memory, advice)
{
	char *p = anonymous(4 * PAGE, MAP_PRIVATE);

	ASSERT(p != MAP_FAILED);
	memset(p, 9, 4 * PAGE);
	EXPECT_ERROR(0, posix_madvise(p, 4 * PAGE, POSIX_MADV_DONTNEED));
	EXPECT_EQ(p[0], 9);
	EXPECT_OK(madvise(p + PAGE, PAGE, MADV_DONTNEED));
	EXPECT_EQ(p[PAGE], 0);
	EXPECT_EQ(p[2 * PAGE], 9);
	EXPECT_ERROR(0, posix_madvise(p, 4 * PAGE, POSIX_MADV_WILLNEED));
	EXPECT_ERROR(EINVAL, posix_madvise(p, PAGE, 99));
	EXPECT_OK(mlock(p, 2 * PAGE));
	EXPECT_OK(munlock(p, 2 * PAGE));
	EXPECT_OK(munmap(p, 4 * PAGE));
	EXPECT_ERRNO(ENOMEM, mlock(p, PAGE));
}

TEST(memory, with_a_name)
{
	int a = shm_open("/test.memory", O_RDWR | O_CREAT | O_EXCL, 0600), b;
	char *p, *q;

	ASSERT_OK(a);
	EXPECT_EQ(fcntl(a, F_GETFD), FD_CLOEXEC);
	EXPECT_OK(ftruncate(a, PAGE));
	b = shm_open("/test.memory", O_RDWR, 0);
	ASSERT_OK(b);
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, a, 0);
	q = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, b, 0);
	ASSERT(p != MAP_FAILED && q != MAP_FAILED);
	p[0] = 3;
	EXPECT_EQ(q[0], 3);
	EXPECT_OK(shm_unlink("/test.memory"));
	EXPECT_ERRNO(ENOENT, shm_unlink("/test.memory"));
	EXPECT_ERRNO(ENOENT, shm_open("/test.memory", O_RDWR, 0));
	EXPECT_OK(munmap(p, PAGE));
	EXPECT_OK(munmap(q, PAGE));
	EXPECT_OK(close(a));
	EXPECT_OK(close(b));
}

TEST(memory, malloc_gives_much_and_takes_it_back)
{
	enum { BLOCKS = 200 };
	volatile size_t too_much = (size_t)1 << 60;
	void *volatile nothing;
	char *block[BLOCKS];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < BLOCKS; i++) {
			block[i] = malloc((size_t)(i + 1) * 997);
			ASSERT(block[i] != NULL);
			memset(block[i], i, (size_t)(i + 1) * 997);
		}
		for (int i = 0; i < BLOCKS; i++) {
			EXPECT_EQ(block[i][i * 997], (char)i);
			free(block[i]);
		}
	}
	block[0] = calloc(1, 5000000);
	ASSERT(block[0] != NULL);
	for (int i = 0; i < 5000000; i += 4000)
		EXPECT_EQ(block[0][i], 0);
	free(block[0]);
	/* Compilers take it that malloc leaves errno alone, so it is not looked at. */
	nothing = malloc(too_much);
	EXPECT(nothing == NULL);
}
