/* SPDX-License-Identifier: 0BSD */
/* accounts.c: programs that use up what their account has, and a neighbour who notices nothing of it.
 *
 * A hog is a child that is bound to an account of its own and then forks: what the grandchild has is charged there. The neighbour
 * is this process. It must get everything that it asks for, as long as the hogs run, and, where the machine's time is exact
 * (EXACT in the environment: one processor whose time is its instructions), not wait for it much longer than its share of the
 * processor says: see SLOWER.
 */
#include "../posix/lib/test.h"
#include "counts.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <posix/send.h>

#define MIB	  (1ull << 20)
#define PAGE	  4096
#define PROCESSES 8

/* ---- accounts ---- */

static int64_t account_call(unsigned act, cap_t account, uint64_t what, uint64_t amount, cap_t *made)
{
	struct os_words w = {{PROTO_WORD0(PROC_ACCOUNT, 0, 0), act, what, amount}};
	posix_desc d;
	int64_t r;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.give_count = account != CAP_NONE;
	d.desc.give[0] = account;
	d.desc.accept_count = made != NULL;
	d.desc.land_min = POSIX_SLOT_MIN;
	d.desc.land_max = POSIX_SLOT_MAX;
	r = posix_send(CAP_SELF_PROCESS, &w, &d.desc);
	if (made)
		*made = r < 0 ? CAP_NONE : (cap_t)d.desc.landed[0];
	return r;
}

/* An account with so much of this process's. */
static cap_t account(uint64_t bytes, uint64_t objects, uint64_t processes)
{
	cap_t a;

	EXPECT_OK(account_call(ACCOUNT_NEW, CAP_NONE, 0, 0, &a));
	EXPECT_EQ(account_call(ACCOUNT_MOVE, a, ACCOUNT_MEMORY, bytes, NULL), 0);
	EXPECT_EQ(account_call(ACCOUNT_MOVE, a, ACCOUNT_OBJECTS, objects, NULL), 0);
	EXPECT_EQ(account_call(ACCOUNT_MOVE, a, ACCOUNT_PROCESSES, processes, NULL), 0);
	return a;
}

static void account_drop(cap_t a) { os_cspace_delete(CAP_SELF_CSPACE, a); }

static uid_t hog_uid = 1000;

/* Runs HOG in a process that is charged to A, as an ordinary user; the pid is that of its guardian, whose status is the hog's. */
static pid_t start_in(cap_t a, int (*hog)(void))
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int status = 0;
		pid_t inner;

		setpgid(0, 0);
		if (account_call(ACCOUNT_BIND, a, 0, 0, NULL))
			_exit(90);
		inner = fork();
		if (inner == 0) {
			setgid(100);
			setuid(hog_uid);
			_exit(hog());
		}
		if (inner < 0)
			_exit(91);
		waitpid(inner, &status, 0);
		_exit(WIFSIGNALED(status) ? 100 + WTERMSIG(status) : WEXITSTATUS(status));
	}
	EXPECT_OK(pid);
	return pid;
}

static int run_in(cap_t a, int (*hog)(void))
{
	pid_t pid = start_in(a, hog);
	int status = 0;

	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- what ends at the limit, and how ---- */

static void end_by(int number) { _exit(100 + number); }

static int touches_all(void)
{
	char *p = mmap(NULL, 1024 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct sigaction act = {.sa_handler = end_by};

	sigaction(SIGBUS, &act, NULL); /* else `sys` says so on the console */
	sigaction(SIGSEGV, &act, NULL);
	if (p == MAP_FAILED)
		return 1;
	for (size_t i = 0; i < 1024 * MIB; i += PAGE)
		p[i] = 1;
	return 2;
}

static int populates_all(void)
{
	char *p = mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p != MAP_FAILED)
		return 1;
	return errno == ENOMEM ? 0 : 2;
}

/* How many children at a time, until an error that says so. */
static int forks_all(void)
{
	int children = 0;
	pid_t pid;

	while ((pid = fork()) > 0 && children < 60)
		children++;
	if (pid == 0) {
		pause();
		_exit(0);
	}
	if (errno != EAGAIN)
		return 80;
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	for (int i = 0; i < children; i++)
		wait(NULL);
	/* What was full has room again. */
	pid = fork();
	if (pid == 0)
		_exit(0);
	return pid < 0 || waitpid(pid, NULL, 0) != pid ? 81 : children;
}

static void *waits(void *unused)
{
	pause();
	return unused;
}

static int starts_threads(void)
{
	static pthread_t thread[200];
	int n = 0, error;

	while ((error = pthread_create(&thread[n], NULL, waits, NULL)) == 0 && n < 199)
		n++;
	if (error != EAGAIN || n == 0)
		return 80;
	for (int i = 0; i < n; i++) {
		pthread_cancel(thread[i]);
		pthread_join(thread[i], NULL);
	}
	return pthread_create(&thread[0], NULL, waits, NULL) ? 81 : n;
}

static void each_limit(void)
{
	cap_t small = account(3 * MIB, 60, 3), few = account(32 * MIB, 4000, PROCESSES),
	      objects = account(32 * MIB, 100, 20);
	int threads;

	/* The guardian and the hog are processes, too. */
	EXPECT_EQ(run_in(few, forks_all), PROCESSES - 2);
	threads = run_in(objects, starts_threads);
	EXPECT(threads >= 10 && threads < 60);
	EXPECT_EQ(run_in(small, populates_all), 0);
	EXPECT_EQ(run_in(small, touches_all), 100 + SIGBUS);
	EXPECT_EQ(run_in(small, populates_all), 0);
	account_drop(small);
	account_drop(few);
	account_drop(objects);
}

static void each_limit_in_a_child(void) { EXPECT_EQ(test_child(each_limit), 0); }

TEST(accounts, what_is_used_up_ends_in_errors_and_comes_back) { counts_leaves_nothing(each_limit_in_a_child); }

/* ---- open files, which servers count ---- */

static volatile int *shared_word; /* some hog was told ENFILE */

/* Opens what it may, in as many processes as it may, until the server has no more for this user. */
static int opens_all(void)
{
	pid_t pid;

	while ((pid = fork()) > 0)
		;
	while (pid == 0 && open("/tmp/hog", O_RDWR) >= 0)
		;
	if (pid == 0 && errno == ENFILE)
		*shared_word = 1;
	while (pause())
		;
	return 0;
}

static int other_user(void)
{
	int n = 0;

	while (n < 100 && open("/tmp/hog", O_RDWR) >= 0)
		n++;
	return n;
}

static void open_files(void)
{
	cap_t many = account(40 * MIB, 4000, 20), one = account(8 * MIB, 400, 4);
	int fd[200], n = 0, pair[2];
	pid_t hog;

	shared_word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	close(open("/tmp/hog", O_RDWR | O_CREAT, 0666));
	chmod("/tmp/hog", 0666);
	hog = start_in(many, opens_all);
	for (int tries = 0; *shared_word == 0 && tries < 2000; tries++)
		usleep(10000);
	EXPECT_EQ(*shared_word, 1);
	while (n < 200 && (fd[n] = open("/tmp/hog", O_RDWR)) >= 0)
		n++;
	EXPECT_EQ(n, 200);
	EXPECT_OK(pipe(pair));
	close(pair[0]);
	close(pair[1]);
	while (n)
		close(fd[--n]);
	hog_uid = 1001;
	EXPECT_EQ(run_in(one, other_user), 100);
	hog_uid = 1000;
	kill(-hog, SIGKILL);
	EXPECT_EQ(waitpid(hog, NULL, 0), hog);
	unlink("/tmp/hog");
	account_drop(many);
	account_drop(one);
}

static void open_files_in_a_child(void) { EXPECT_EQ(test_child(open_files), 0); }

TEST(accounts, open_files_of_one_user_leave_some_for_others) { counts_leaves_nothing(open_files_in_a_child); }

/* ---- the neighbour ---- */

static int hog_memory(void)
{
	for (;;) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(touches_all());
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
	return 0;
}

static int hog_processes(void)
{
	for (;;) {
		pid_t pid = fork();

		if (pid == 0)
			for (;;)
				pause();
	}
	return 0;
}

static int hog_threads(void)
{
	pthread_t t;

	for (;;)
		pthread_create(&t, NULL, waits, NULL);
	return 0;
}

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void *returns(void *argument) { return argument; }

/* Memory, a pipe, a file: servers work on the caller's time. */
static void asks(void)
{
	size_t bytes = 256 * 1024;
	char byte, *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fds[2], fd;

	EXPECT(p != MAP_FAILED);
	for (size_t i = 0; i < bytes; i += PAGE)
		p[i] = 1;
	EXPECT_OK(munmap(p, bytes));
	EXPECT_OK(pipe(fds));
	EXPECT_EQ(write(fds[1], "x", 1), 1);
	EXPECT_EQ(read(fds[0], &byte, 1), 1);
	close(fds[0]);
	close(fds[1]);
	fd = open("neighbour", O_RDWR | O_CREAT, 0600);
	EXPECT_OK(fd);
	EXPECT_EQ(write(fd, "text", 4), 4);
	EXPECT_OK(close(fd));
	EXPECT_OK(unlink("neighbour"));
}

/* A process and a thread: others run meanwhile, and these two wait for their turn. */
static void makes(void)
{
	pthread_t t;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(7);
	EXPECT_OK(pid);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(WEXITSTATUS(status), 7);
	EXPECT_EQ(pthread_create(&t, NULL, returns, NULL), 0);
	EXPECT_EQ(pthread_join(t, NULL), 0);
}

static int ascending(const void *a, const void *b)
{
	return *(const uint64_t *)a < *(const uint64_t *)b ? -1 : *(const uint64_t *)a > *(const uint64_t *)b;
}

#define TIMES 11

/* Microseconds that BODY takes. */
static uint64_t median(void (*body)(void))
{
	uint64_t us[TIMES];

	for (int i = 0; i < TIMES; i++) {
		us[i] = now_us();
		body();
		us[i] = now_us() - us[i];
	}
	qsort(us, TIMES, sizeof(us[0]), ascending);
	return us[TIMES / 2];
}

/* The criterion. Equals take turns: each time that the neighbour waits for something, every hog may have a slice of the
 * processor before it goes on, and what it does itself may take SLOWER times as long, since memory is torn down and built for others
 * in between. Above the hogs' priority there are no turns to wait for. */
#define HOGS	 3
#define SLICE_US 10000
#define SLOWER	 2

struct measured {
	const char *what;
	void (*body)(void);
	unsigned waits; /* how often it waits at most */
	uint64_t alone_us;
};
static struct measured measured[] = {{"asks", asks, 3, 0}, {"makes", makes, 5, 0}};

static void measure(const char *when, unsigned turns)
{
	for (unsigned i = 0; i < 2; i++) {
		struct measured *m = &measured[i];
		uint64_t us = median(m->body), most = SLOWER * m->alone_us + m->waits * turns * SLICE_US;

		if (!m->alone_us)
			m->alone_us = us;
		else if (getenv("EXACT") && !EXPECT(us <= most))
			printf("%s, %s: %lu us, alone %lu us, at most %lu us\n", m->what, when, (unsigned long)us,
			       (unsigned long)m->alone_us, (unsigned long)most);
		if (getenv("SHOW"))
			printf("%s, %s: %lu us\n", m->what, when, (unsigned long)us);
	}
}

static void beside_hogs(void)
{
	static int (*const hogs[HOGS])(void) = {hog_memory, hog_processes, hog_threads};
	cap_t a[HOGS] = {account(6 * MIB, 200, 4), account(24 * MIB, 4000, PROCESSES), account(24 * MIB, 150, 4)};
	pid_t pid[HOGS];

	measure("alone", 0);
	for (int i = 0; i < HOGS; i++)
		pid[i] = start_in(a[i], hogs[i]);
	usleep(300000);
	measure("beside hogs", HOGS);
	EXPECT_OK(setpriority(PRIO_PROCESS, 0, -5));
	measure("above hogs", 0);
	EXPECT_OK(setpriority(PRIO_PROCESS, 0, 0));
	for (int i = 0; i < HOGS; i++) {
		EXPECT_EQ(waitpid(pid[i], NULL, WNOHANG), 0); /* they still try */
		EXPECT_OK(kill(-pid[i], SIGKILL));
		EXPECT_EQ(waitpid(pid[i], NULL, 0), pid[i]);
		account_drop(a[i]);
	}
}

static void beside_hogs_in_a_child(void) { EXPECT_EQ(test_child(beside_hogs), 0); }

TEST(accounts, a_neighbour_is_undisturbed) { counts_leaves_nothing(beside_hogs_in_a_child); }
