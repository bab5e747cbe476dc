/* SPDX-License-Identifier: 0BSD */
/* terminal.h: a shell on a pseudo terminal, and somebody who types there. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#define PROMPT "ready> "

/* A new session whose controlling terminal is a pseudo terminal. At most one at a time. */
struct terminal {
	int fd; /* the controller */
	pid_t pid;
	char text[32768]; /* all that was shown */
	size_t len, seen; /* how much of it there is, and was looked at */
};
extern struct terminal terminal;

/* Runs BODY in the new session; or an interactive shell that has shown its prompt. */
bool terminal_begin(void (*body)(void));
bool terminal_begin_shell(void);
/* Hangs up and waits for the session's leader: its status. */
int terminal_end(void);
/* Ends the shell by `exit`, and everything. */
void terminal_end_shell(void);

void terminal_type(const char *keys);
/* Waits until WHAT is shown behind what was looked at before. A failed check if it does not come. */
bool terminal_expect(const char *what);
/* Types a command, without its newline, and waits for WHAT and the next prompt. */
bool terminal_command(const char *command, const char *what);
/* Whether WHAT is shown within a time in which it would have come. */
bool terminal_shows(const char *what, int ms);
