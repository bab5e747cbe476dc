/* SPDX-License-Identifier: 0BSD */
/* syslog.c: messages to the system's log.
 *
 * One message is one write to /dev/log, which the log server serves:
 * `<priority>program[pid]: text`. It puts the time on by itself. A message that does not fit is cut
 * off. When there is no log, LOG_CONS says to use the console; else the message is lost, as POSIX
 * lets it be.
 */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define MESSAGE_MAX 1024

static struct {
	const char *ident;
	int options, facility, mask;
	int fd; /* of the log, plus 1 */
} to = {NULL, 0, LOG_USER, 0xff, 0};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int open_log(void)
{
	if (!to.fd)
		to.fd = open(_PATH_LOG, O_WRONLY | O_CLOEXEC | O_NOCTTY) + 1;
	return to.fd - 1;
}

static void close_log(void)
{
	if (to.fd)
		close(to.fd - 1);
	to.fd = 0;
}

void openlog(const char *ident, int options, int facility)
{
	pthread_mutex_lock(&lock);
	to.ident = ident;
	to.options = options;
	if (facility & LOG_FACMASK)
		to.facility = facility & LOG_FACMASK;
	if (options & LOG_NDELAY)
		open_log();
	pthread_mutex_unlock(&lock);
}

void closelog(void)
{
	pthread_mutex_lock(&lock);
	close_log();
	pthread_mutex_unlock(&lock);
}

int setlogmask(int mask)
{
	int old;

	pthread_mutex_lock(&lock);
	old = to.mask;
	if (mask)
		to.mask = mask;
	pthread_mutex_unlock(&lock);
	return old;
}

/* The log may have been started anew since it was opened. */
static int write_log(const char *message, size_t len)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		int fd = open_log();

		if (fd >= 0 && write(fd, message, len) == (ssize_t)len)
			return 0;
		close_log();
	}
	return -1;
}

static void write_to(const char *path, int fd, const char *text, size_t len)
{
	int out = path ? open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC) : fd;

	if (out < 0)
		return;
	dprintf(out, "%.*s\n", (int)len, text);
	if (path)
		close(out);
}

/* `<priority>program[pid]: ` into MESSAGE; *text is where it goes on behind the priority. */
static size_t head(char *message, int priority, size_t *text)
{
	const char *ident = to.ident ? to.ident : program_invocation_short_name;
	int len = snprintf(message, MESSAGE_MAX, "<%d>", priority);

	*text = (size_t)len;
	if (to.options & LOG_PID)
		len += snprintf(message + len, MESSAGE_MAX / 4, "%.128s[%d]: ", ident, (int)getpid());
	else
		len += snprintf(message + len, MESSAGE_MAX / 4, "%.128s: ", ident);
	return (size_t)len;
}

void vsyslog(int priority, const char *format, va_list args)
{
	char message[MESSAGE_MAX];
	int saved = errno, printed;
	size_t len, text;

	pthread_mutex_lock(&lock);
	if (LOG_MASK(LOG_PRI(priority)) & to.mask && !(priority & ~(LOG_PRIMASK | LOG_FACMASK))) {
		if (!(priority & LOG_FACMASK))
			priority |= to.facility;
		len = head(message, priority, &text);
		errno = saved; /* for %m */
		printed = vsnprintf(message + len, MESSAGE_MAX - len, format, args);
		if (printed > 0)
			len += (size_t)printed < MESSAGE_MAX - len ? (size_t)printed : MESSAGE_MAX - 1 - len;
		while (len && message[len - 1] == '\n')
			len--;
		if (to.options & LOG_PERROR)
			write_to(NULL, STDERR_FILENO, message + text, len - text);
		if (write_log(message, len) && to.options & LOG_CONS)
			write_to(_PATH_CONSOLE, -1, message + text, len - text);
	}
	pthread_mutex_unlock(&lock);
	errno = saved;
}

void syslog(int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsyslog(priority, format, args);
	va_end(args);
}
