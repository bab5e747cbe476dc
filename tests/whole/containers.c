/* SPDX-License-Identifier: 0BSD */
/* containers.c: threads are bound to containers one by one: two threads of a process see other files at one path, have
 * other descriptors, work in another process's memory; and /proc tells all of it.
 */
#include "../posix/lib/test.h"
#include "counts.h"
#include "worker.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>
#include <parley/clock.h>
#include <parley/message.h>
#include <parley/syscall.h>
#include <posix/containers.h>
#include <posix/mount.h>
#include <posix/thread.h>
#include <proto/proto.h>

/* ---- name spaces ---- */

static char place[PATH_MAX]; /* the prefix at which each sees another tree */
static char source[2][PATH_MAX];

static void make_trees(void)
{
	char home[PATH_MAX - 16];

	ASSERT(getcwd(home, sizeof(home)) != NULL);
	snprintf(place, sizeof(place), "%s/place", home);
	ASSERT_OK(mkdir("place", 0777));
	for (unsigned i = 0; i < 2; i++) {
		char name[16], file[32];

		snprintf(name, sizeof(name), "tree%u", i);
		snprintf(file, sizeof(file), "%s/where", name);
		ASSERT_OK(mkdir(name, 0777));
		test_write_file(file, i ? "in the second" : "in the first");
		snprintf(source[i], sizeof(source[i]), "%s/%s", home, name);
	}
}

static void own_name_space(struct worker *w)
{
	w->result = posix_namespace_clone(false);
	if (w->result == 0)
		w->result = mount(source[1], place, NULL, MS_BIND, NULL);
	w->error = errno;
}

static void read_where(struct worker *w)
{
	char path[sizeof(place) + sizeof("/where")];
	int fd;

	snprintf(path, sizeof(path), "%s/where", place);
	memset(w->text, 0, sizeof(w->text));
	fd = open(path, O_RDONLY);
	w->error = errno;
	w->result = fd < 0 ? fd : (int)read(fd, w->text, sizeof(w->text) - 1);
	if (fd >= 0)
		close(fd);
}

static void unmount_place(struct worker *w)
{
	w->result = umount(place);
	w->error = errno;
}

TEST(containers, two_threads_see_other_files_at_one_path)
{
	struct worker w, here = {0};
	long context = posix_context_copy();
	struct bound self, other;

	make_trees();
	ASSERT_OK(context);
	self = bound_of(getpid(), tid_of_self());
	ASSERT(worker_begin(&w, (cap_t)context, 0));
	posix_container_close((cap_t)context); /* the thread's binding holds it */
	other = bound_of(getpid(), w.tid);
	expect_shared(self, other, 1u << FS);
	worker_do(&w, own_name_space);
	EXPECT_EQ(w.result, 0);
	other = bound_of(getpid(), w.tid);
	expect_shared(self, other, 1u << FS | 1u << NS);

	read_where(&here);
	EXPECT(here.result == -1 && here.error == ENOENT);
	worker_do(&w, read_where);
	EXPECT_STRING(w.text, "in the second");
	/* Mounts of one do not appear to the other, whatever is mounted last. */
	ASSERT_OK(mount(source[0], place, NULL, MS_BIND, NULL));
	read_where(&here);
	worker_do(&w, read_where);
	EXPECT_STRING(here.text, "in the first");
	EXPECT_STRING(w.text, "in the second");
	EXPECT(file_has("ns", self.id[NS], "status", place));
	EXPECT(file_has("ns", other.id[NS], "status", place));
	worker_do(&w, unmount_place);
	EXPECT_EQ(w.result, 0);
	EXPECT(!file_has("ns", other.id[NS], "status", place));
	worker_do(&w, read_where);
	EXPECT(w.result == -1 && w.error == ENOENT);
	read_where(&here);
	EXPECT_STRING(here.text, "in the first");
	EXPECT_OK(umount(place));
	worker_end(&w);
}

static void unmounts_and_removes(void)
{
	ASSERT_OK(posix_namespace_clone(false));
	EXPECT_ERRNO(EBUSY, rmdir("place"));
	ASSERT_OK(umount(place));
	EXPECT_ERRNO(EINVAL, umount(place));
	EXPECT_ERRNO(ENOENT, access("place/where", R_OK));
	EXPECT_OK(rename("place", "elsewhere"));
	EXPECT_OK(rmdir("elsewhere"));
}

TEST(containers, a_mount_is_busy_where_it_is_seen)
{
	make_trees();
	ASSERT_OK(mount(source[0], place, NULL, MS_BIND, NULL));
	EXPECT_STRING(test_read_file("place/where"), "in the first");
	EXPECT_ERRNO(EBUSY, rmdir("place"));
	EXPECT_ERRNO(EBUSY, rmdir(place));
	EXPECT_ERRNO(EBUSY, rename("place", "other"));
	EXPECT_ERRNO(EBUSY, rename(place, "other"));
	EXPECT_ERRNO(EBUSY, mount(source[1], place, NULL, MS_BIND, NULL));
	/* Elsewhere it is a directory like any other; here the mount keeps its name. */
	EXPECT_EQ(test_child(unmounts_and_removes), 0);
	strcat(place, "/where");
	EXPECT_STRING(test_read_file(place), "in the first");
	place[strlen(place) - strlen("/where")] = '\0';
	EXPECT_OK(umount(place));
	EXPECT_ERRNO(ENOENT, access(place, R_OK));
}

static void own_root(struct worker *w)
{
	w->result = chroot(source[1]);
	w->error = errno;
}

static void read_from_root(struct worker *w)
{
	int fd = open("/where", O_RDONLY);

	memset(w->text, 0, sizeof(w->text));
	w->error = errno;
	w->result = fd < 0 ? fd : (int)read(fd, w->text, sizeof(w->text) - 1);
	if (fd >= 0)
		close(fd);
}

TEST(containers, two_threads_have_other_roots)
{
	struct worker w, here = {0};
	long context = posix_context_copy();
	struct bound self, other;

	make_trees();
	ASSERT_OK(context);
	ASSERT(worker_begin(&w, (cap_t)context, 0));
	self = bound_of(getpid(), tid_of_self());
	other = bound_of(getpid(), w.tid);
	expect_shared(self, other, 1u << FS);
	worker_do(&w, own_root);
	EXPECT_EQ(w.result, 0);
	worker_do(&w, read_from_root);
	EXPECT_STRING(w.text, "in the second");
	read_from_root(&here);
	EXPECT(here.result == -1 && here.error == ENOENT);
	EXPECT(file_has("fs", other.id[FS], "status", source[1]));
	EXPECT(!file_has("fs", self.id[FS], "status", source[1]));
	worker_end(&w);
	posix_container_close((cap_t)context);
}

/* ---- descriptor spaces ---- */

/* A child that has a file of its own open as descriptor 40, a word in `shared`, and waits. */
struct common {
	volatile uint32_t ready, end, seen;
	volatile uint64_t word, ticks;
};

static struct common *common;
static volatile uint64_t private_word;

static pid_t child_begin(void)
{
	int fd;
	pid_t pid;

	common = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	private_word = 1;
	test_write_file("child's", "of the child");
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		fd = open("child's", O_RDONLY);
		dup2(fd, 40);
		private_word = 2;
		common->ready = 1;
		while (!common->end) {
			common->seen = private_word == 3;
			usleep(2000);
		}
		/* What somebody wrote here is seen, what the parent has at this address is not. */
		_exit(private_word == 3 ? 33 : 1);
	}
	if (EXPECT_OK(pid))
		while (!common->ready)
			usleep(2000);
	return pid;
}

static int child_end(pid_t pid)
{
	int status = -1;

	common->end = 1;
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	munmap(common, 4096);
	return status;
}

static void read_40(struct worker *w)
{
	memset(w->text, 0, sizeof(w->text));
	w->result = (int)pread(40, w->text, sizeof(w->text) - 1, 0);
	w->error = errno;
}

static void close_40(struct worker *w)
{
	w->result = close(40);
	w->error = errno;
}

TEST(containers, two_threads_have_other_descriptors)
{
	struct worker w, here = {0};
	pid_t child = child_begin();
	long fdspace = posix_container_open(child, INFO_FDSPACE);
	struct bound self = bound_of(getpid(), tid_of_self()), other, childs = bound_of(child, (unsigned)child);

	ASSERT_OK(fdspace);
	expect_shared(self, childs, 1u << VSPACE | 1u << FDSPACE | 1u << FS);
	test_write_file("own", "of the parent");
	EXPECT_EQ(dup2(open("own", O_RDONLY), 40), 40);
	ASSERT(worker_begin(&w, 0, (cap_t)fdspace));
	other = bound_of(getpid(), w.tid);
	expect_shared(self, other, 1u << FDSPACE);
	EXPECT_EQ(other.id[FDSPACE], childs.id[FDSPACE]);
	read_40(&here);
	worker_do(&w, read_40);
	EXPECT_STRING(here.text, "of the parent");
	EXPECT_STRING(w.text, "of the child");
	EXPECT(file_has("fdspace", other.id[FDSPACE], "status", "\n40\t"));
	worker_do(&w, close_40);
	EXPECT_EQ(w.result, 0);
	EXPECT(!file_has("fdspace", other.id[FDSPACE], "status", "\n40\t"));
	EXPECT(file_has("fdspace", self.id[FDSPACE], "status", "\n40\t"));
	worker_do(&w, read_40);
	EXPECT(w.result == -1 && w.error == EBADF);
	read_40(&here);
	EXPECT_STRING(here.text, "of the parent");
	worker_end(&w);
	posix_container_close((cap_t)fdspace);
	EXPECT_EQ(WEXITSTATUS(child_end(child)), 1);
	closefrom(3);
}

/* ---- address spaces ---- */

#define STACK_BYTES 16384

/* Runs in the child's memory, where the code lies at the same place, as a thread of this process: no library, only
 * what a bare thread has. */
static void in_the_childs_memory(struct common *c)
{
	struct os_words words = {{PROTO_WORD0(PROC_THREAD_EXIT, 0, 0)}};

	c->word = private_word;
	private_word = 3;
	for (; !c->end; c->ticks++)
		os_sleep(os_now_ns() + 2 * OS_MS);
	os_send(CAP_SELF_PROCESS, &words, NULL, DEADLINE_FOREVER, 0);
}

static char stack[STACK_BYTES] __attribute__((aligned(16)));

/* Starts that thread, in the memory of process PID: its number. */
static unsigned enter(pid_t pid)
{
	long space = posix_container_open(pid, INFO_VSPACE);
	struct os_words w = {{PROTO_WORD0(PROC_THREAD, 0, 0), (uint64_t)in_the_childs_memory,
			      (uint64_t)stack + STACK_BYTES - 8, (uint64_t)common}};

	EXPECT_OK(space);
	w.w[7] = (uint64_t)space;
	EXPECT_EQ(os_send_words(CAP_SELF_PROCESS, &w), 0);
	posix_container_close((cap_t)space);
	return (unsigned)w.w[1];
}

TEST(containers, a_thread_works_in_another_processs_memory)
{
	pid_t child = child_begin();
	struct bound self = bound_of(getpid(), tid_of_self()), childs = bound_of(child, (unsigned)child), other;
	unsigned tid = enter(child);

	while (!common->seen)
		usleep(2000);
	EXPECT_EQ(common->word, 2); /* what the child had there */
	EXPECT_EQ(private_word, 1);
	other = bound_of(getpid(), tid);
	expect_shared(self, other, 1u << VSPACE);
	EXPECT_EQ(other.id[VSPACE], childs.id[VSPACE]);
	EXPECT_EQ(WEXITSTATUS(child_end(child)), 33);
}

/* A process that has a thread in CHILD's memory, and does nothing else. */
static pid_t intruder(pid_t child)
{
	pid_t pid = fork();

	if (pid == 0) {
		enter(child);
		for (;;)
			pause();
	}
	EXPECT_OK(pid);
	while (!common->ticks)
		usleep(2000);
	return pid;
}

static bool ticks(void)
{
	uint64_t before = common->ticks;

	usleep(200000);
	return common->ticks != before;
}

static void killed(pid_t pid)
{
	EXPECT_OK(kill(pid, SIGKILL));
	EXPECT_EQ(waitpid(pid, NULL, 0), pid);
}

/* Whose thread it is ends first, or whose memory it is. */
static void each_end(void)
{
	pid_t child = child_begin(), other = intruder(child);

	killed(other);
	EXPECT(!ticks());
	EXPECT_EQ(WEXITSTATUS(child_end(child)), 33);

	child = child_begin();
	other = intruder(child);
	killed(child);
	EXPECT(ticks()); /* the memory stays for as long as a thread works in it */
	killed(other);
	EXPECT(!ticks());
	munmap(common, 4096);
}

static void each_end_in_a_child(void) { EXPECT_EQ(test_child(each_end), 0); }

TEST(containers, memory_stays_as_long_as_a_thread_works_in_it) { counts_leaves_nothing(each_end_in_a_child); }

static void *ends_at_once(void *argument) { return argument; }

static void as_nobody(void)
{
	pid_t parent = getppid();

	ASSERT_OK(setgid(100));
	ASSERT_OK(setuid(1000));
	EXPECT_ERRNO(EPERM, posix_container_open(parent, INFO_VSPACE));
	EXPECT_ERRNO(EPERM, posix_container_open(parent, INFO_FDSPACE));
	EXPECT_ERRNO(EPERM, posix_container_open(parent, INFO_CONTEXT));
	EXPECT(posix_container_open(0, INFO_CONTEXT) > 0);
}

TEST(containers, belong_to_their_user)
{
	pthread_attr_t attr;
	pthread_t thread;

	EXPECT_EQ(test_child(as_nobody), 0);
	EXPECT_ERRNO(ESRCH, posix_container_open(1 << 30, INFO_VSPACE));
	EXPECT_ERRNO(ESRCH, posix_container_open(1, INFO_VSPACE)); /* sys itself has none to give */
	EXPECT_ERRNO(EINVAL, posix_container_open(0, INFO_MEMORY));
	pthread_attr_init(&attr);
	posix_attr_bind(&attr, 0x3000, 0);
	EXPECT_EQ(pthread_create(&thread, &attr, ends_at_once, NULL), EBADF);
	posix_attr_bind(&attr, 0, 0x3000);
	EXPECT_EQ(pthread_create(&thread, &attr, ends_at_once, NULL), EBADF);
}

TEST(containers, what_was_bound_is_gone_with_its_thread)
{
	struct bound other;
	struct worker w;
	char path[64];

	for (int i = 0; i < 2; i++) {
		long context = posix_context_copy();

		ASSERT_OK(context);
		ASSERT(worker_begin(&w, (cap_t)context, 0));
		other = bound_of(getpid(), w.tid);
		worker_end(&w);
		snprintf(path, sizeof(path), "/proc/fs/%u/status", other.id[FS]);
		EXPECT_OK(access(path, R_OK)); /* the capability holds it */
		posix_container_close((cap_t)context);
		for (int tries = 0; access(path, R_OK) == 0 && tries < 500; tries++)
			usleep(10000);
		EXPECT_ERRNO(ENOENT, access(path, R_OK));
	}
	EXPECT_EQ(pthread_create(&w.thread, NULL, ends_at_once, NULL), 0);
	EXPECT_EQ(pthread_join(w.thread, NULL), 0);
}

static unsigned lines_with(const char *path, const char *text)
{
	FILE *f = fopen(path, "r");
	char line[256];
	unsigned n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += strstr(line, text) != NULL;
	if (f)
		fclose(f);
	return n;
}

/* More of each than one answer of `sys` holds. */
TEST(containers, long_ones_are_told_in_full)
{
	struct bound self = bound_of(getpid(), tid_of_self());
	char *pages = mmap(NULL, 400 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned before = lines_with("/proc/self/maps", " "), slots;
	char path[64];

	ASSERT(pages != MAP_FAILED);
	for (int i = 1; i < 400; i += 2)
		ASSERT_OK(mprotect(pages + i * 4096, 4096, PROT_READ | PROT_WRITE));
	EXPECT_EQ(lines_with("/proc/self/maps", " ") - before, 399);
	EXPECT_OK(munmap(pages, 400 * 4096));

	snprintf(path, sizeof(path), "/proc/fdspace/%u/status", self.id[FDSPACE]);
	slots = lines_with(path, "connection\t");
	for (int i = 100; i < 500; i++)
		ASSERT_EQ(dup2(1, i), i);
	EXPECT_EQ(lines_with(path, "connection\t") - slots, 400);
	EXPECT_EQ(lines_with(path, "\t"), lines_with(path, "rights"));
	closefrom(100);
	EXPECT_EQ(lines_with(path, "connection\t"), slots);
}
