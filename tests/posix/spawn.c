/* SPDX-License-Identifier: 0BSD */
/* spawn.c: posix_spawn: file actions, attributes, the path. */
#include "child.h"
#include "lib/test.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(spawn, does_file_actions)
{
	posix_spawn_file_actions_t a;
	int fd = open("/dev/null", O_RDONLY);

	ASSERT_EQ(dup2(fd, 20), 20);
	ASSERT_EQ(dup2(fd, 21), 21);
	ASSERT_OK(fcntl(fd, F_SETFD, FD_CLOEXEC));
	test_write_file("input", "from a file");
	posix_spawn_file_actions_init(&a);
	EXPECT_EQ(posix_spawn_file_actions_addclose(&a, 20), 0);
	EXPECT_EQ(posix_spawn_file_actions_addopen(&a, 30, "input", O_RDONLY, 0), 0);
	EXPECT_EQ(posix_spawn_file_actions_adddup2(&a, 30, 31), 0);
	EXPECT_EQ(posix_spawn_file_actions_addclose(&a, 0), 0);
	EXPECT_EQ(posix_spawn_file_actions_addclose(&a, 2), 0);
	EXPECT_EQ(posix_spawn_file_actions_addclose(&a, -1), EBADF);
	EXPECT_EQ(spawn(program, &a, NULL, ARGV("fds")), 0);
	EXPECT(strstr(said, "1 ") && strstr(said, "21 30 31 ") && !strstr(said, "20 "));
	posix_spawn_file_actions_init(&a);
	posix_spawn_file_actions_addopen(&a, 0, "input", O_RDONLY, 0);
	EXPECT_EQ(spawn(program, &a, NULL, ARGV("copy")), 0);
	EXPECT_STRING(said, "from a file");
	close(fd);
	close(20);
	close(21);
}

TEST(spawn, changes_the_directory)
{
	posix_spawn_file_actions_t a;
	char want[PATH_MAX];

	ASSERT_OK(mkdir("sub", 0777));
	test_write_file("sub/input", "below");
	posix_spawn_file_actions_init(&a);
	EXPECT_EQ(posix_spawn_file_actions_addchdir_np(&a, "sub"), 0);
	EXPECT_EQ(posix_spawn_file_actions_addopen(&a, 0, "input", O_RDONLY, 0), 0);
	EXPECT_EQ(spawn(program, &a, NULL, ARGV("copy")), 0);
	EXPECT_STRING(said, "below");
	posix_spawn_file_actions_init(&a);
	posix_spawn_file_actions_addchdir_np(&a, "sub");
	EXPECT_EQ(spawn(program, &a, NULL, ARGV("cwd")), 0);
	ASSERT(getcwd(want, sizeof(want) - 5));
	strcat(want, "/sub");
	EXPECT_STRING(said, want);
}

TEST(spawn, sets_attributes)
{
	posix_spawnattr_t attr;
	sigset_t set;

	signal(SIGUSR1, SIG_IGN);
	sigemptyset(&set);
	posix_spawnattr_init(&attr);
	EXPECT_EQ(posix_spawnattr_setflags(&attr, (short)0x4000), EINVAL);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&attr, 0);
	EXPECT_EQ(spawn(program, NULL, &attr, ARGV("group")), 0);
	EXPECT_STRING(said, "1 0");
	sigaddset(&set, SIGUSR1);
	posix_spawnattr_setsigdefault(&attr, &set);
	sigaddset(&set, SIGINT);
	posix_spawnattr_setsigmask(&attr, &set);
	EXPECT_EQ(spawn(program, NULL, &attr, ARGV("signals")), 0);
	EXPECT_STRING(said, "2b 10b ");
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID);
	EXPECT_EQ(spawn(program, NULL, &attr, ARGV("group")), 0);
	EXPECT_STRING(said, "1 1");
	posix_spawnattr_destroy(&attr);
	signal(SIGUSR1, SIG_DFL);
}

TEST(spawn, refuses)
{
	posix_spawn_file_actions_t a;
	pid_t pid;

	EXPECT_EQ(posix_spawn(&pid, "nothing", NULL, NULL, ARGV("exit"), environ), ENOENT);
	posix_spawn_file_actions_init(&a);
	posix_spawn_file_actions_addopen(&a, 3, "nothing", O_RDONLY, 0);
	EXPECT_EQ(posix_spawn(&pid, program, &a, NULL, ARGV("exit", "0"), environ), ENOENT);
	posix_spawn_file_actions_destroy(&a);
	posix_spawn_file_actions_init(&a);
	posix_spawn_file_actions_adddup2(&a, 60, 3);
	EXPECT_EQ(posix_spawn(&pid, program, &a, NULL, ARGV("exit", "0"), environ), EBADF);
	posix_spawn_file_actions_destroy(&a);
}

TEST(spawn, spawnp_looks_along_the_path)
{
	char *slash = strrchr(program, '/'),
	     directory[PATH_MAX] = "/nowhere:", *old = strdup(getenv("PATH") ? getenv("PATH") : "");
	int status;
	pid_t pid;

	strncat(directory, program, (size_t)(slash - program));
	setenv("PATH", directory, 1);
	EXPECT_EQ(posix_spawnp(&pid, slash + 1, NULL, NULL, ARGV("exit", "3"), environ), 0);
	waitpid(pid, &status, 0);
	EXPECT_EQ(WEXITSTATUS(status), 3);
	EXPECT_EQ(posix_spawnp(&pid, "no-such-program", NULL, NULL, ARGV("exit"), environ), ENOENT);
	setenv("PATH", old, 1);
	free(old);
}
