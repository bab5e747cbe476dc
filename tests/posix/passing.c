/* SPDX-License-Identifier: 0BSD */
/* passing.c: descriptors that go through sockets, also sockets through themselves and each other. */
#include "lib/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY 3000 /* more than there can be under way */

/* Passes FD over SOCKET, with a byte. */
static ssize_t pass(int socket, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec piece = {"f", 1};
	struct msghdr m = {
	    .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(socket, &m, 0);
}

/* Takes what was passed: -1 if nothing was. */
static int take(int socket, int flags, int *message_flags)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec piece = {&byte, 1};
	struct msghdr m = {
	    .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	struct cmsghdr *c;
	int fd = -1;

	EXPECT_EQ(recvmsg(socket, &m, flags), 1);
	*message_flags = m.msg_flags;
	c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

TEST(passing, of_files_and_sockets)
{
	int fds[2], file = open("f", O_RDWR | O_CREAT, 0666), got, flags;
	ssize_t r, total = 0;

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	EXPECT_EQ(write(file, "abc", 3), 3);
	EXPECT_EQ(pass(fds[0], file), 1);
	EXPECT_OK(close(file));
	got = take(fds[1], MSG_CMSG_CLOEXEC, &flags);
	ASSERT_OK(got);
	EXPECT_EQ(flags & (MSG_CTRUNC | MSG_TRUNC), 0);
	EXPECT_EQ(fcntl(got, F_GETFD), FD_CLOEXEC);
	EXPECT_EQ(lseek(got, 0, SEEK_CUR), 3);
	EXPECT_OK(close(got));
	EXPECT_ERRNO(EBADF, pass(fds[0], 99));
	EXPECT_EQ(pass(fds[0], fds[0]), 1);
	got = take(fds[1], 0, &flags);
	EXPECT_EQ(write(got, "x", 1), 1);
	EXPECT_OK(close(got));
	/* One that nobody takes is closed. */
	EXPECT_EQ(pass(fds[0], fds[0]), 1);
	EXPECT_OK(close(fds[0]));
	while ((r = read(fds[1], &flags, 1)) > 0)
		total += r;
	EXPECT_EQ(r, 0);
	EXPECT_EQ(total, 2);
	EXPECT_OK(close(fds[1]));
}

/* How many pages the server of sockets has; 0 on other systems. */
static long server_pages(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	long pages = 0, have;

	while (dir && (entry = readdir(dir))) {
		char name[NAME_MAX + 16], text[512] = "";
		int fd;

		snprintf(name, sizeof(name), "/proc/%s/stat", entry->d_name);
		fd = open(name, O_RDONLY);
		if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 &&
		    sscanf(text,
			   "%*d (unix) %*c %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d "
			   "%*d %*d %*d %ld",
			   &have) == 1)
			pages = have;
		close(fd);
	}
	if (dir)
		closedir(dir);
	return pages;
}

/* A pair that MAKE does something with is made and closed, again and again. Nothing of it may be left. */
static void many_pairs(int type, bool (*make)(const int *fds))
{
	long before = 0;
	int fds[2];

	for (int i = 0; i < MANY; i++) {
		ASSERT_OK(socketpair(AF_UNIX, type, 0, fds));
		if (!make(fds))
			i = MANY;
		close(fds[i % 2]);
		close(fds[1 - i % 2]);
		if (i == 100)
			before = server_pages();
	}
	EXPECT(server_pages() <= before + 8);
	/* Others still can. */
	ASSERT_OK(socketpair(AF_UNIX, type, 0, fds));
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(pass(fds[0], STDIN_FILENO), 1);
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
}

/* Into its own queue. */
static bool through_itself(const int *fds) { return EXPECT_EQ(pass(fds[0], fds[1]), 1); }

TEST(passing, a_socket_through_itself_leaves_nothing) { many_pairs(SOCK_STREAM, through_itself); }

TEST(passing, a_record_socket_through_itself_leaves_nothing) { many_pairs(SOCK_SEQPACKET, through_itself); }

/* Each into its own queue and the other's, and once more. */
static bool through_each_other(const int *fds)
{
	bool ok = true;

	for (int i = 0; i < 6; i++)
		ok = ok && EXPECT_EQ(pass(fds[i % 2], fds[i / 3]), 1);
	return ok;
}

TEST(passing, both_ends_through_each_other_leave_nothing) { many_pairs(SOCK_STREAM, through_each_other); }

/* A ring of two pairs, and a pipe that hangs on it. */
static bool ring(const int *fds)
{
	int other[2], ends[2];
	bool ok = EXPECT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, other)) && EXPECT_OK(pipe(ends));

	ok = ok && EXPECT_EQ(pass(fds[0], other[1]), 1) && EXPECT_EQ(pass(other[0], fds[1]), 1) &&
	     EXPECT_EQ(pass(fds[0], ends[1]), 1);
	for (int i = 0; ok && i < 2; i++)
		ok = EXPECT_OK(close(other[i]));
	ok = ok && EXPECT_OK(close(ends[1])) && EXPECT_EQ(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	/* While the ring can be reached the pipe has a writer. */
	ok = ok && EXPECT_ERRNO(EAGAIN, read(ends[0], other, 1));
	return ok && EXPECT_OK(close(ends[0]));
}

TEST(passing, a_ring_leaves_nothing) { many_pairs(SOCK_STREAM, ring); }

/* One that waits to be accepted, with the listener in its queue. */
static bool at_a_listener(const int *fds)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "s"};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bool ok = EXPECT_OK(listener) && EXPECT_OK(fd) &&
		  EXPECT_OK(bind(listener, (struct sockaddr *)&un, sizeof(un))) && EXPECT_OK(listen(listener, 2)) &&
		  EXPECT_OK(connect(fd, (struct sockaddr *)&un, sizeof(un)));

	ok = ok && EXPECT_EQ(pass(fd, listener), 1) && EXPECT_EQ(pass(fds[0], fds[1]), 1);
	return EXPECT_OK(close(listener)) && EXPECT_OK(close(fd)) && EXPECT_OK(unlink("s")) && ok;
}

TEST(passing, a_listener_through_its_connection_leaves_nothing) { many_pairs(SOCK_STREAM, at_a_listener); }

/* What was lost with a ring ends: the pipe in it has no writer any more. */
TEST(passing, what_a_ring_held_ends)
{
	int fds[2], ends[2];
	char byte;

	ASSERT_OK(pipe(ends));
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	EXPECT_EQ(pass(fds[0], fds[1]), 1);
	EXPECT_EQ(pass(fds[0], ends[1]), 1);
	EXPECT_OK(close(ends[1]));
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
	EXPECT_EQ(read(ends[0], &byte, 1), 0);
	EXPECT_OK(close(ends[0]));
}

/* A socket that is nowhere but under way goes on as it was. */
TEST(passing, a_socket_under_way_lives)
{
	int way[2], fds[2], got, flags;
	char text[8] = "";

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, way));
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	EXPECT_OK(fcntl(fds[1], F_SETFL, O_NONBLOCK));
	EXPECT_EQ(write(fds[0], "one", 3), 3);
	for (int i = 0; i < 3; i++) {
		struct pollfd p = {.fd = fds[1], .events = POLLIN};

		EXPECT_EQ(pass(way[0], fds[1]), 1);
		EXPECT_OK(close(fds[1]));
		EXPECT_EQ(write(fds[0], "two", 3), 3);
		got = take(way[1], MSG_CMSG_CLOEXEC, &flags);
		ASSERT_OK(got);
		fds[1] = p.fd = got;
		EXPECT_EQ(fcntl(got, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDWR | O_NONBLOCK);
		EXPECT_EQ(fcntl(got, F_GETFD), FD_CLOEXEC);
		EXPECT_EQ(poll(&p, 1, 0), 1);
		EXPECT_EQ(read(got, text, 6), i ? 3 : 6);
		EXPECT_EQ(poll(&p, 1, 0), 0);
		EXPECT_ERRNO(EAGAIN, read(got, text, 1));
		EXPECT_EQ(write(got, "x", 1), 1);
		EXPECT_EQ(read(fds[0], text, 8), 1);
	}
	EXPECT_OK(close(fds[1]));
	EXPECT_EQ(read(fds[0], text, 1), 0);
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(way[0]));
	EXPECT_OK(close(way[1]));
}

/* Also if the one that it lies in is under way itself. */
TEST(passing, a_chain_under_way_lives)
{
	int way[2], chain[2], fds[2], ends[2], got, flags;
	char byte = 0;

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, way));
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, chain));
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	ASSERT_OK(pipe(ends));
	EXPECT_EQ(pass(fds[0], ends[1]), 1);  /* the pipe in fds[1], */
	EXPECT_EQ(pass(fds[0], fds[1]), 1);   /* with itself, */
	EXPECT_EQ(pass(chain[0], fds[1]), 1); /* which lies in chain[1], */
	EXPECT_EQ(pass(way[0], chain[1]), 1); /* which lies in way[1] */
	EXPECT_OK(close(ends[1]));
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
	EXPECT_OK(close(chain[1]));
	EXPECT_OK(close(chain[0]));
	chain[1] = take(way[1], 0, &flags);
	ASSERT_OK(chain[1]);
	fds[1] = take(chain[1], 0, &flags);
	ASSERT_OK(fds[1]);
	got = take(fds[1], 0, &flags);
	ASSERT_OK(got);
	EXPECT_EQ(write(got, "x", 1), 1);
	EXPECT_EQ(read(ends[0], &byte, 1), 1);
	EXPECT_EQ(byte, 'x');
	EXPECT_OK(close(got));
	EXPECT_EQ(read(ends[0], &byte, 1), 0);
	EXPECT_OK(close(fds[1]));
	EXPECT_OK(close(chain[1]));
	EXPECT_OK(close(ends[0]));
	EXPECT_OK(close(way[0]));
	EXPECT_OK(close(way[1]));
}

/* Takes what comes and lets it go, to the end. */
static void takes_all(int socket)
{
	int flags, got;
	char byte;

	while (recv(socket, &byte, 1, MSG_PEEK) == 1) {
		got = take(socket, 0, &flags);
		EXPECT_OK(got);
		EXPECT_EQ(write(got, "x", 1), 1);
		EXPECT_OK(close(got));
	}
}

/* The sender closes it while the receiver gets it, closes it, or dies. */
TEST(passing, while_it_is_closed)
{
	int way[2], fds[2], status;
	pid_t pid;

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, way));
	pid = fork();
	if (pid == 0) {
		close(way[0]);
		takes_all(way[1]);
		_exit(0);
	}
	ASSERT_OK(pid);
	EXPECT_OK(close(way[1]));
	for (int i = 0; i < 1000; i++) {
		char byte = 0;

		ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
		EXPECT_EQ(pass(way[0], fds[1]), 1);
		EXPECT_OK(close(fds[1]));
		EXPECT_EQ(read(fds[0], &byte, 1), 1);
		EXPECT_EQ(byte, 'x');
		EXPECT_EQ(read(fds[0], &byte, 1), 0);
		EXPECT_OK(close(fds[0]));
	}
	EXPECT_OK(close(way[0]));
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
}

/* Passes as much as user UID can, and answers how much that was; what it passed stays until GO ends. */
static int passed_by(uid_t uid, int go, pid_t *child)
{
	int answer[2], count = 0;
	char byte;

	if (!EXPECT_OK(pipe(answer)))
		return -1;
	*child = fork();
	if (*child == 0) {
		int fds[2], error = setuid(uid);

		while (!error && !socketpair(AF_UNIX, SOCK_STREAM, 0, fds) && fds[1] < 100)
			while (fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0 && pass(fds[0], STDIN_FILENO) == 1)
				count++;
		write(answer[1], &count, sizeof(count));
		read(go, &byte, 1);
		_exit(0);
	}
	close(answer[1]);
	EXPECT_EQ(read(answer[0], &count, sizeof(count)), sizeof(count));
	EXPECT_OK(close(answer[0]));
	return count;
}

/* Two users take what they get, and there is some for a third. */
TEST(passing, is_shared_by_users)
{
	int go[2], count, last = 1 << 30;
	pid_t child[3];

	if (geteuid())
		return;
	ASSERT_OK(pipe(go));
	for (int i = 0; i < 3; i++) {
		count = passed_by(1001 + (uid_t)i, go[0], &child[i]);
		EXPECT(count >= 64 && count < 1024);
		EXPECT(count <= last);
		last = count;
	}
	EXPECT_EQ(write(go[1], "abc", 3), 3);
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(waitpid(child[i], NULL, 0), child[i]);
	EXPECT_OK(close(go[0]));
	EXPECT_OK(close(go[1]));
}
