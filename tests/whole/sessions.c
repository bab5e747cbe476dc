/* SPDX-License-Identifier: 0BSD */
/* sessions.c: sessions, groups and their terminal, by the calls themselves: orphaned groups, who may read and write, hanging
 * up, the window's size.
 *
 * The body of a test is the leader of a session on a pseudo terminal; what it says there is what the test waits for.
 */
#include "../posix/lib/test.h"
#include "terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define QUIET_MS 500

static pid_t member;   /* the parent of a group that is to be orphaned */
static int channel[2]; /* to the test, whatever becomes of the terminal */

static void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		_exit(9);
}

static void tell(const char *text)
{
	if (write(channel[1], text, strlen(text)) < 0)
		_exit(9);
}

/* What the channel brings next; "" at its end or when nothing comes. */
static const char *told(int ms)
{
	static char text[64];
	struct pollfd p = {.fd = channel[0], .events = POLLIN};
	ssize_t got = poll(&p, 1, ms) > 0 ? read(channel[0], text, sizeof(text) - 1) : 0;

	text[got > 0 ? got : 0] = '\0';
	return text;
}

static void say_signal(int number)
{
	say(number == SIGHUP ? "<hup>" : number == SIGCONT ? "<cont>" : number == SIGWINCH ? "<winch>" : "<other>");
}

static void tell_signal(int number) { tell(number == SIGHUP ? "hup" : "other"); }

static void handle(int number, void (*handler)(int))
{
	struct sigaction a = {.sa_handler = handler, .sa_flags = SA_RESTART};

	sigaction(number, &a, NULL);
}

/* A child in a group of its own. */
static pid_t fork_group(void)
{
	pid_t pid = fork();

	if (pid == 0)
		setpgid(0, 0);
	else
		setpgid(pid, pid);
	return pid;
}

/* Until somebody types: the session's leader must not go before. */
static void stay(void)
{
	char byte;

	while (read(0, &byte, 1) < 0 && errno == EINTR)
		;
}

/* Runs CHILD in a group that is stopped (STOPPED) or runs when it becomes orphaned: its parent, a member of the session, ends.
 */
static void orphan(void (*child)(void), bool stopped)
{
	pid_t parent = fork_group();
	int status;

	if (parent == 0) {
		pid_t pid;

		member = getpid();
		pid = fork_group();
		if (pid == 0) {
			child();
			_exit(0);
		}
		if (stopped)
			waitpid(pid, &status, WUNTRACED);
		_exit(0);
	}
	waitpid(parent, &status, 0);
}

/* ---- orphaned groups ---- */

static void stopped_with_handlers(void)
{
	handle(SIGHUP, say_signal);
	handle(SIGCONT, say_signal);
	raise(SIGSTOP);
	usleep(100000);
	say("goes on");
}

static void orphan_with_handlers(void)
{
	orphan(stopped_with_handlers, true);
	stay();
}

TEST(sessions, a_stopped_group_that_is_orphaned_is_hung_up_and_continued)
{
	ASSERT(terminal_begin(orphan_with_handlers));
	terminal_expect("goes on");
	EXPECT(strstr(terminal.text, "<hup>") != NULL);
	EXPECT(strstr(terminal.text, "<cont>") != NULL);
	terminal_type("\n");
	terminal_end();
}

static void stopped(void)
{
	tell("stopped");
	raise(SIGSTOP);
	tell("survived");
	pause();
}

static void orphan_without_handlers(void)
{
	orphan(stopped, true);
	close(channel[1]);
	stay();
}

TEST(sessions, a_stopped_group_that_is_orphaned_ends)
{
	ASSERT_OK(pipe(channel));
	ASSERT(terminal_begin(orphan_without_handlers));
	close(channel[1]);
	EXPECT_STRING(told(20000), "stopped");
	EXPECT_STRING(told(20000), ""); /* its end of the pipe is closed */
	EXPECT_EQ(read(channel[0], &channel[1], 1), 0);
	terminal_type("\n");
	terminal_end();
	close(channel[0]);
}

/* The one who ends is the group's own leader, and its only member with a parent in the session. */
static void leader_leaves(void)
{
	pid_t leader = fork_group();
	int status;

	if (leader == 0) {
		pid_t pid = fork();

		if (pid == 0) {
			stopped_with_handlers();
			_exit(0);
		}
		waitpid(pid, &status, WUNTRACED);
		_exit(0);
	}
	waitpid(leader, &status, 0);
	stay();
}

TEST(sessions, a_stopped_group_whose_leader_ends_is_orphaned)
{
	ASSERT(terminal_begin(leader_leaves));
	terminal_expect("goes on");
	EXPECT(strstr(terminal.text, "<hup>") != NULL);
	EXPECT(strstr(terminal.text, "<cont>") != NULL);
	terminal_type("\n");
	terminal_end();
}

static void runs(void)
{
	handle(SIGHUP, say_signal);
	handle(SIGCONT, say_signal);
	usleep(QUIET_MS * 1000);
	say("undisturbed");
}

static void orphan_running(void)
{
	orphan(runs, false);
	stay();
}

TEST(sessions, a_running_group_that_is_orphaned_is_left_alone)
{
	ASSERT(terminal_begin(orphan_running));
	terminal_expect("undisturbed");
	EXPECT_STRING(terminal.text, "undisturbed");
	terminal_type("\n");
	terminal_end();
}

static void until_orphaned(void)
{
	while (getppid() == member)
		usleep(10000);
}

static void orphan_asks(void)
{
	struct termios t;
	char byte;

	until_orphaned();
	say(read(0, &byte, 1) == -1 && errno == EIO ? "read EIO;" : "read ?;");
	tcgetattr(0, &t);
	say(tcsetattr(0, TCSANOW, &t) == -1 && errno == EIO ? "set EIO;" : "set ?;");
	raise(SIGTSTP);
	raise(SIGTTIN);
	say("runs;");
}

static void orphan_in_background(void)
{
	orphan(orphan_asks, false);
	stay();
}

TEST(sessions, an_orphaned_group_is_refused_instead_of_stopped)
{
	ASSERT(terminal_begin(orphan_in_background));
	terminal_expect("read EIO;");
	terminal_expect("set EIO;");
	terminal_expect("runs;");
	terminal_type("\n");
	terminal_end();
}

static void orphan_writes(void)
{
	until_orphaned();
	tell(write(1, "x", 1) == -1 && errno == EIO ? "write EIO" : "write ?");
}

static void orphan_with_tostop(void)
{
	struct termios t;

	tcgetattr(0, &t);
	t.c_lflag |= TOSTOP;
	tcsetattr(0, TCSANOW, &t);
	orphan(orphan_writes, false);
	stay();
}

TEST(sessions, an_orphaned_group_cannot_write_with_tostop)
{
	ASSERT_OK(pipe(channel));
	ASSERT(terminal_begin(orphan_with_tostop));
	EXPECT_STRING(told(20000), "write EIO");
	terminal_type("\n");
	terminal_end();
	close(channel[0]);
	close(channel[1]);
}

/* ---- background groups ---- */

static void say_stop(pid_t pid, const char *what)
{
	int status = 0;
	char text[64];

	waitpid(pid, &status, WUNTRACED);
	snprintf(text, sizeof(text), "%s %d;", what, WIFSTOPPED(status) ? WSTOPSIG(status) : -1);
	say(text);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

static void background_groups(void)
{
	struct termios t;
	char byte;
	pid_t pid;

	tcgetattr(0, &t);
	if ((pid = fork_group()) == 0)
		_exit((int)read(0, &byte, 1));
	say_stop(pid, "read");
	if ((pid = fork_group()) == 0)
		_exit(tcsetattr(0, TCSANOW, &t));
	say_stop(pid, "set");
	if ((pid = fork_group()) == 0)
		_exit(tcsetpgrp(0, getpgrp()));
	say_stop(pid, "take");
	if ((pid = fork_group()) == 0)
		_exit((int)write(1, "free;", 5));
	say_stop(pid, "write");
	t.c_lflag |= TOSTOP;
	tcsetattr(0, TCSANOW, &t);
	if ((pid = fork_group()) == 0)
		_exit((int)write(1, "not free;", 9));
	say_stop(pid, "tostop");
	if ((pid = fork_group()) == 0) {
		signal(SIGTTOU, SIG_IGN);
		_exit((int)write(1, "ignores;", 8));
	}
	say_stop(pid, "ignored");
	stay();
}

TEST(sessions, background_groups_are_stopped)
{
	char want[160];

	snprintf(want, sizeof(want), "read %d;set %d;take %d;free;write -1;tostop %d;ignores;ignored -1;", SIGTTIN,
		 SIGTTOU, SIGTTOU, SIGTTOU);
	ASSERT(terminal_begin(background_groups));
	terminal_expect("ignored -1;");
	EXPECT_STRING(terminal.text, want);
	terminal_type("\n");
	terminal_end();
}

static void blocks_ttin(void)
{
	sigset_t set;
	char byte;
	pid_t pid = fork_group();

	if (pid == 0) {
		sigemptyset(&set);
		sigaddset(&set, SIGTTIN);
		sigaddset(&set, SIGTTOU);
		sigprocmask(SIG_BLOCK, &set, NULL);
		say(read(0, &byte, 1) == -1 && errno == EIO ? "read EIO;" : "read ?;");
		say(tcsetpgrp(0, getpgrp()) == 0 && tcgetpgrp(0) == getpgrp() ? "took it;" : "refused;");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, getpgrp());
	stay();
}

TEST(sessions, who_blocks_the_signals_is_not_stopped)
{
	ASSERT(terminal_begin(blocks_ttin));
	terminal_expect("read EIO;");
	terminal_expect("took it;");
	terminal_type("\n");
	terminal_end();
}

/* ---- hanging up ---- */

static void leaves_a_foreground_group(void)
{
	pid_t pid = fork_group();

	if (pid == 0) {
		handle(SIGHUP, tell_signal);
		while (tcgetpgrp(0) != getpgrp())
			usleep(1000);
		tell("here");
		pause();
		_exit(0);
	}
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, pid);
	while (tcgetpgrp(0) == pid && poll(NULL, 0, QUIET_MS) == 0)
		break;
	_exit(7);
}

TEST(sessions, the_end_of_the_leader_hangs_up_the_foreground)
{
	int status = 0;

	ASSERT_OK(pipe(channel));
	ASSERT(terminal_begin(leaves_a_foreground_group));
	EXPECT_STRING(told(20000), "here");
	EXPECT_STRING(told(20000), "hup");
	EXPECT_EQ(waitpid(terminal.pid, &status, 0), terminal.pid);
	EXPECT_EQ(WEXITSTATUS(status), 7);
	close(terminal.fd);
	close(channel[0]);
	close(channel[1]);
}

static void reads(void)
{
	say("reads;");
	stay();
}

TEST(sessions, closing_the_controller_hangs_up_the_leader)
{
	int status;

	ASSERT(terminal_begin(reads));
	terminal_expect("reads;");
	status = terminal_end();
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
}

static void reads_what_is_hung_up(void)
{
	char byte;

	signal(SIGHUP, SIG_IGN);
	tell("waits");
	tell(read(0, &byte, 1) <= 0 ? "end;" : "more;");
	tell(read(0, &byte, 1) <= 0 ? "end;" : "more;");
	tell(write(1, "x", 1) == -1 && errno == EIO ? "EIO" : "?");
}

TEST(sessions, a_terminal_that_was_hung_up_is_at_its_end)
{
	ASSERT_OK(pipe(channel));
	ASSERT(terminal_begin(reads_what_is_hung_up));
	EXPECT_STRING(told(20000), "waits");
	terminal_end();
	EXPECT_STRING(told(20000), "end;end;EIO");
	close(channel[0]);
	close(channel[1]);
}

static void without_a_terminal(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		say(open("/dev/tty", O_RDWR) > 2 ? "has one;" : "has none;");
		setsid();
		say(open("/dev/tty", O_RDWR) == -1 && errno == ENXIO ? "ENXIO;" : "?;");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	stay();
}

TEST(sessions, a_new_session_has_no_terminal)
{
	ASSERT(terminal_begin(without_a_terminal));
	terminal_expect("has one;ENXIO;");
	terminal_type("\n");
	terminal_end();
}

/* ---- the window's size ---- */

static void says_winch(void)
{
	pid_t pid;

	handle(SIGWINCH, say_signal);
	pid = fork_group(); /* a background group that would say so, too */
	if (pid == 0) {
		pause();
		_exit(0);
	}
	say("ready;");
	stay();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

TEST(sessions, a_new_window_size_is_told_to_the_foreground_once)
{
	struct winsize size = {30, 90, 0, 0};

	ASSERT(terminal_begin(says_winch));
	terminal_expect("ready;");
	EXPECT_OK(ioctl(terminal.fd, TIOCSWINSZ, &size));
	terminal_expect("<winch>");
	EXPECT(!terminal_shows("<winch>", QUIET_MS));
	EXPECT_OK(ioctl(terminal.fd, TIOCSWINSZ, &size)); /* as it is */
	EXPECT(!terminal_shows("<winch>", QUIET_MS));
	size.ws_col++;
	EXPECT_OK(ioctl(terminal.fd, TIOCSWINSZ, &size));
	terminal_expect("<winch>");
	terminal_type("\n");
	terminal_end();
}
