/* SPDX-License-Identifier: 0BSD */
/* descriptor_storm.c: threads copy, replace, close, pass and read the same descriptors at once.
 *
 * A descriptor either works or is EBADF, and what it names is one thing: each file holds its number alone, so whatever is read
 * through one descriptor, or through what was passed on of it, must agree with itself. */
#include "../posix/lib/test.h"
#include "counts.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES	8
#define THREADS 8
#define SHARED	100 /* descriptors that all threads use: SHARED to SHARED + SLOTS - 1 */
#define SLOTS	12
#define OWN	200 /* from here on a thread has what it made itself */
#define ACTS	400
#define BYTES	96 /* more than travels in a message's words */

static int base[FILES], sockets[2];
static ino_t inode[FILES];
static unsigned wrong, worked, refused, passed, received;
static int stop;

static void count(unsigned *what) { __atomic_add_fetch(what, 1, __ATOMIC_RELAXED); }

static void fault(const char *what, int error)
{
	if (__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED) < 10)
		printf("descriptor_storm: %s: %s\n", what, error ? strerror(error) : "mixed up");
}

/* The file behind FD; -1: EBADF. */
static int file_of(int fd)
{
	char text[BYTES];
	ssize_t got = pread(fd, text, sizeof(text), 0);

	if (got == -1 && errno == EBADF) {
		count(&refused);
		return -1;
	}
	if (got != BYTES) {
		fault("pread", got == -1 ? errno : EIO);
		return -1;
	}
	for (int i = 1; i < BYTES; i++)
		if (text[i] != text[0])
			fault("bytes of two files in one read", 0);
	if (text[0] < 0 || text[0] >= FILES)
		fault("no such file", 0);
	count(&worked);
	return text[0];
}

/* A copy of a shared descriptor is the thread's own: it stays what it is. */
static void copy(int fd)
{
	int own = fcntl(fd, F_DUPFD, OWN), first, again;
	struct stat st;

	if (own == -1) {
		if (errno != EBADF)
			fault("F_DUPFD", errno);
		count(&refused);
		return;
	}
	first = file_of(own);
	if (first < 0 || fstat(own, &st))
		fault("a copy of one's own", EBADF);
	else if (st.st_ino != inode[first])
		fault("fstat", 0);
	sched_yield();
	again = file_of(own);
	if (again != first)
		fault("a copy became another file", 0);
	if (close(own))
		fault("close of one's own", errno);
}

/* Passes FD on; NUMBER is what it names, or -1: nobody knows. */
static void pass(int fd, int number)
{
	char byte = (char)number;
	struct iovec iov = {&byte, 1};
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {{0}};
	struct msghdr m = {
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};

	control.header = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	if (sendmsg(sockets[0], &m, 0) == 1)
		count(&passed);
	else if (errno == EBADF && number < 0)
		count(&refused);
	else
		fault("sendmsg", errno);
}

static void pass_copy(int fd)
{
	int own = fcntl(fd, F_DUPFD, OWN), number;

	if (own == -1)
		return;
	number = file_of(own);
	pass(own, number);
	if (close(own))
		fault("close of a copy", errno);
}

static void *receive(void *unused)
{
	for (;;) {
		char byte;
		struct iovec iov = {&byte, 1};
		union {
			struct cmsghdr header;
			char room[CMSG_SPACE(sizeof(int))];
		} control;
		struct msghdr m = {
		    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
		ssize_t got = recvmsg(sockets[1], &m, 0);
		int fd, number;

		if (got == 0)
			return unused;
		if (got != 1 || m.msg_controllen < CMSG_LEN(sizeof(int))) {
			fault("recvmsg without a descriptor", got < 0 ? errno : EIO);
			return unused;
		}
		memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
		number = file_of(fd);
		if (number < 0 || (byte >= 0 && number != byte))
			fault("what was passed is another", 0);
		count(&received);
		if (close(fd))
			fault("close of what was passed", errno);
	}
}

static void *act(void *argument)
{
	unsigned seed = (unsigned)(long)argument;

	for (int i = 0; i < ACTS && !stop; i++) {
		int fd = SHARED + (int)((seed = seed * 1103515245 + 12345) >> 16) % SLOTS, number;
		unsigned file = (seed >> 8) % FILES;

		switch (seed >> 28) {
		case 0:
		case 1:
		case 2:
		case 3:
			if (dup2(base[file], fd) != fd)
				fault("dup2", errno);
			break;
		case 4:
		case 5:
			if (close(fd) && errno != EBADF)
				fault("close", errno);
			break;
		case 6:
		case 7:
			number = SHARED + (int)(seed >> 12) % SLOTS;
			if (dup2(fd, number) != number && errno != EBADF)
				fault("dup2 of shared ones", errno);
			break;
		case 8:
		case 9:
			pass_copy(fd);
			break;
		case 10:
			pass(fd, -1);
			break;
		case 11:
		case 12:
			copy(fd);
			break;
		default:
			file_of(fd);
		}
	}
	return NULL;
}

static void make_files(void)
{
	char name[8], text[BYTES];
	struct stat st;

	for (int i = 0; i < FILES; i++) {
		int fd;

		snprintf(name, sizeof(name), "f%d", i);
		memset(text, i, sizeof(text));
		fd = open(name, O_RDWR | O_CREAT, 0666);
		EXPECT_EQ(write(fd, text, sizeof(text)), sizeof(text));
		EXPECT_OK(fstat(fd, &st));
		inode[i] = st.st_ino;
		base[i] = fcntl(fd, F_DUPFD, 50);
		close(fd);
	}
}

static void storm(void)
{
	pthread_t thread[THREADS], receiver;

	worked = refused = passed = received = 0;
	make_files();
	ASSERT_OK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets));
	ASSERT_EQ(pthread_create(&receiver, NULL, receive, NULL), 0);
	for (long i = 0; i < THREADS; i++)
		ASSERT_EQ(pthread_create(&thread[i], NULL, act, (void *)(i * 7919 + 1)), 0);
	for (int i = 0; i < THREADS; i++)
		EXPECT_EQ(pthread_join(thread[i], NULL), 0);
	EXPECT_OK(close(sockets[0]));
	EXPECT_EQ(pthread_join(receiver, NULL), 0);
	EXPECT_OK(close(sockets[1]));
	EXPECT_EQ(wrong, 0);
	EXPECT_EQ(received, passed);
	EXPECT(worked > THREADS * ACTS / 8 && refused > 0 && passed > THREADS * ACTS / 32);
	for (int i = 0; i < SLOTS; i++)
		close(SHARED + i);
	for (int i = 0; i < FILES; i++)
		EXPECT_OK(close(base[i]));
}

static void in_a_child(void) { EXPECT_EQ(test_child(storm), 0); }

TEST(descriptor_storm, every_descriptor_works_or_is_none) { counts_leaves_nothing(in_a_child); }

/* ---- a pipe that is read through many copies: each byte comes once ---- */

#define STREAM 20000

static unsigned char seen[STREAM];
static int reading; /* descriptor that is replaced by a copy of itself all the time */

static void *reads(void *unused)
{
	for (;;) {
		unsigned number[16];
		ssize_t got = read(reading, number, sizeof(number));

		if (got == 0)
			return unused;
		if (got < 0 && errno != EBADF)
			fault("read", errno);
		if (got < 0)
			sched_yield();
		for (ssize_t i = 0; got > 0 && i < got / (ssize_t)sizeof(number[0]); i++) {
			if (number[i] < STREAM)
				__atomic_add_fetch(&seen[number[i]], 1, __ATOMIC_RELAXED);
			else
				fault("torn", 0);
		}
	}
}

static void *replaces(void *argument)
{
	int kept = *(int *)argument;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (dup2(kept, reading) != reading)
			fault("dup2 over what is read", errno);
		close(reading);
		sched_yield();
		if (dup2(kept, reading) != reading)
			fault("dup2", errno);
		sched_yield();
	}
	return NULL;
}

static void stream(void)
{
	pthread_t reader[3], replacer;
	unsigned missing = 0;
	int fds[2];

	stop = 0;
	reading = 90;
	memset(seen, 0, sizeof(seen));
	ASSERT_OK(pipe(fds));
	ASSERT_EQ(dup2(fds[0], reading), reading);
	ASSERT_EQ(pthread_create(&replacer, NULL, replaces, &fds[0]), 0);
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(pthread_create(&reader[i], NULL, reads, NULL), 0);
	for (unsigned i = 0; i < STREAM; i++)
		if (write(fds[1], &i, sizeof(i)) != sizeof(i))
			fault("write", errno);
	EXPECT_OK(close(fds[1]));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(pthread_join(reader[i], NULL), 0);
	stop = 1;
	EXPECT_EQ(pthread_join(replacer, NULL), 0);
	for (unsigned i = 0; i < STREAM; i++)
		missing += seen[i] != 1;
	EXPECT_EQ(missing, 0);
	EXPECT_EQ(wrong, 0);
	close(reading);
	EXPECT_OK(close(fds[0]));
	stop = 0;
}

static void stream_in_a_child(void) { EXPECT_EQ(test_child(stream), 0); }

TEST(descriptor_storm, each_byte_of_a_pipe_comes_once) { counts_leaves_nothing(stream_in_a_child); }

/* ---- more in flight than anybody has room for ---- */

#define PAIRS 150

static unsigned flood_error;

/* Sends a descriptor four times in each message until the socket takes no more: how many messages. */
static unsigned fill(int fd)
{
	char byte = 0;
	struct iovec iov = {&byte, 1};
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(4 * sizeof(int))];
	} control = {{0}};
	struct msghdr m = {
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	int rights[4] = {1, 1, 1, 1};
	unsigned sent = 0;

	control.header = (struct cmsghdr){CMSG_LEN(sizeof(rights)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(&control.header), rights, sizeof(rights));
	while (sendmsg(fd, &m, MSG_DONTWAIT) == 1)
		sent++;
	if (errno != EAGAIN)
		flood_error = (unsigned)errno;
	return sent;
}

static void flood(void)
{
	int pair[PAIRS][2], other[2];
	unsigned sent = 0;

	flood_error = 0;
	for (int i = 0; i < PAIRS; i++) {
		ASSERT_OK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair[i]));
		sent += fill(pair[i][0]);
	}
	EXPECT_EQ(sent, 256); /* as limits.md says: 1024 descriptors */
	EXPECT_EQ(flood_error, ETOOMANYREFS);
	/* Nobody else is disturbed; and what was sent arrives, or goes with its socket. */
	EXPECT_OK(pipe(other));
	EXPECT_EQ(write(other[1], "x", 1), 1);
	for (int i = 0; i < PAIRS; i++) {
		char byte;

		if (i < 10 && i % 2 == 0)
			EXPECT_EQ(recv(pair[i][1], &byte, 1, MSG_DONTWAIT), 1);
		close(pair[i][0]);
		close(pair[i][1]);
	}
}

static void flood_in_a_child(void) { EXPECT_EQ(test_child(flood), 0); }

TEST(descriptor_storm, what_is_in_flight_is_bounded_and_goes_with_its_sockets)
{
	counts_leaves_nothing(flood_in_a_child);
}
