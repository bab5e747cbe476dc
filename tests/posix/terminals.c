/* SPDX-License-Identifier: 0BSD */
/* terminals.c: pseudo terminals and their settings. */
#include "lib/test.h"

#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

static int controller, terminal;

static bool make(void) { return EXPECT_OK(openpty(&controller, &terminal, NULL, NULL, NULL)); }

static void unmake(void)
{
	EXPECT_OK(close(terminal));
	EXPECT_OK(close(controller));
}

static struct termios settings(void)
{
	struct termios t;

	memset(&t, 0, sizeof(t));
	EXPECT_OK(tcgetattr(terminal, &t));
	return t;
}

/* What the controller gets next, as a string. */
static const char *shown(void)
{
	static char text[64];
	ssize_t bytes = read(controller, text, sizeof(text) - 1);

	text[bytes > 0 ? bytes : 0] = '\0';
	return text;
}

TEST(terminals, lines_and_echo)
{
	char text[16] = "";

	ASSERT(make());
	EXPECT(isatty(terminal));
	EXPECT(isatty(controller));
	EXPECT_EQ(write(controller, "ab\177c\r", 5), 5);
	EXPECT_EQ(read(terminal, text, sizeof(text)), 3);
	EXPECT_STRING(text, "ac\n");
	EXPECT_STRING(shown(), "ab\b \bc\r\n");
	EXPECT_EQ(write(terminal, "out\n", 4), 4);
	EXPECT_STRING(shown(), "out\r\n");
	unmake();
}

TEST(terminals, settings_are_kept)
{
	struct termios t, u;
	char byte;

	ASSERT(make());
	t = settings();
	EXPECT(t.c_lflag & ICANON);
	EXPECT_EQ(t.c_cc[VINTR], 3);
	cfmakeraw(&t);
	EXPECT_OK(cfsetospeed(&t, B9600));
	EXPECT_OK(tcsetattr(terminal, TCSANOW, &t));
	u = settings();
	EXPECT_EQ(u.c_lflag, t.c_lflag);
	EXPECT_EQ(u.c_iflag, t.c_iflag);
	EXPECT_EQ(cfgetospeed(&u), B9600);
	EXPECT_EQ(write(controller, "\r", 1), 1);
	EXPECT_EQ(read(terminal, &byte, 1), 1);
	EXPECT_EQ(byte, '\r');
	EXPECT_ERRNO(EINVAL, tcsetattr(terminal, 99, &t));
	EXPECT_OK(tcflush(terminal, TCIOFLUSH));
	EXPECT_ERRNO(EINVAL, tcflush(terminal, 99));
	EXPECT_OK(tcdrain(terminal));
	unmake();
	EXPECT_ERRNO(EBADF, tcgetattr(terminal, &t));
}

TEST(terminals, sizes)
{
	struct winsize size = {24, 80, 0, 0}, got;

	ASSERT(make());
	EXPECT_OK(ioctl(controller, TIOCSWINSZ, &size));
	EXPECT_OK(ioctl(terminal, TIOCGWINSZ, &got));
	EXPECT_EQ(got.ws_row, 24);
	EXPECT_EQ(got.ws_col, 80);
	unmake();
}

TEST(terminals, names)
{
	char text[64], other[4];
	struct stat st;

	ASSERT(make());
	EXPECT_ERROR(0, ttyname_r(terminal, text, sizeof(text)));
	EXPECT_STRING(ptsname(controller), text);
	EXPECT_STRING(ttyname(terminal), text);
	EXPECT_ERROR(ERANGE, ttyname_r(terminal, other, sizeof(other)));
	EXPECT_OK(stat(text, &st));
	EXPECT(S_ISCHR(st.st_mode));
	EXPECT_EQ(st.st_uid, geteuid());
	EXPECT_STRING(ctermid(NULL), "/dev/tty");
	unmake();
	EXPECT_ERRNO(ENOENT, stat(text, &st));
}

TEST(terminals, what_is_none)
{
	struct termios t;
	int fd = open("f", O_RDWR | O_CREAT, 0666), value;

	ASSERT_OK(fd);
	EXPECT_EQ(isatty(fd), 0);
	EXPECT_ERRNO(ENOTTY, tcgetattr(fd, &t));
	EXPECT_ERRNO(ENOTTY, ioctl(fd, TIOCGPGRP, &value));
	EXPECT(ttyname(fd) == NULL && errno == ENOTTY);
	EXPECT_ERRNO(ENOTTY, tcgetpgrp(fd));
	EXPECT_OK(close(fd));
	EXPECT_ERRNO(EBADF, ioctl(fd, TIOCGPGRP, &value));
	EXPECT_EQ(isatty(fd), 0);
	EXPECT_EQ(errno, EBADF);
}

/* Permission to use it is asked for by opening it to read or write. */
TEST(terminals, a_place_alone_is_none)
{
	struct termios tio;
	int fds[2], place;

	ASSERT_OK(openpty(&fds[0], &fds[1], NULL, NULL, NULL));
	place = open(ttyname(fds[1]), O_PATH);
	ASSERT_OK(place);
	EXPECT_ERRNO(EBADF, tcgetattr(place, &tio));
	EXPECT_ERRNO(EBADF, tcflush(place, TCIOFLUSH));
	EXPECT_OK(close(place));
	EXPECT_OK(tcgetattr(fds[1], &tio));
	EXPECT_OK(close(fds[0]));
	EXPECT_OK(close(fds[1]));
}

TEST(terminals, a_session_of_its_own)
{
	char text[64];
	int fd, status;
	size_t have = 0;
	pid_t pid = forkpty(&fd, NULL, NULL, NULL);

	if (pid == 0) {
		bool ok = getsid(0) == getpid() && tcgetpgrp(0) == getpid() && tcgetsid(0) == getpid() && isatty(2);
		int own = open("/dev/tty", O_RDWR);

		ok = ok && own > 2 && write(own, ok ? "good" : "bad", ok ? 4 : 3) > 0;
		_exit(!ok);
	}
	ASSERT_OK(pid);
	while (have < sizeof(text) - 1) {
		ssize_t r = read(fd, text + have, sizeof(text) - 1 - have);

		if (r <= 0)
			break;
		have += (size_t)r;
	}
	text[have] = '\0';
	EXPECT_STRING(text, "good");
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
	EXPECT_OK(close(fd));
}

TEST(terminals, speeds)
{
	struct termios t = {0};

	EXPECT_OK(cfsetospeed(&t, B115200));
	EXPECT_EQ(cfgetospeed(&t), B115200);
	EXPECT_OK(cfsetispeed(&t, B38400));
	EXPECT_EQ(cfgetispeed(&t), B38400);
	EXPECT_ERRNO(EINVAL, cfsetospeed(&t, 12345));
}
