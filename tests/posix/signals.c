/* SPDX-License-Identifier: 0BSD */
/* signals.c: handlers, masks, waiting for signals, and what is known of one. */
#include "lib/test.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t count, last, depth, deepest;
static volatile int order[8];
static siginfo_t known;
static sigset_t mask_inside;

static void counts(int sig)
{
	last = sig;
	order[count++ & 7] = sig;
}

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

static void tells(int sig, siginfo_t *info, void *context)
{
	known = *info;
	count++;
	last = sig;
}

static void handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_flags = flags};

	action.sa_handler = handler;
	count = last = depth = deepest = 0;
	EXPECT_OK(sigaction(sig, &action, NULL));
}

static void handle_info(int sig, int flags)
{
	struct sigaction action = {.sa_flags = flags | SA_SIGINFO};

	action.sa_sigaction = tells;
	count = last = 0;
	EXPECT_OK(sigaction(sig, &action, NULL));
}

static sigset_t set_of(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	return set;
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

/* ---- stacks and registers ---- */

/* Where nothing is; the compiler is not to know. */
static void write_to(volatile uintptr_t address) { *(volatile int *)address = 1; }

static volatile char *inside;
static sigjmp_buf back;

static void shows_stack(int sig)
{
	volatile char here;

	inside = &here;
	count++;
}

TEST(signals, run_on_the_alternate_stack)
{
	static char stack[65536];
	stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)}, old;

	EXPECT_OK(sigaltstack(&alt, &old));
	EXPECT_EQ(old.ss_flags, SS_DISABLE);
	handle(SIGUSR1, shows_stack, SA_ONSTACK);
	raise(SIGUSR1);
	EXPECT(inside >= stack && inside < stack + sizeof(stack));
	handle(SIGUSR1, shows_stack, 0);
	raise(SIGUSR1);
	EXPECT(inside < stack || inside >= stack + sizeof(stack));
	EXPECT_ERRNO(ENOMEM, sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = 100}, NULL));
	EXPECT_ERRNO(EINVAL, sigaltstack(&(stack_t){.ss_flags = 0x40}, NULL));
	EXPECT_OK(sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL));
}

static void jumps(int sig, siginfo_t *info, void *context)
{
	known = *info;
	siglongjmp(back, 1);
}

static int recurse(int n)
{
	volatile char pad[4096];

	pad[0] = (char)n;
	return n < 0 ? 0 : recurse(n + 1) + pad[0]; /* n is never negative before the stack ends */
}

TEST(signals, an_overflown_stack_can_be_left)
{
	static char stack[65536];
	stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK}, old;
	sigset_t now;

	action.sa_sigaction = jumps;
	ASSERT_OK(sigaltstack(&alt, NULL));
	ASSERT_OK(sigaction(SIGSEGV, &action, &old));
	for (int i = 0; i < 2; i++) {
		if (sigsetjmp(back, 1) == 0)
			recurse(0);
		sigprocmask(SIG_SETMASK, NULL, &now);
		EXPECT(!sigismember(&now, SIGSEGV));
	}
	EXPECT_EQ(known.si_signo, SIGSEGV);
	sigaction(SIGSEGV, &old, NULL);
	sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
}

TEST(signals, faults_tell_where)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO}, old;
	volatile int zero = 0, result = 1;
	volatile char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	action.sa_sigaction = jumps;
	sigaction(SIGSEGV, &action, &old);
	if (sigsetjmp(back, 1) == 0)
		write_to(64);
	EXPECT(known.si_addr == (void *)64);
	EXPECT_EQ(known.si_code, SEGV_MAPERR);
	if (sigsetjmp(back, 1) == 0)
		p[5] = 1;
	EXPECT(known.si_addr == (void *)(p + 5));
	EXPECT_EQ(known.si_code, SEGV_ACCERR);
	sigaction(SIGSEGV, &old, NULL);
	munmap((void *)p, 4096);
	sigaction(SIGFPE, &action, &old);
	if (sigsetjmp(back, 1) == 0)
		result = 1000 / zero;
	EXPECT_EQ(known.si_signo, SIGFPE);
	EXPECT_EQ(result, 1);
	sigaction(SIGFPE, &old, NULL);
}

/* The handler repairs what the instruction lacks, which is then made again. */
static void *repaired;
static void repairs(int sig, siginfo_t *info, void *context)
{
	mprotect(repaired, 4096, PROT_READ | PROT_WRITE);
	count++;
}

TEST(signals, an_instruction_can_be_repaired)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO}, old;

	repaired = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	action.sa_sigaction = repairs;
	count = 0;
	sigaction(SIGSEGV, &action, &old);
	*(volatile int *)repaired = 42;
	EXPECT_EQ(*(volatile int *)repaired, 42);
	EXPECT_EQ(count, 1);
	sigaction(SIGSEGV, &old, NULL);
	munmap(repaired, 4096);
}

static void clobbers(int sig)
{
	volatile double d[8];

	count++;
	for (int i = 0; i < 8; i++)
		d[i] = i * 1.5;
	__asm__ volatile("pcmpeqb %%xmm0, %%xmm0; pcmpeqb %%xmm7, %%xmm7; pcmpeqb %%xmm15, %%xmm15;"
			 "fldz; fstp %%st(0)" ::
			     : "xmm0", "xmm7", "xmm15");
	(void)d[3];
}

TEST(signals, registers_survive)
{
	struct itimerval t = {.it_value = {0, 50}, .it_interval = {0, 50}}, off = {{0, 0}, {0, 0}};
	uint64_t wrong = 0, rounds = 0;

	handle(SIGALRM, clobbers, 0);
	setitimer(ITIMER_REAL, &t, NULL);
	while (count < 200 && rounds++ < 50000000) {
		uint64_t a = rounds * 0x9e3779b97f4a7c15ull, x, y, z;

		__asm__ volatile("movq %3, %%xmm0; movq %3, %%xmm7; movq %3, %%xmm15; mov $40, %%ecx;"
				 "1: dec %%ecx; jnz 1b;"
				 "movq %%xmm0, %0; movq %%xmm7, %1; movq %%xmm15, %2"
				 : "=r"(x), "=r"(y), "=r"(z)
				 : "r"(a)
				 : "rcx", "xmm0", "xmm7", "xmm15");
		wrong += x != a || y != a || z != a;
	}
	setitimer(ITIMER_REAL, &off, NULL);
	EXPECT(count >= 200);
	EXPECT_EQ(wrong, 0);
}

static void moves_on(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	count++;
	u->uc_mcontext.gregs[REG_RIP] += 2; /* ud2 */
}

TEST(signals, a_context_can_be_changed)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO}, old;

	action.sa_sigaction = moves_on;
	count = 0;
	sigaction(SIGILL, &action, &old);
	__asm__ volatile("ud2");
	EXPECT_EQ(count, 1);
	sigaction(SIGILL, &old, NULL);
}

/* ---- processes ---- */

static void dies_of_abort(void)
{
	signal(SIGABRT, SIG_IGN);
	abort();
}

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
