/* SPDX-License-Identifier: 0BSD */
/* signals.c: handlers, masks, waiting for signals, and what they do to processes. */
#include "handlers.h"
#include "lib/test.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static sigset_t mask_inside;

static void nests(int sig)
{
	if (++depth > deepest)
		deepest = depth;
	count++;
	sigprocmask(SIG_SETMASK, NULL, &mask_inside);
	if (count == 1)
		raise(sig);
	depth--;
}

static void alarm_in_ms(int ms)
{
	struct itimerval t = {.it_value = {0, ms * 1000}};

	EXPECT_OK(setitimer(ITIMER_REAL, &t, NULL));
}

TEST(signals, a_handler_runs_before_raise_returns)
{
	handle(SIGUSR1, counts, 0);
	EXPECT_OK(raise(SIGUSR1));
	EXPECT_EQ(count, 1);
	EXPECT_OK(kill(getpid(), SIGUSR1));
	EXPECT_EQ(count, 2);
	EXPECT_EQ(pthread_kill(pthread_self(), SIGUSR1), 0);
	EXPECT_EQ(count, 3);
	EXPECT_OK(kill(getpid(), 0));
	EXPECT_EQ(count, 3);
	signal(SIGUSR1, SIG_IGN);
	EXPECT_OK(raise(SIGUSR1));
	EXPECT_EQ(count, 3);
	signal(SIGUSR1, SIG_DFL);
}

TEST(signals, blocked_ones_wait)
{
	sigset_t set = set_of(SIGUSR1), old, pending;

	handle(SIGUSR1, counts, 0);
	EXPECT_OK(sigprocmask(SIG_BLOCK, &set, &old));
	EXPECT_OK(raise(SIGUSR1));
	EXPECT_OK(kill(getpid(), SIGUSR1));
	EXPECT_EQ(count, 0);
	EXPECT_OK(sigpending(&pending));
	EXPECT(sigismember(&pending, SIGUSR1));
	EXPECT(!sigismember(&pending, SIGUSR2));
	EXPECT_OK(sigprocmask(SIG_SETMASK, &old, NULL));
	EXPECT(count == 1 || count == 2); /* one for the thread, one for the process */
	EXPECT_OK(sigpending(&pending));
	EXPECT(!sigismember(&pending, SIGUSR1));
}

TEST(signals, ignoring_forgets_what_is_pending)
{
	sigset_t set = set_of(SIGUSR1), pending;

	handle(SIGUSR1, counts, 0);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	handle(SIGUSR1, counts, 0);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	EXPECT_EQ(count, 0);
	EXPECT_OK(sigpending(&pending));
	EXPECT(!sigismember(&pending, SIGUSR1));
}

TEST(signals, are_blocked_in_their_own_handler)
{
	handle(SIGUSR1, nests, 0);
	raise(SIGUSR1);
	EXPECT_EQ(count, 2);
	EXPECT_EQ(deepest, 1);
	EXPECT(sigismember(&mask_inside, SIGUSR1));
	handle(SIGUSR1, nests, SA_NODEFER);
	raise(SIGUSR1);
	EXPECT_EQ(count, 2);
	EXPECT_EQ(deepest, 2);
	EXPECT(!sigismember(&mask_inside, SIGUSR1));
}

TEST(signals, the_mask_of_an_action_holds_during_its_handler)
{
	struct sigaction action = {.sa_mask = set_of(SIGUSR2)};
	sigset_t after;

	action.sa_handler = nests;
	count = depth = deepest = 0;
	ASSERT_OK(sigaction(SIGUSR1, &action, NULL));
	raise(SIGUSR1);
	EXPECT(sigismember(&mask_inside, SIGUSR2));
	sigprocmask(SIG_SETMASK, NULL, &after);
	EXPECT(!sigismember(&after, SIGUSR1) && !sigismember(&after, SIGUSR2));
}

TEST(signals, a_reset_handler_runs_once)
{
	struct sigaction now;

	handle(SIGUSR1, counts, (int)SA_RESETHAND);
	raise(SIGUSR1);
	EXPECT_EQ(count, 1);
	EXPECT_OK(sigaction(SIGUSR1, NULL, &now));
	EXPECT(now.sa_handler == SIG_DFL);
}

TEST(signals, sigaction_refuses)
{
	struct sigaction action = {.sa_flags = 0};

	EXPECT_ERRNO(EINVAL, sigaction(0, &action, NULL));
	EXPECT_ERRNO(EINVAL, sigaction(NSIG, &action, NULL));
	EXPECT_ERRNO(EINVAL, sigaction(SIGKILL, &action, NULL));
	EXPECT_ERRNO(EINVAL, sigaction(SIGSTOP, &action, NULL));
	EXPECT_OK(sigaction(SIGKILL, NULL, &action));
	EXPECT_ERRNO(EINVAL, sigprocmask(99, &action.sa_mask, NULL));
}

TEST(signals, kill_refuses)
{
	EXPECT_ERRNO(EINVAL, kill(getpid(), NSIG));
	EXPECT_ERRNO(EINVAL, kill(getpid(), -1));
	EXPECT_ERRNO(ESRCH, kill(0x3fffffff, SIGUSR1));
	EXPECT_ERRNO(ESRCH, kill(-0x3fffffff, SIGUSR1));
	EXPECT_EQ(pthread_kill(pthread_self(), NSIG), EINVAL);
}

TEST(signals, tell_who_sent_them)
{
	handle_info(SIGUSR1, 0);
	kill(getpid(), SIGUSR1);
	EXPECT_EQ(known.si_signo, SIGUSR1);
	EXPECT_EQ(known.si_code, SI_USER);
	EXPECT_EQ(known.si_pid, getpid());
	EXPECT_EQ(known.si_uid, getuid());
}

TEST(signals, queued_ones_carry_values_in_order)
{
	sigset_t set = set_of(SIGRTMIN + 1), old;
	siginfo_t info;

	sigprocmask(SIG_BLOCK, &set, &old);
	for (int i = 1; i <= 3; i++)
		ASSERT_OK(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i * 10}));
	for (int i = 1; i <= 3; i++) {
		EXPECT_EQ(sigwaitinfo(&set, &info), SIGRTMIN + 1);
		EXPECT_EQ(info.si_code, SI_QUEUE);
		EXPECT_EQ(info.si_value.sival_int, i * 10);
		EXPECT_EQ(info.si_pid, getpid());
	}
	EXPECT_ERRNO(EAGAIN, sigtimedwait(&set, &info, &(struct timespec){0, 1000000}));
	sigprocmask(SIG_SETMASK, &old, NULL);
}

TEST(signals, sigwait_takes_one_that_comes_later)
{
	sigset_t set = set_of(SIGALRM), old;
	int sig = 0;

	sigprocmask(SIG_BLOCK, &set, &old);
	alarm_in_ms(5);
	EXPECT_EQ(sigwait(&set, &sig), 0);
	EXPECT_EQ(sig, SIGALRM);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

TEST(signals, sigsuspend_lets_one_in)
{
	sigset_t set = set_of(SIGALRM), none, old, after;

	handle(SIGALRM, counts, SA_RESTART);
	sigprocmask(SIG_BLOCK, &set, &old);
	/* One that is pending already ends it at once. */
	raise(SIGALRM);
	sigemptyset(&none);
	EXPECT_ERRNO(EINTR, sigsuspend(&none));
	EXPECT_EQ(count, 1);
	alarm_in_ms(5);
	EXPECT_ERRNO(EINTR, sigsuspend(&none));
	EXPECT_EQ(count, 2);
	sigprocmask(SIG_SETMASK, NULL, &after);
	EXPECT(sigismember(&after, SIGALRM));
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* Many rounds: each would hang if a signal between the change of the mask and the wait were lost. */
TEST(signals, none_is_slept_over)
{
	struct itimerval t = {.it_value = {0, 300}};
	sigset_t set = set_of(SIGALRM), none, old;

	handle(SIGALRM, counts, 0);
	sigprocmask(SIG_BLOCK, &set, &old);
	sigemptyset(&none);
	for (int i = 0; i < 50; i++) {
		t.it_value.tv_usec = 5 + i * 7;
		setitimer(ITIMER_REAL, &t, NULL);
		sigsuspend(&none);
	}
	EXPECT_EQ(count, 50);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

TEST(signals, interrupt_reading_or_not)
{
	int fds[2];
	char byte = 0;

	ASSERT_OK(pipe(fds));
	handle(SIGALRM, counts, 0);
	alarm_in_ms(5);
	EXPECT_ERRNO(EINTR, read(fds[0], &byte, 1));
	EXPECT_EQ(count, 1);
	if (fork() == 0) {
		usleep(20000);
		_exit(write(fds[1], "x", 1) != 1);
	}
	handle(SIGALRM, counts, SA_RESTART);
	alarm_in_ms(5);
	EXPECT_EQ(read(fds[0], &byte, 1), 1);
	EXPECT_EQ(count, 1);
	wait(NULL);
	close(fds[0]);
	close(fds[1]);
}

/* ---- processes ---- */

static void dies_of_abort(void)
{
	signal(SIGABRT, SIG_IGN);
	abort();
}

/* Where nothing is; the compiler is not to know. */
static void write_to(volatile uintptr_t address) { *(volatile int *)address = 1; }

static void dies_of_fault(void) { write_to(8); }

static void has_no_pending(void)
{
	sigset_t pending, mask;

	sigpending(&pending);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	_exit(sigismember(&pending, SIGUSR1) || !sigismember(&mask, SIGUSR1));
}

TEST(signals, end_processes)
{
	sigset_t set = set_of(SIGUSR1), old;
	int status = test_child(dies_of_abort);

	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	status = test_child(dies_of_fault);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	handle(SIGUSR1, counts, 0);
	sigprocmask(SIG_BLOCK, &set, &old);
	raise(SIGUSR1);
	EXPECT_EQ(test_child(has_no_pending), 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

TEST(signals, stop_and_continue)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	EXPECT_OK(kill(pid, SIGSTOP));
	EXPECT_EQ(waitpid(pid, &status, WUNTRACED), pid);
	EXPECT(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	EXPECT_OK(kill(pid, SIGCONT));
	EXPECT_EQ(waitpid(pid, &status, WCONTINUED), pid);
	EXPECT(WIFCONTINUED(status));
	EXPECT_OK(kill(pid, SIGTERM));
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

TEST(signals, tell_of_children)
{
	struct sigaction old;
	pid_t pid;

	sigaction(SIGCHLD, NULL, &old);
	handle_info(SIGCHLD, 0);
	pid = fork();
	if (pid == 0)
		_exit(5);
	while (!count)
		usleep(1000);
	EXPECT_EQ(known.si_code, CLD_EXITED);
	EXPECT_EQ(known.si_pid, pid);
	EXPECT_EQ(known.si_status, 5);
	EXPECT_EQ(waitpid(pid, NULL, 0), pid);
	signal(SIGCHLD, SIG_IGN); /* no status is left */
	pid = fork();
	if (pid == 0)
		_exit(0);
	EXPECT_ERRNO(ECHILD, waitpid(pid, NULL, 0));
	sigaction(SIGCHLD, &old, NULL);
}

TEST(signals, reach_a_whole_group)
{
	pid_t pids[3];
	int status;

	for (int i = 0; i < 3; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			for (;;)
				pause();
		EXPECT_OK(setpgid(pids[i], pids[0]));
	}
	EXPECT_OK(killpg(pids[0], SIGTERM));
	for (int i = 0; i < 3; i++) {
		EXPECT(waitpid(-pids[0], &status, 0) > 0);
		EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	}
	EXPECT_ERRNO(ECHILD, waitpid(-pids[0], &status, 0));
}
