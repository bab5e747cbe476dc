/* SPDX-License-Identifier: 0BSD */
/* terminal.c: tests of the terminal server: a shell's session on a pseudo terminal. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#define SECOND 1000000000ull

/* A session: somebody at the master, a leader with the terminal, a child in a group of its own. */
static struct process *user, *leader, *child;
static struct file master, slave;
static struct call call, other;

static void unlock(void)
{
	uint32_t off = 0;

	EXPECT_EQ(world_control(&call, user, &master, TIOCSPTLCK, 0, &off, sizeof(off)), 0);
}

static void begin(void)
{
	struct srv_node *node;
	uint32_t number;

	world_begin();
	if (!pty_directory.ops)
		EXPECT_EQ(pty_begin(false), 0);
	user = world_process(1, 0, 1);
	leader = world_process(10, 0, 10);
	child = world_process(11, 0, 10);
	EXPECT_EQ(world_open(user, &pty_multiplexer, O_RDWR, &master), 0);
	EXPECT_EQ(world_control(&call, user, &master, TIOCGPTN, 0, NULL, 0), 0);
	memcpy(&number, call.out, sizeof(number));
	EXPECT_EQ(number, 0);
	EXPECT_EQ(pty_directory.ops->lookup(&pty_directory, (struct srv_name){"0", 1}, &node), 0);
	EXPECT_EQ(world_open(leader, node, O_RDWR, &slave), -EIO); /* locked */
	unlock();
	EXPECT_EQ(world_open(leader, node, O_RDWR, &slave), 0);
	EXPECT_EQ(world_control(&call, leader, &slave, TIOCSCTTY, 0, NULL, 0), 0);
}

static void end(void)
{
	world_close(&slave);
	world_close(&master);
}

static void type(const char *text) { EXPECT_EQ(world_write(&call, user, &master, text, strlen(text)), strlen(text)); }

/* What the master has to read now. */
static const char *shown(void)
{
	master.open.flags |= O_NONBLOCK;
	world_read(&call, user, &master, 4096);
	master.open.flags &= ~(uint32_t)O_NONBLOCK;
	return call.out;
}

static int64_t foreground(struct process *p, uint32_t group)
{
	return world_control(&call, p, &slave, TIOCSPGRP, 0, &group, sizeof(group));
}

static struct proto_termios attributes(void)
{
	struct proto_termios tio;

	EXPECT_EQ(world_control(&call, leader, &slave, TCGETS, 0, NULL, 0), 0);
	memcpy(&tio, call.out, sizeof(tio));
	return tio;
}

static int64_t set_attributes(struct process *p, uint64_t request, struct proto_termios tio)
{
	return world_control(&call, p, &slave, request, 0, &tio, sizeof(tio));
}

TEST(tty, typed_line_reaches_a_waiting_read_and_is_echoed)
{
	begin();
	EXPECT_EQ(world_read(&other, leader, &slave, 100), WAITS);
	EXPECT(!(slave.open.node->ready & POLLIN));
	type("ls");
	EXPECT_EQ(other.status, WAITS);
	type("\r");
	EXPECT_EQ(other.status, 3);
	EXPECT_STR(other.out, "ls\n");
	EXPECT_STR(shown(), "ls\r\n");
	EXPECT(!(master.open.node->ready & POLLIN));
	end();
}

TEST(tty, poll_bits_are_what_a_call_would_find)
{
	begin();
	EXPECT_EQ(slave.open.node->ready, POLLOUT);
	EXPECT_EQ(master.open.node->ready, POLLOUT);
	type("a\n");
	EXPECT_EQ(slave.open.node->ready, POLLIN | POLLOUT);
	EXPECT_EQ(master.open.node->ready, POLLIN | POLLOUT);
	EXPECT_EQ(world_read(&call, leader, &slave, 1), 1);
	EXPECT_EQ(slave.open.node->ready, POLLIN | POLLOUT);
	EXPECT_EQ(world_read(&call, leader, &slave, 1), 1);
	EXPECT_EQ(slave.open.node->ready, POLLOUT);
	slave.open.flags |= O_NONBLOCK;
	EXPECT_EQ(world_read(&call, leader, &slave, 1), -EAGAIN);
	end();
}

TEST(tty, long_write_waits_for_the_master_to_read)
{
	static char many[8000], *got;
	size_t count = 0;

	begin();
	got = calloc(1, 9000);
	memset(many, 'x', sizeof(many));
	EXPECT_EQ(world_write(&other, leader, &slave, many, sizeof(many)), WAITS);
	EXPECT(!(slave.open.node->ready & POLLOUT));
	while (world_read(&call, user, &master, 1000) > 0 && count + call.out_bytes <= 8000) {
		memcpy(got + count, call.out, call.out_bytes);
		count += call.out_bytes;
		if (count == 8000)
			break;
	}
	EXPECT_EQ(other.status, 8000);
	EXPECT(memcmp(got, many, 8000) == 0);
	slave.open.flags |= O_NONBLOCK;
	EXPECT(world_write(&other, leader, &slave, many, sizeof(many)) > 1000);
	EXPECT_EQ(world_write(&other, leader, &slave, many, sizeof(many)), -EAGAIN);
	free(got);
	end();
}

TEST(tty, keys_signal_the_foreground_group)
{
	begin();
	type("\003");
	EXPECT_STR(world_signals, "10:2 ");
	EXPECT_EQ(foreground(leader, 11), 0);
	world_signals[0] = 0;
	type("\034\032");
	EXPECT_STR(world_signals, "11:3 11:20 ");
	EXPECT_STR(shown(), "^Z"); /* the first was flushed by the second */
	end();
}

TEST(tty, background_reader_is_stopped)
{
	begin();
	type("x\n");
	EXPECT_EQ(world_read(&call, child, &slave, 10), -EINTR);
	EXPECT_STR(world_signals, "11:21 ");
	child->ignored = 1ull << (TTY_SIGTTIN - 1);
	EXPECT_EQ(world_read(&call, child, &slave, 10), -EIO);
	child->ignored = 0;
	child->blocked = 1ull << (TTY_SIGTTIN - 1);
	EXPECT_EQ(world_read(&call, child, &slave, 10), -EIO);
	child->blocked = 0;
	child->orphaned = true;
	EXPECT_EQ(world_read(&call, child, &slave, 10), -EIO);
	EXPECT_STR(world_signals, "11:21 ");
	child->orphaned = false;
	EXPECT_EQ(foreground(leader, 11), 0);
	EXPECT_EQ(world_read(&call, child, &slave, 10), 2);
	end();
}

TEST(tty, reader_that_becomes_background_is_stopped_when_input_comes)
{
	begin();
	EXPECT_EQ(world_read(&other, leader, &slave, 10), WAITS);
	EXPECT_EQ(foreground(leader, 11), 0);
	type("x\n");
	EXPECT_EQ(other.status, -EINTR);
	EXPECT_STR(world_signals, "10:21 ");
	end();
}

TEST(tty, background_writer_is_stopped_only_with_tostop)
{
	struct proto_termios tio;

	begin();
	EXPECT_EQ(world_write(&call, child, &slave, "x", 1), 1);
	tio = attributes();
	tio.c_lflag |= TOSTOP;
	EXPECT_EQ(set_attributes(leader, TCSETS, tio), 0);
	EXPECT_EQ(world_write(&call, child, &slave, "x", 1), -EINTR);
	EXPECT_STR(world_signals, "11:22 ");
	child->blocked = 1ull << (TTY_SIGTTOU - 1);
	EXPECT_EQ(world_write(&call, child, &slave, "x", 1), 1);
	child->blocked = 0;
	child->orphaned = true;
	EXPECT_EQ(world_write(&call, child, &slave, "x", 1), -EIO);
	end();
}

TEST(tty, background_must_not_change_the_terminal)
{
	struct proto_termios tio;

	begin();
	tio = attributes();
	EXPECT_EQ(set_attributes(child, TCSETS, tio), -EINTR);
	EXPECT_EQ(foreground(child, 11), -EINTR);
	EXPECT_EQ(world_control(&call, child, &slave, TCFLSH, TCIFLUSH, NULL, 0), -EINTR);
	EXPECT_STR(world_signals, "11:22 11:22 11:22 ");
	EXPECT_EQ(world_control(&call, child, &slave, TCGETS, 0, NULL, 0), 0);
	end();
}

TEST(tty, foreground_is_a_group_of_the_session)
{
	struct process *stranger;
	uint32_t group;

	begin();
	stranger = world_process(20, 0, 20);
	EXPECT_EQ(foreground(leader, 20), -EPERM);
	EXPECT_EQ(foreground(leader, 99), -EPERM);
	EXPECT_EQ(foreground(leader, 0), -EINVAL);
	EXPECT_EQ(foreground(stranger, 20), -ENOTTY);
	EXPECT_EQ(world_control(&call, stranger, &slave, TIOCGPGRP, 0, NULL, 0), -ENOTTY);
	EXPECT_EQ(foreground(leader, 11), 0);
	EXPECT_EQ(world_control(&call, leader, &slave, TIOCGPGRP, 0, NULL, 0), 0);
	memcpy(&group, call.out, sizeof(group));
	EXPECT_EQ(group, 11);
	EXPECT_EQ(world_control(&call, leader, &slave, TIOCGSID, 0, NULL, 0), 0);
	memcpy(&group, call.out, sizeof(group));
	EXPECT_EQ(group, 10);
	EXPECT_EQ(world_read(&other, stranger, &slave, 10), WAITS); /* not its terminal: no job control */
	type("x\n");
	EXPECT_EQ(other.status, 2);
	end();
}

TEST(tty, terminal_belongs_to_one_session)
{
	struct process *thief;

	begin();
	thief = world_process(20, 0, 20);
	thief->uid = 5;
	EXPECT_EQ(world_control(&call, leader, &slave, TIOCSCTTY, 0, NULL, 0), 0);
	EXPECT_EQ(world_control(&call, child, &slave, TIOCNOTTY, 0, NULL, 0), -EPERM);
	EXPECT_EQ(world_control(&call, thief, &slave, TIOCSCTTY, 1, NULL, 0), -EPERM);
	thief->uid = 0;
	EXPECT_EQ(world_control(&call, thief, &slave, TIOCSCTTY, 0, NULL, 0), -EPERM);
	EXPECT_EQ(world_control(&call, thief, &slave, TIOCSCTTY, 1, NULL, 0), 0);
	EXPECT_EQ(leader->terminal, 0);
	EXPECT_EQ(thief->terminal, slave.open.node->rdevice);
	EXPECT_EQ(world_control(&call, thief, &slave, TIOCNOTTY, 0, NULL, 0), 0);
	EXPECT_STR(world_signals, "20:1 20:18 ");
	thief->pid = 0; /* a leader that is gone leaves it free */
	EXPECT_EQ(world_control(&call, leader, &slave, TIOCSCTTY, 0, NULL, 0), 0);
	end();
}

TEST(tty, size_is_told_and_its_change_signalled)
{
	struct proto_winsize size = {.ws_row = 30, .ws_col = 100};

	begin();
	EXPECT_EQ(world_control(&call, user, &master, TIOCSWINSZ, 0, &size, sizeof(size)), 0);
	EXPECT_EQ(world_control(&call, user, &master, TIOCSWINSZ, 0, &size, sizeof(size)), 0);
	EXPECT_STR(world_signals, "10:28 ");
	EXPECT_EQ(world_control(&call, leader, &slave, TIOCGWINSZ, 0, NULL, 0), 0);
	EXPECT(memcmp(call.out, &size, sizeof(size)) == 0);
	EXPECT_EQ(world_control(&call, user, &master, TIOCSWINSZ, 0, &size, 4), -EINVAL);
	end();
}

TEST(tty, attributes_may_wait_until_output_has_left)
{
	struct proto_termios tio;

	begin();
	tio = attributes();
	tio.c_lflag &= ~(uint32_t)(ICANON | ECHO);
	EXPECT_EQ(world_write(&call, leader, &slave, "out", 3), 3);
	slave.open.flags |= O_NONBLOCK; /* drains all the same */
	memset(&other, 0, sizeof(other));
	EXPECT_EQ(world_control(&other, leader, &slave, TCSETSF, 0, &tio, sizeof(tio)), WAITS);
	type("typed before\n");
	EXPECT_STR(shown(), "outtyped before\r\n");
	EXPECT_EQ(other.status, 0);
	EXPECT_EQ(attributes().c_lflag & ICANON, 0);
	EXPECT_EQ(world_read(&call, leader, &slave, 100), -EAGAIN); /* flushed */
	end();
}

TEST(tty, raw_read_ends_by_time)
{
	struct proto_termios tio;

	begin();
	tio = attributes();
	tio.c_lflag &= ~(uint32_t)(ICANON | ECHO);
	tio.c_cc[VMIN] = 0;
	tio.c_cc[VTIME] = 5;
	EXPECT_EQ(set_attributes(leader, TCSETS, tio), 0);
	EXPECT_EQ(world_read(&other, leader, &slave, 10), WAITS);
	EXPECT_EQ(world_timer_ns, world_now_ns + SECOND / 2);
	world_sleep_until(world_now_ns + SECOND / 4);
	EXPECT_EQ(other.status, WAITS);
	world_sleep_until(world_now_ns + SECOND / 4);
	EXPECT_EQ(other.status, 0);
	tio.c_cc[VMIN] = 3;
	EXPECT_EQ(set_attributes(leader, TCSETS, tio), 0);
	EXPECT_EQ(world_read(&other, leader, &slave, 10), WAITS);
	world_sleep_until(world_now_ns + 9 * SECOND);
	EXPECT_EQ(other.status, WAITS); /* no byte yet */
	type("a");
	EXPECT_EQ(other.status, WAITS);
	world_sleep_until(world_now_ns + SECOND / 2);
	EXPECT_EQ(other.status, 1);
	end();
}

TEST(tty, closing_the_master_hangs_up)
{
	struct file again;

	begin();
	EXPECT_EQ(foreground(leader, 11), 0);
	EXPECT_EQ(world_read(&other, child, &slave, 10), WAITS);
	world_close(&master);
	EXPECT_EQ(other.status, 0);
	EXPECT_STR(world_signals, "10:1 10:18 11:1 11:18 ");
	EXPECT_EQ(slave.open.node->ready, POLLIN | POLLOUT | POLLHUP);
	EXPECT_EQ(world_write(&call, leader, &slave, "x", 1), -EIO);
	EXPECT_EQ(world_control(&call, leader, &slave, TCFLSH, 0, NULL, 0), -EIO);
	EXPECT_EQ(world_open(leader, slave.open.node, O_RDWR, &again), -EIO);
	EXPECT_EQ(pty_directory.ops->lookup(&pty_directory, (struct srv_name){"0", 1}, &again.open.node), -ENOENT);
	world_close(&slave);
}

TEST(tty, closing_the_terminal_ends_the_masters_reads)
{
	begin();
	EXPECT_EQ(world_write(&call, leader, &slave, "last", 4), 4);
	world_close(&slave);
	EXPECT(master.open.node->ready & POLLHUP);
	EXPECT_EQ(world_read(&call, user, &master, 10), 4);
	EXPECT_EQ(world_read(&call, user, &master, 10), -EIO);
	world_close(&master);
}

TEST(tty, numbers_are_used_again_when_both_ends_are_closed)
{
	struct file second, third;
	char names[32] = "";

	begin();
	EXPECT_EQ(world_open(user, &pty_multiplexer, O_RDWR, &second), 0);
	pty_directory.ops->readdir(&pty_directory, 0, (struct srv_dir *)names);
	EXPECT_STR(names, "0 1 ");
	world_close(&master);
	EXPECT_EQ(world_open(user, &pty_multiplexer, O_RDWR, &third), 0);
	names[0] = 0;
	pty_directory.ops->readdir(&pty_directory, 0, (struct srv_dir *)names);
	EXPECT_STR(names, "1 2 "); /* somebody has terminal 0 open */
	world_close(&slave);
	world_close(&second);
	world_close(&third);
	begin();
	end();
}

TEST(tty, exclusive_use_and_typed_bytes_are_guarded)
{
	struct process *stranger;
	struct file file;

	begin();
	stranger = world_process(20, 0, 20);
	stranger->uid = 5;
	EXPECT_EQ(world_control(&call, leader, &slave, TIOCEXCL, 0, NULL, 0), 0);
	EXPECT_EQ(world_open(stranger, slave.open.node, O_RDWR, &file), -EBUSY);
	EXPECT_EQ(world_control(&call, leader, &slave, TIOCNXCL, 0, NULL, 0), 0);
	EXPECT_EQ(world_open(stranger, slave.open.node, O_RDWR, &file), 0);
	world_close(&file);
	EXPECT_EQ(world_control(&call, stranger, &slave, TIOCSTI, 0, "x", 1), -EPERM);
	EXPECT_EQ(world_control(&call, leader, &slave, TIOCSTI, 0, "\n", 1), 0);
	EXPECT_EQ(world_read(&call, leader, &slave, 10), 1);
	EXPECT_EQ(world_control(&call, leader, &slave, 0x1234, 0, NULL, 0), -ENOTTY);
	EXPECT_EQ(world_control(&call, leader, &slave, TCXONC, 7, NULL, 0), -EINVAL);
	end();
}
