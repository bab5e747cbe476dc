/* SPDX-License-Identifier: 0BSD */
/* processes.c: fork, exec, posix_spawn, wait, groups, credentials, limits.
 *
 * Programs that are started are this one: with `--child WHAT` as its arguments it does what `children`
 * below says, before main.
 */
#include "lib/test.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char program[PATH_MAX];

/* ---- the other side ---- */

static void say_arguments(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("[%s]", argv[i]);
}

static void say_descriptors(void)
{
	for (int fd = 0; fd < 64; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			printf("%d ", fd);
	}
}

static void say_signals(void)
{
	struct sigaction action;
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int sig = 1; sig < 32; sig++) {
		sigaction(sig, NULL, &action);
		if (sigismember(&mask, sig) || action.sa_handler != SIG_DFL)
			printf("%d%s%s ", sig, sigismember(&mask, sig) ? "b" : "",
			       action.sa_handler == SIG_IGN ? "i" : "");
	}
}

static void be_child(int argc, char **argv)
{
	const char *what = argv[2];
	char cwd[PATH_MAX];

	if (strcmp(what, "exit") == 0)
		exit(atoi(argv[3]));
	if (strcmp(what, "args") == 0)
		say_arguments(argc - 3, argv + 3);
	if (strcmp(what, "env") == 0)
		printf("%s", getenv("WORD") ? getenv("WORD") : "none");
	if (strcmp(what, "fds") == 0)
		say_descriptors();
	if (strcmp(what, "signals") == 0)
		say_signals();
	if (strcmp(what, "group") == 0)
		printf("%d %d", getpgrp() == getpid(), getsid(0) == getpid());
	if (strcmp(what, "cwd") == 0)
		printf("%s", getcwd(cwd, sizeof(cwd)));
	if (strcmp(what, "umask") == 0)
		printf("%o", (unsigned)umask(0));
	if (strcmp(what, "count") == 0)
		printf("%d %zu", argc, strlen(argv[argc - 1]));
	if (strcmp(what, "copy") == 0)
		for (int c; (c = getchar()) != EOF;)
			putchar(c);
	exit(0);
}

__attribute__((constructor)) static void begin(int argc, char **argv, char **envp)
{
	if (argc > 2 && strcmp(argv[1], "--child") == 0)
		be_child(argc, argv);
	if (!realpath((const char *)getauxval(AT_EXECFN), program))
		program[0] = '\0';
}

/* ---- what it says ---- */

static char said[8192];

/* Reads all that is said into the pipe IN, and waits for PID: its status. */
static int listen_to(int in, pid_t pid)
{
	size_t length = 0;
	ssize_t n;
	int status = -1;

	while ((n = read(in, said + length, sizeof(said) - 1 - length)) > 0)
		length += (size_t)n;
	said[length] = '\0';
	close(in);
	if (pid > 0)
		waitpid(pid, &status, 0);
	return status;
}

/* Spawns this program (or PATH) with these arguments and listens to it. */
static int spawn(const char *path, posix_spawn_file_actions_t *actions, posix_spawnattr_t *attr, char **argv)
{
	posix_spawn_file_actions_t own;
	int fds[2], error;
	pid_t pid = -1;

	if (!EXPECT_OK(pipe2(fds, O_CLOEXEC)))
		return -1;
	if (!actions) {
		posix_spawn_file_actions_init(&own);
		actions = &own;
	}
	posix_spawn_file_actions_adddup2(actions, fds[1], 1);
	error = posix_spawn(&pid, path, actions, attr, argv, environ);
	EXPECT_EQ(error, 0);
	posix_spawn_file_actions_destroy(actions);
	close(fds[1]);
	return listen_to(fds[0], pid);
}

#define ARGV(...) ((char *[]){(char *)"test", (char *)"--child", __VA_ARGS__, NULL})

/* ---- wait ---- */

TEST(processes, tell_how_they_ended)
{
	siginfo_t info;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(300);
	ASSERT(pid > 0);
	EXPECT_OK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
	EXPECT_EQ(info.si_code, CLD_EXITED);
	EXPECT_EQ(info.si_status & 0xff, 300 & 0xff);
	EXPECT_EQ(info.si_pid, pid);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 44);
	EXPECT_ERRNO(ECHILD, waitpid(pid, &status, 0));
	EXPECT_ERRNO(ECHILD, wait(&status));
	EXPECT_ERRNO(EINVAL, waitpid(-1, &status, 0x4000));
	EXPECT_ERRNO(EINVAL, waitid(P_ALL, 0, &info, 0));
}

TEST(processes, waiting_need_not_wait)
{
	siginfo_t info = {0};
	int fds[2], status;
	char byte;
	pid_t pid;

	ASSERT_OK(pipe(fds));
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		_exit(read(fds[0], &byte, 1) != 0);
	}
	EXPECT_EQ(waitpid(pid, &status, WNOHANG), 0);
	EXPECT_OK(waitid(P_ALL, 0, &info, WEXITED | WNOHANG));
	EXPECT_EQ(info.si_pid, 0);
	close(fds[1]);
	close(fds[0]);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
}

TEST(processes, a_child_is_a_copy)
{
	volatile int value = 1;
	int fds[2];
	char text[32];
	pid_t pid;

	ASSERT_OK(pipe(fds));
	pid = fork();
	if (pid == 0) {
		value = 2;
		dprintf(fds[1], "%d %d", getppid() != getpid(), value);
		_exit(0);
	}
	close(fds[1]);
	listen_to(fds[0], pid);
	snprintf(text, sizeof(text), "%d 2", 1);
	EXPECT_STRING(said, text);
	EXPECT_EQ(value, 1);
}

TEST(processes, orphans_go_to_another)
{
	int fds[2], status;
	pid_t pid;

	ASSERT_OK(pipe(fds));
	pid = fork();
	if (pid == 0) {
		pid_t parent = getpid();

		if (fork() == 0) {
			while (getppid() == parent)
				usleep(1000);
			dprintf(fds[1], "%d", getppid() > 0 && getppid() != parent);
		}
		_exit(0);
	}
	close(fds[1]);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	listen_to(fds[0], 0);
	EXPECT_STRING(said, "1");
}

static int forked[3];
static void before(void) { forked[0]++; }
static void in_parent(void) { forked[1]++; }
static void in_child(void) { forked[2]++; }

TEST(processes, fork_calls_its_handlers)
{
	static bool registered;
	int status;
	pid_t pid;

	if (!registered)
		ASSERT_EQ(pthread_atfork(before, in_parent, in_child), 0);
	registered = true;
	forked[0] = forked[1] = forked[2] = 0;
	pid = fork();
	if (pid == 0)
		_exit(forked[0] == 1 && forked[1] == 0 && forked[2] == 1 ? 0 : 1);
	EXPECT(forked[0] == 1 && forked[1] == 1 && forked[2] == 0);
	waitpid(pid, &status, 0);
	EXPECT_EQ(status, 0);
}

/* ---- exec ---- */

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

TEST(processes, exec_starts_another_program) { EXPECT_EQ(exec(program, ARGV("exit", "23")), 23); }

TEST(processes, exec_refuses)
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

TEST(processes, scripts_name_their_interpreter)
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

TEST(processes, arguments_arrive)
{
	EXPECT_EQ(spawn(program, NULL, NULL, ARGV("args", "", "a b", "c\td")), 0);
	EXPECT_STRING(said, "[][a b][c\td]");
}

TEST(processes, long_arguments_arrive_and_too_long_do_not)
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

TEST(processes, the_environment_arrives)
{
	setenv("WORD", "value", 1);
	EXPECT_EQ(spawn(program, NULL, NULL, ARGV("env")), 0);
	EXPECT_STRING(said, "value");
	unsetenv("WORD");
	EXPECT_EQ(spawn(program, NULL, NULL, ARGV("env")), 0);
	EXPECT_STRING(said, "none");
}

TEST(processes, the_umask_and_directory_go_on)
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

TEST(processes, signals_that_are_ignored_or_blocked_stay_so)
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

TEST(processes, by_descriptor)
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

/* ---- posix_spawn ---- */

TEST(processes, spawn_does_file_actions)
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

TEST(processes, spawn_changes_the_directory)
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

TEST(processes, spawn_sets_attributes)
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

TEST(processes, spawn_refuses)
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

TEST(processes, spawnp_looks_along_the_path)
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

/* ---- groups and sessions ---- */

static void makes_session(void)
{
	pid_t pid = getpid();

	if (setsid() != pid || getsid(0) != pid || getpgrp() != pid)
		_exit(1);
	if (setsid() != -1 || errno != EPERM)
		_exit(2);
	_exit(setpgid(0, 0) == -1 && errno == EPERM ? 0 : 3);
}

static void makes_group(void)
{
	if (setpgid(0, 0) < 0 || getpgrp() != getpid() || getpgid(getppid()) == getpid())
		_exit(1);
	_exit(setsid() == -1 && errno == EPERM ? 0 : 2);
}

TEST(processes, groups_and_sessions)
{
	EXPECT_EQ(test_child(makes_session), 0);
	EXPECT_EQ(test_child(makes_group), 0);
	EXPECT_ERRNO(ESRCH, getpgid(0x3fffffff));
	EXPECT_ERRNO(ESRCH, getsid(0x3fffffff));
	EXPECT_ERRNO(EINVAL, setpgid(0, -5));
	EXPECT_ERRNO(ESRCH, setpgid(0x3fffffff, 0));
}

/* ---- credentials: as root ---- */

static void gives_up_root(void)
{
	uid_t real, effective, saved;
	gid_t groups[3] = {5, 6, 7};

	if (setgroups(3, groups) || getgroups(0, NULL) != 3 || setgid(100))
		_exit(1);
	if (seteuid(1000) || geteuid() != 1000 || getuid() != 0 || seteuid(0))
		_exit(2);
	if (setresuid(1000, 1001, 1002) || getresuid(&real, &effective, &saved))
		_exit(3);
	if (real != 1000 || effective != 1001 || saved != 1002 || getuid() != 1000)
		_exit(4);
	if (setuid(0) != -1 || errno != EPERM || seteuid(1002) || setreuid(1001, 1000) != -1)
		_exit(5);
	if (getgid() != 100 || setgid(0) != -1 || setgroups(0, groups) != -1)
		_exit(6);
	_exit(kill(getppid(), SIGTERM) == -1 && errno == EPERM ? 0 : 7);
}

TEST(processes, root_can_be_given_up)
{
	if (getuid() == 0)
		EXPECT_EQ(test_child(gives_up_root), 0);
}

/* ---- limits ---- */

static void limits_itself(void)
{
	struct rlimit limit = {10, 20}, now;

	if (setrlimit(RLIMIT_NOFILE, &limit) || getrlimit(RLIMIT_NOFILE, &now))
		_exit(1);
	if (now.rlim_cur != 10 || now.rlim_max != 20)
		_exit(2);
	if (dup2(0, 15) != -1 || errno != EBADF)
		_exit(3);
	limit.rlim_cur = 30;
	_exit(setrlimit(RLIMIT_NOFILE, &limit) == -1 && errno == EINVAL ? 0 : 4);
}

TEST(processes, limits)
{
	struct rlimit limit;

	EXPECT_EQ(test_child(limits_itself), 0);
	EXPECT_OK(getrlimit(RLIMIT_STACK, &limit));
	EXPECT_ERRNO(EINVAL, getrlimit(99, &limit));
	EXPECT_EQ(sysconf(_SC_PAGESIZE), 4096);
	EXPECT_ERRNO(EINVAL, sysconf(-1));
	EXPECT(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
}

static void is_nicer(void)
{
	if (nice(5) != 5 || getpriority(PRIO_PROCESS, 0) != 5)
		_exit(1);
	_exit(setpriority(PRIO_PROCESS, 0, 7) || nice(0) != 7);
}

TEST(processes, nice_values)
{
	EXPECT_EQ(getpriority(PRIO_PROCESS, 0), 0);
	EXPECT_EQ(test_child(is_nicer), 0);
	EXPECT_OK(sched_getscheduler(0)); /* as whoever started us */
	EXPECT(sched_get_priority_max(SCHED_FIFO) > sched_get_priority_min(SCHED_FIFO));
	EXPECT_ERRNO(EINVAL, sched_get_priority_max(99));
}

TEST(processes, the_system_has_a_name)
{
	struct utsname name;
	char host[65];

	EXPECT_OK(uname(&name));
	EXPECT(*name.sysname && *name.nodename && *name.release);
	EXPECT_STRING(name.machine, "x86_64");
	EXPECT_OK(gethostname(host, sizeof(host)));
	EXPECT_STRING(host, name.nodename);
}

/* ---- many ---- */

TEST(processes, many_one_after_another)
{
	int status;

	for (int i = 0; i < 200; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(i & 0x7f);
		if (!EXPECT_EQ(waitpid(pid, &status, 0), pid) || !EXPECT_EQ(WEXITSTATUS(status), i & 0x7f))
			return;
	}
}

TEST(processes, many_at_once)
{
	int sum = 0, status;

	for (int i = 0; i < 50; i++) {
		pid_t pid = fork();

		if (!EXPECT_OK(pid))
			break;
		if (pid == 0)
			_exit(i);
	}
	while (wait(&status) > 0)
		sum += WEXITSTATUS(status);
	EXPECT_EQ(sum, 50 * 49 / 2);
}
