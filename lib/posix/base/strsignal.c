/* SPDX-License-Identifier: 0BSD */
/* strsignal.c: names of signals as text. newlib's own misses SIGTTOU, and shells print it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
    [SIGHUP] = "Hangup",
    [SIGINT] = "Interrupt",
    [SIGQUIT] = "Quit",
    [SIGILL] = "Illegal instruction",
    [SIGTRAP] = "Trace/breakpoint trap",
    [SIGABRT] = "Aborted",
    [SIGBUS] = "Bus error",
    [SIGFPE] = "Arithmetic exception",
    [SIGKILL] = "Killed",
    [SIGSEGV] = "Segmentation fault",
    [SIGPIPE] = "Broken pipe",
    [SIGALRM] = "Alarm clock",
    [SIGTERM] = "Terminated",
    [SIGURG] = "Urgent I/O condition",
    [SIGSTOP] = "Stopped (signal)",
    [SIGTSTP] = "Stopped",
    [SIGCONT] = "Continued",
    [SIGCHLD] = "Child exited",
    [SIGTTIN] = "Stopped (tty input)",
    [SIGTTOU] = "Stopped (tty output)",
    [SIGWINCH] = "Window changed",
    [SIGUSR1] = "User defined signal 1",
    [SIGUSR2] = "User defined signal 2",
};

/* Of a number without a name: text in a buffer of the calling thread's, good until its next call. */
char *strsignal(int number)
{
	static _Thread_local char text[32];

	if (number > 0 && (size_t)number < sizeof(names) / sizeof(names[0]) && names[number])
		return (char *)names[number];
	snprintf(text, sizeof(text), "Unknown signal %d", number);
	return text;
}
