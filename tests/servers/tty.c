/* SPDX-License-Identifier: 0BSD */
/* tty.c: the terminal server over the framework: requests that wait, time, poll bits, pseudo terminals. Its rules for jobs
 * are tested on the host (tests/host/tty). */
#include "client.h"
#include "world.h"

#include "lib/string.h"

#include <abi/poll.h>
#include <parley/heap.h>

int tty_main(int argc, char **argv);
#define main tty_main
#include "../../servers/char/tty/main.c"
#undef main

static char *words[] = {"tty", "console", "ptmx", "pts", "tty", NULL};
static int64_t master, slave;
static char text[256];

enum { CONSOLE, PTMX, PTS, TTY, MOUNTS };

static int64_t control(int64_t file, uint64_t request, uint64_t value, void *in, void *out, uint64_t bytes)
{
	struct os_words w = {{PROTO_WORD0(FILE_CONTROL, 0, 0), request, value}};
	OS_DESC(1) d = {.desc = {.send_count = in != NULL, .receive_count = out != NULL}};

	d.desc.piece[0] = (struct message_piece){(uint64_t)(in ? in : out), bytes};
	return os_send((cap_t)file, &w, &d.desc, DEADLINE_FOREVER, 0);
}

static uint32_t ready(int64_t file)
{
	_Alignas(16) struct poll_entry entry = {.slot = (cap_t)file, .mask = POLLIN | POLLOUT | POLLHUP};

	EXPECT(os_poll((uint64_t)&entry, 1) >= 0);
	return entry.ready;
}

/* Opens a pseudo terminal, its other end with these flags. */
static bool open_both(uint32_t flags)
{
	uint32_t number = 99, off = 0;
	char name[] = "0";

	master = client_open(world.mounts[PTMX].root, "", O_RDWR, 0);
	EXPECT_OK(master);
	EXPECT_OK(control(master, TIOCGPTN, 0, NULL, &number, sizeof(number)));
	name[0] = (char)('0' + number);
	EXPECT_EQ(client_open(world.mounts[PTS].root, name, O_RDWR, 0), -EIO);
	EXPECT_OK(control(master, TIOCSPTLCK, 0, &off, NULL, sizeof(off)));
	slave = client_open(world.mounts[PTS].root, name, O_RDWR | flags, 0);
	return EXPECT(slave >= 0);
}

static void close_both(void)
{
	EXPECT_EQ(client_close(slave), 0);
	EXPECT_EQ(client_close(master), 0);
}

/* A thread that reads once. */
static struct {
	int64_t file, status;
	char data[64];
} reader;

static void read_once(void *arg)
{
	memset(reader.data, 0, sizeof(reader.data));
	reader.status = client_read(reader.file, reader.data, sizeof(reader.data) - 1);
}

static struct kit_thread *start_reading(int64_t file)
{
	struct kit_thread *t;

	reader.file = file;
	t = kit_thread(read_once, NULL);
	EXPECT(kit_wait_state(t, THREAD_REPLY));
	return t;
}

static void check_waiting(void)
{
	struct kit_thread *t = start_reading(slave);

	EXPECT_EQ(ready(slave), POLLOUT);
	EXPECT_EQ(client_write(master, "ab", 2), 2);
	EXPECT_EQ(ready(master), POLLIN | POLLOUT);
	EXPECT_EQ(client_write(master, "\r", 1), 1);
	EXPECT(kit_join(t));
	EXPECT_EQ(reader.status, 3);
	EXPECT(memcmp(reader.data, "ab\n", 3) == 0);
	EXPECT_EQ(client_read(master, text, sizeof(text)), 4);
	EXPECT(memcmp(text, "ab\r\n", 4) == 0);
	t = start_reading(master);
	EXPECT_EQ(client_write(slave, "out\n", 4), 4);
	EXPECT(kit_join(t));
	EXPECT_EQ(reader.status, 5);
	EXPECT_EQ(client_pread(slave, text, 1, 0), -ESPIPE);
}

static void check_time(void)
{
	struct proto_termios tio;
	uint64_t start_ns = os_now_ns(), took_ns;

	EXPECT_OK(control(slave, TCGETS, 0, NULL, &tio, sizeof(tio)));
	EXPECT(tio.c_lflag & ICANON);
	tio.c_lflag &= ~(uint32_t)(ICANON | ECHO);
	tio.c_cc[VMIN] = 0;
	tio.c_cc[VTIME] = 1;
	EXPECT_OK(control(slave, TCSETS, 0, &tio, NULL, sizeof(tio)));
	EXPECT_EQ(client_read(slave, text, 10), 0);
	took_ns = os_now_ns() - start_ns;
	EXPECT(took_ns >= 100 * OS_MS && took_ns < 10 * OS_S);
	tio.c_cc[VMIN] = 3;
	EXPECT_OK(control(slave, TCSETSF, 0, &tio, NULL, sizeof(tio)));
	EXPECT_EQ(client_write(master, "x", 1), 1);
	EXPECT_EQ(client_read(slave, text, 10), 1);
	EXPECT_EQ(control(slave, TCSETS, 0, &tio, NULL, 10), -EINVAL);
	EXPECT_EQ(control(slave, 0x1234, 0, NULL, NULL, 0), -ENOTTY);
}

static void check_end(void)
{
	struct kit_thread *t = start_reading(slave);

	EXPECT_EQ(client_close(master), 0);
	EXPECT(kit_join(t));
	EXPECT_EQ(reader.status, 0);
	EXPECT_EQ(client_write(slave, "x", 1), -EIO);
	EXPECT_EQ(ready(slave), POLLIN | POLLOUT | POLLHUP);
	EXPECT_EQ(client_open(world.mounts[PTS].root, "0", O_RDWR, 0), -ENOENT);
	EXPECT_EQ(client_close(slave), 0);
}

static void check_nonblock(void)
{
	static char many[5000];

	EXPECT_EQ(client_read(slave, text, 1), -EAGAIN);
	EXPECT(client_write(slave, many, sizeof(many)) < 4000);
	EXPECT_EQ(client_write(slave, many, sizeof(many)), -EAGAIN);
	EXPECT_EQ(ready(slave), 0);
	EXPECT_EQ(client_read(master, many, sizeof(many)), 3072 - 7);
	EXPECT_EQ(ready(slave), POLLOUT);
}

/* One test: the server keeps its terminals as long as it lives. */
TEST(tty, serves_pseudo_terminals)
{
	int64_t path;

	if (!world_start(tty_main, 5, words, MOUNTS))
		return;
	if (!open_both(0))
		return;
	check_waiting();
	check_time();
	check_end();
	if (!open_both(O_NONBLOCK))
		return;
	check_nonblock();
	EXPECT_EQ(client_open(world.mounts[TTY].root, "", O_RDWR, 0), -ENXIO);
	path = client_open(world.mounts[PTS].root, "0", O_PATH, 0);
	EXPECT_OK(path);
	EXPECT_EQ(client_close(path), 0);
	close_both();
}
