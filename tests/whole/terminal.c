/* SPDX-License-Identifier: 0BSD */
/* terminal.c: typing at a pseudo terminal and reading what it shows. */
#include "terminal.h"

#include "../posix/lib/test.h"

#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 30000

struct terminal terminal;

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool terminal_begin(void (*body)(void))
{
	terminal.len = terminal.seen = 0;
	fflush(stdout);
	terminal.pid = forkpty(&terminal.fd, NULL, NULL, NULL);
	if (terminal.pid == 0) {
		body();
		_exit(0);
	}
	return EXPECT_OK(terminal.pid);
}

static void shell(void)
{
	setenv("PS1", PROMPT, 1);
	setenv("TERM", "vt100", 1);
	unsetenv("ENV");
	execl("/bin/sh", "sh", "-i", NULL);
	_exit(127);
}

bool terminal_begin_shell(void) { return terminal_begin(shell) && terminal_expect(PROMPT); }

int terminal_end(void)
{
	int status = -1;

	EXPECT_OK(close(terminal.fd));
	EXPECT_EQ(waitpid(terminal.pid, &status, 0), terminal.pid);
	return status;
}

void terminal_end_shell(void)
{
	terminal_type("exit\n");
	terminal_expect("exit");
	EXPECT(!terminal_shows("stopped jobs", 100));
	terminal_end();
}

void terminal_type(const char *keys) { EXPECT_EQ(write(terminal.fd, keys, strlen(keys)), strlen(keys)); }

/* Reads what is there by DEADLINE. False: nothing comes any more. */
static bool more(long deadline_ms)
{
	struct pollfd p = {.fd = terminal.fd, .events = POLLIN};
	long left = deadline_ms - now_ms();
	ssize_t got;

	if (left < 0 || terminal.len + 1 >= sizeof(terminal.text) || poll(&p, 1, (int)left) <= 0)
		return false;
	got = read(terminal.fd, terminal.text + terminal.len, sizeof(terminal.text) - 1 - terminal.len);
	if (got <= 0)
		return false;
	for (size_t i = terminal.len; i < terminal.len + (size_t)got; i++)
		if (!terminal.text[i])
			terminal.text[i] = '~';
	terminal.len += (size_t)got;
	terminal.text[terminal.len] = '\0';
	return true;
}

bool terminal_shows(const char *what, int ms)
{
	long deadline = now_ms() + ms;
	char *found;

	terminal.text[terminal.len] = '\0';
	do {
		found = strstr(terminal.text + terminal.seen, what);
	} while (!found && more(deadline));
	if (found)
		terminal.seen = (size_t)(found - terminal.text) + strlen(what);
	return found != NULL;
}

bool terminal_expect(const char *what)
{
	if (terminal_shows(what, PATIENCE_MS))
		return true;
	EXPECT_STRING(terminal.text + terminal.seen, what);
	return false;
}

bool terminal_command(const char *command, const char *what)
{
	terminal_type(command);
	terminal_type("\n");
	/* The echo ends with the newline, and is not what is waited for. */
	return terminal_expect("\r\n") && terminal_expect(what) && terminal_expect(PROMPT);
}
