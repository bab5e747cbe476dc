/* SPDX-License-Identifier: 0BSD */
/* sockets.c: sockets between processes of this machine. */
#include "lib/test.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_un name_of(const char *path)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	strcpy(un.sun_path, path);
	return un;
}

static int bind_to(int fd, const char *path)
{
	struct sockaddr_un un = name_of(path);

	return bind(fd, (struct sockaddr *)&un, sizeof(un));
}

static int connect_to(int fd, const char *path)
{
	struct sockaddr_un un = name_of(path);

	return connect(fd, (struct sockaddr *)&un, sizeof(un));
}

TEST(sockets, pairs_go_both_ways)
{
	char text[8] = "";
	struct stat st;
	int fds[2];

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	EXPECT_OK(fstat(fds[0], &st));
	EXPECT(S_ISSOCK(st.st_mode));
	EXPECT_EQ(send(fds[0], "to b", 4, 0), 4);
	EXPECT_EQ(write(fds[1], "to a", 4), 4);
	EXPECT_EQ(recv(fds[1], text, 4, MSG_PEEK), 4);
	EXPECT_STRING(text, "to b");
	memset(text, 0, sizeof(text));
	EXPECT_EQ(read(fds[1], text, sizeof(text)), 4);
	EXPECT_STRING(text, "to b");
	EXPECT_EQ(recv(fds[0], text, sizeof(text), 0), 4);
	EXPECT_STRING(text, "to a");
	EXPECT_ERRNO(EAGAIN, recv(fds[0], text, 1, MSG_DONTWAIT));
	EXPECT_EQ(send(fds[0], "ab", 2, 0), 2);
	EXPECT_EQ(send(fds[0], "cd", 2, 0), 2);
	EXPECT_EQ(recv(fds[1], text, 4, MSG_WAITALL), 4);
	EXPECT_STRING(text, "abcd");
	EXPECT_OK(shutdown(fds[0], SHUT_WR));
	EXPECT_EQ(read(fds[1], text, 1), 0);
	EXPECT_EQ(write(fds[1], "x", 1), 1);
	EXPECT_EQ(read(fds[0], text, 8), 1);
	EXPECT_ERRNO(EPIPE, send(fds[0], "x", 1, MSG_NOSIGNAL));
	EXPECT_OK(close(fds[1]));
	EXPECT_EQ(read(fds[0], text, 1), 0);
	EXPECT_OK(close(fds[0]));
}

TEST(sockets, messages_keep_their_bounds)
{
	char text[16];
	int fds[2];

	ASSERT_OK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds));
	EXPECT_EQ(send(fds[0], "first", 5, 0), 5);
	EXPECT_EQ(send(fds[0], "second", 6, 0), 6);
	EXPECT_EQ(recv(fds[1], text, 3, 0), 3);
	EXPECT_EQ(recv(fds[1], text, sizeof(text), 0), 6);
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
	ASSERT_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
	EXPECT_EQ(send(fds[0], "", 0, 0), 0);
	EXPECT_EQ(send(fds[0], "x", 1, 0), 1);
	EXPECT_EQ(recv(fds[1], text, sizeof(text), 0), 0);
	EXPECT_EQ(recv(fds[1], text, sizeof(text), 0), 1);
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
}

static void talks_to_server(void)
{
	char text[8] = "";
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	EXPECT_OK(connect_to(fd, "s"));
	EXPECT_EQ(write(fd, "ask", 3), 3);
	EXPECT_EQ(read(fd, text, sizeof(text)), 6);
	EXPECT_STRING(text, "answer");
	EXPECT_OK(close(fd));
}

TEST(sockets, with_a_name)
{
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd, status;
	struct sockaddr_un un = {0};
	socklen_t length = sizeof(un);
	char text[8] = "";
	struct stat st;
	pid_t pid;

	ASSERT_OK(listening);
	EXPECT_EQ(fcntl(listening, F_GETFD), FD_CLOEXEC);
	ASSERT_OK(bind_to(listening, "s"));
	EXPECT_OK(stat("s", &st));
	EXPECT(S_ISSOCK(st.st_mode));
	EXPECT_ERRNO(EINVAL, bind_to(listening, "t"));
	EXPECT_ERRNO(ENOENT, stat("t", &st));
	ASSERT_OK(listen(listening, 4));
	EXPECT_OK(getsockname(listening, (struct sockaddr *)&un, &length));
	EXPECT_STRING(un.sun_path, "s");
	EXPECT_EQ(length, offsetof(struct sockaddr_un, sun_path) + 2);
	pid = fork();
	if (pid == 0) {
		talks_to_server();
		_exit(0);
	}
	ASSERT_OK(pid);
	fd = accept(listening, NULL, NULL);
	ASSERT_OK(fd);
	EXPECT_EQ(fcntl(fd, F_GETFD), 0);
	EXPECT_EQ(read(fd, text, sizeof(text)), 3);
	EXPECT_STRING(text, "ask");
	EXPECT_EQ(write(fd, "answer", 6), 6);
	EXPECT_EQ(read(fd, text, 1), 0);
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
	EXPECT_OK(close(fd));
	EXPECT_OK(close(listening));
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	EXPECT_ERRNO(ECONNREFUSED, connect_to(fd, "s"));
	EXPECT_ERRNO(EADDRINUSE, bind_to(fd, "s"));
	EXPECT_OK(unlink("s"));
	EXPECT_ERRNO(ENOENT, connect_to(fd, "s"));
	EXPECT_OK(close(fd));
}

TEST(sockets, bound_after_a_name_was_taken)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), file = open("f", O_RDWR | O_CREAT, 0666);

	ASSERT_OK(fd);
	EXPECT_ERRNO(EADDRINUSE, bind_to(fd, "f"));
	EXPECT_ERRNO(ENOENT, bind_to(fd, "no/s"));
	EXPECT_OK(bind_to(fd, "s"));
	EXPECT_ERRNO(EINVAL, bind_to(fd, "t"));
	EXPECT_ERRNO(ENOTSOCK, bind_to(file, "t"));
	EXPECT_ERRNO(ENOENT, access("t", F_OK));
	EXPECT_OK(close(fd));
	EXPECT_OK(close(file));
}

TEST(sockets, datagrams_with_names)
{
	int a = socket(AF_UNIX, SOCK_DGRAM, 0), b = socket(AF_UNIX, SOCK_DGRAM, 0);
	char text[8] = "";

	ASSERT_OK(a);
	ASSERT_OK(bind_to(a, "a"));
	EXPECT(send(b, "x", 1, 0) == -1 && (errno == EDESTADDRREQ || errno == ENOTCONN));
	EXPECT_OK(connect_to(b, "a"));
	EXPECT_EQ(send(b, "one", 3, 0), 3);
	EXPECT_EQ(send(b, "two!", 4, 0), 4);
	EXPECT_EQ(recv(a, text, sizeof(text), MSG_DONTWAIT), 3);
	EXPECT_STRING(text, "one");
	EXPECT_EQ(recv(a, text, sizeof(text), MSG_DONTWAIT), 4);
	EXPECT_ERRNO(EAGAIN, recv(a, text, sizeof(text), MSG_DONTWAIT));
	EXPECT_OK(close(a));
	EXPECT_EQ(send(b, "x", 1, 0), -1);
	EXPECT_OK(close(b));
}

TEST(sockets, options)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), value = -1;
	socklen_t length = sizeof(value);
	struct ucred who;
	int fds[2];

	ASSERT_OK(fd);
	EXPECT_OK(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &length));
	EXPECT_EQ(value, SOCK_DGRAM);
	EXPECT_EQ(length, sizeof(value));
	EXPECT_OK(getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &length));
	EXPECT_EQ(value, 0);
	EXPECT_ERRNO(ENOPROTOOPT, getsockopt(fd, SOL_SOCKET, 9999, &value, &length));
	EXPECT_OK(close(fd));
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	length = sizeof(who);
	EXPECT_OK(getsockopt(fds[0], SOL_SOCKET, SO_PEERCRED, &who, &length));
	EXPECT_EQ(who.pid, getpid());
	EXPECT_EQ(who.uid, geteuid());
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
}

TEST(sockets, a_pipe_is_none)
{
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fds[2];
	char byte = 0;

	ASSERT_OK(pipe(fds));
	EXPECT_OK(bind_to(listener, "s"));
	EXPECT_OK(listen(listener, 1));
	for (int i = 0; i < 2; i++) {
		EXPECT_ERRNO(ENOTSOCK, bind_to(fds[i], "name"));
		EXPECT_ERRNO(ENOENT, access("name", F_OK));
		EXPECT_ERRNO(ENOTSOCK, connect_to(fds[i], "s"));
	}
	EXPECT_EQ(write(fds[1], "x", 1), 1);
	EXPECT_EQ(read(fds[0], &byte, 1), 1);
	EXPECT_EQ(byte, 'x');
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
	EXPECT_OK(close(listener));
}

TEST(sockets, refuse)
{
	struct sockaddr_un un = name_of("s");
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), file = open("f", O_RDWR | O_CREAT, 0666);
	char byte;

	ASSERT_OK(fd);
	EXPECT_ERRNO(EAFNOSUPPORT, socket(99, SOCK_STREAM, 0));
	EXPECT_ERRNO(EPROTONOSUPPORT, socket(AF_UNIX, SOCK_STREAM, 77));
	EXPECT(socket(AF_UNIX, 9, 0) == -1);
	EXPECT_ERRNO(ENOTSOCK, listen(file, 1));
	EXPECT_ERRNO(ENOTSOCK, send(file, "x", 1, 0));
	EXPECT_ERRNO(ENOTSOCK, accept(file, NULL, NULL));
	EXPECT_ERRNO(EINVAL, accept(fd, NULL, NULL));
	EXPECT(recv(fd, &byte, 1, 0) == -1 && (errno == ENOTCONN || errno == EINVAL));
	EXPECT_ERRNO(ENOTCONN, getpeername(fd, (struct sockaddr *)&un, &(socklen_t){sizeof(un)}));
	EXPECT_ERRNO(ECONNREFUSED, connect_to(fd, "f"));
	EXPECT_ERRNO(EINVAL, bind(fd, (struct sockaddr *)&un, 1));
	un.sun_family = 77;
	EXPECT(connect(fd, (struct sockaddr *)&un, sizeof(un)) == -1);
	EXPECT_ERRNO(EBADF, listen(99, 1));
	EXPECT_ERRNO(EINVAL, shutdown(fd, 9));
	EXPECT_OK(close(fd));
	EXPECT_OK(close(file));
}
