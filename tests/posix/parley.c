/* SPDX-License-Identifier: 0BSD */
/* parley.c: what the library promises and other systems do not. */
#include "lib/test.h"

#include <errno.h>
#include <fcntl.h>
#include <parley/syscall.h>
#include <poll.h>
#include <proto/layout.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(parley, the_heap_grows_and_shrinks)
{
	char *before = sbrk(0), *p;

	p = sbrk(100000);
	ASSERT(p != (char *)-1);
	EXPECT(p == before);
	for (int i = 0; i < 100000; i += 100)
		EXPECT_EQ(p[i], 0);
	memset(p, 7, 100000);
	EXPECT(sbrk(-90000) == p + 100000);
	EXPECT(sbrk(90000) == p + 10000);
	EXPECT_EQ(p[9999], 7);
	for (int i = 10000; i < 100000; i += 50)
		EXPECT_EQ(p[i], 0);
	EXPECT(sbrk(-100000) == p + 100000);
	EXPECT_ERRNO(ENOMEM, (long)sbrk(1l << 62));
}

static void has_no_such_descriptor(void)
{
	EXPECT_ERRNO(EBADF, fcntl(50, F_GETFD));
	EXPECT_OK(fcntl(51, F_GETFD));
}

TEST(parley, a_descriptor_can_be_kept_from_children)
{
	int fd = open("f", O_RDWR | O_CREAT | O_CLOFORK, 0666);

	ASSERT_OK(fd);
	EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOFORK);
	EXPECT_EQ(dup3(fd, 50, O_CLOFORK | O_CLOEXEC), 50);
	EXPECT_EQ(fcntl(50, F_GETFD), FD_CLOFORK | FD_CLOEXEC);
	EXPECT_EQ(fcntl(fd, F_DUPFD_CLOFORK, 51), 51);
	EXPECT_EQ(fcntl(51, F_GETFD), FD_CLOFORK);
	EXPECT_OK(fcntl(51, F_SETFD, 0));
	EXPECT_EQ(test_child(has_no_such_descriptor), 0);
	EXPECT_ERRNO(EINVAL, dup3(fd, fd, 0));
	EXPECT_ERRNO(EINVAL, dup3(fd, 50, O_APPEND));
	EXPECT_OK(close(fd));
	EXPECT_OK(close(50));
	EXPECT_OK(close(51));
}

TEST(parley, other_capabilities_are_no_descriptors)
{
	char text[8];

	/* The working directory, the process and the filesystem context, by number. */
	EXPECT_ERRNO(EBADF, read(0x1000, text, 1));
	EXPECT_ERRNO(EBADF, dup(0x1000));
	EXPECT_ERRNO(EBADF, close(-5));
	EXPECT_ERRNO(EBADF, fcntl(-4, F_GETFD));
	EXPECT_ERRNO(EBADF, dup2(0, 0x1000));
	EXPECT_ERRNO(EBADF, openat(0x1000, "f", O_RDONLY));
	EXPECT_ERRNO(EBADF, fchdir(0x1000));
}

TEST(parley, the_machine_is_out_of_reach)
{
	unsigned found = 0;

	for (cap_t slot = 0; slot <= SLOT_DYNAMIC_MAX; slot++)
		found += os_debug_write(slot, (uint64_t) "", 0) != -EBADF;
	EXPECT_EQ(found, 0);
}

TEST(parley, a_range_can_be_closed)
{
	for (int i = 60; i < 70; i++)
		ASSERT_EQ(dup2(0, i), i);
	EXPECT_OK(close_range(62, 64, 0));
	EXPECT_OK(close_range(65, 66, CLOSE_RANGE_CLOEXEC));
	EXPECT_OK(fcntl(61, F_GETFD));
	EXPECT_ERRNO(EBADF, fcntl(63, F_GETFD));
	EXPECT_EQ(fcntl(65, F_GETFD), FD_CLOEXEC);
	EXPECT_EQ(fcntl(67, F_GETFD), 0);
	EXPECT_ERRNO(EINVAL, close_range(5, 4, 0));
	closefrom(60);
	for (int i = 60; i < 70; i++)
		EXPECT_ERRNO(EBADF, fcntl(i, F_GETFD));
}

static void run_script(void)
{
	execl("./a script", "other", (char *)NULL);
	_exit(1);
}

TEST(parley, a_script_has_its_own_name_in_proc)
{
	test_write_file("a script", "#!/bin/sh\nread name </proc/$$/comm\n[ \"$name\" = \"a script\" ] && exit 7\n");
	EXPECT_OK(chmod("a script", 0755));
	EXPECT_EQ(WEXITSTATUS(test_child(run_script)), 7);
}
