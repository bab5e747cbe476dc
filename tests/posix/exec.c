/* SPDX-License-Identifier: 0BSD */
/* exec.c: programs that take the place of others: files, scripts, arguments, and what goes on. */
#include "child.h"
#include "lib/test.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *exec_path;
static char **exec_argv;

static void execs(void)
{
	execv(exec_path, exec_argv);
	_exit(errno == ENOEXEC	 ? 101
	      : errno == EACCES	 ? 102
	      : errno == ENOENT	 ? 103
	      : errno == ELOOP	 ? 104
	      : errno == E2BIG	 ? 105
	      : errno == ENOTDIR ? 106
				 : 109);
}

static int exec(const char *path, char **argv)
{
	int status;

	exec_path = path;
	exec_argv = argv;
	status = test_child(execs);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(exec, starts_another_program) { EXPECT_EQ(exec(program, ARGV("exit", "23")), 23); }

TEST(exec, refuses)
{
	char *argv[] = {(char *)"x", NULL};

	EXPECT_EQ(exec("nothing", argv), 103);
	EXPECT_EQ(exec(".", argv), 102);
	test_write_file("text", "no program\n");
	EXPECT_EQ(exec("text", argv), 102);
	EXPECT_OK(chmod("text", 0755));
	EXPECT_EQ(exec("text", argv), 101);
	EXPECT_EQ(exec("text/x", argv), 106);
	test_write_file("empty", "");
	EXPECT_OK(chmod("empty", 0755));
	EXPECT_EQ(exec("empty", argv), 101);
	test_write_file("cut", "\177ELF\2\1\1");
	EXPECT_OK(chmod("cut", 0755));
	EXPECT_EQ(exec("cut", argv), 101);
}

TEST(exec, scripts_name_their_interpreter)
{
	char text[PATH_MAX + 64];

	snprintf(text, sizeof(text), "#! %s  --child \nrest\n", program);
	test_write_file("script", text);
	EXPECT_OK(chmod("script", 0755));
	/* interpreter, its argument, the script, its arguments: so "script" is what the child is to be */
	EXPECT_EQ(spawn("./script", NULL, NULL, (char *[]){(char *)"name", (char *)"b", NULL}), 0);
	test_write_file("loop", "#!./loop\n");
	EXPECT_OK(chmod("loop", 0755));
	EXPECT_EQ(exec("./loop", (char *[]){(char *)"x", NULL}), 104);
	test_write_file("lost", "#!/no/such/thing\n");
	EXPECT_OK(chmod("lost", 0755));
	EXPECT_EQ(exec("./lost", (char *[]){(char *)"x", NULL}), 103);
}

TEST(exec, arguments_arrive)
{
	EXPECT_EQ(spawn(program, NULL, NULL, ARGV("args", "", "a b", "c\td")), 0);
	EXPECT_STRING(said, "[][a b][c\td]");
}

TEST(exec, long_arguments_arrive_and_too_long_do_not)
{
	size_t length = 100000;
	char *many[302] = {(char *)"test", (char *)"--child", (char *)"count"};
	char *word = malloc(length + 1), want[32];

	memset(word, 'x', length);
	word[length] = '\0';
	EXPECT_EQ(spawn(program, NULL, NULL, ARGV("count", word)), 0);
	snprintf(want, sizeof(want), "4 %zu", length);
	EXPECT_STRING(said, want);
	for (int i = 3; i < 301; i++)
		many[i] = word;
	EXPECT_EQ(exec(program, many), 105);
	free(word);
}

TEST(exec, the_environment_arrives)
{
	setenv("WORD", "value", 1);
	EXPECT_EQ(spawn(program, NULL, NULL, ARGV("env")), 0);
	EXPECT_STRING(said, "value");
	unsetenv("WORD");
	EXPECT_EQ(spawn(program, NULL, NULL, ARGV("env")), 0);
	EXPECT_STRING(said, "none");
}

TEST(exec, the_umask_and_directory_go_on)
{
	mode_t old = umask(027);
	char cwd[PATH_MAX];

	EXPECT_EQ(spawn(program, NULL, NULL, ARGV("umask")), 0);
	EXPECT_STRING(said, "27");
	umask(old);
	EXPECT_EQ(spawn(program, NULL, NULL, ARGV("cwd")), 0);
	EXPECT_STRING(said, getcwd(cwd, sizeof(cwd)));
}

static void catches(int sig) {}

TEST(exec, signals_that_are_ignored_or_blocked_stay_so)
{
	sigset_t set, old;

	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, catches);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &old);
	EXPECT_EQ(spawn(program, NULL, NULL, ARGV("signals")), 0);
	EXPECT_STRING(said, "10i 15b ");
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
}

TEST(exec, by_descriptor)
{
	int fd = open(program, O_RDONLY | O_CLOEXEC), status;
	pid_t pid;

	ASSERT_OK(fd);
	pid = fork();
	if (pid == 0) {
		fexecve(fd, ARGV("exit", "12"), environ);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	EXPECT_EQ(WEXITSTATUS(status), 12);
	close(fd);
}
