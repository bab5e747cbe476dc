/* SPDX-License-Identifier: 0BSD */
/* syslog.c: records for the log, which adds time and process. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>
#include "posix/files.h"
#include "posix/internal.h"

#define LOG_FILE     "/dev/log"
#define RECORD_BYTES 1024

static struct {
	uint32_t lock;
	cap_t slot; /* 0: not open */
	const char *ident;
	int options, facility, mask;
} state = {.facility = LOG_USER, .mask = 0xff};

/* Under the lock. */
static int64_t open_log(void)
{
	int64_t slot;

	if (state.slot)
		return 0;
	slot = posix_open_slot(LOG_FILE, O_WRONLY, POSIX_SLOT_MIN, POSIX_SLOT_MAX, SLOT_CLOEXEC);
	if (slot >= 0)
		state.slot = (cap_t)slot;
	return slot;
}

void openlog(const char *ident, int options, int facility)
{
	posix_lock(&state.lock);
	state.ident = ident;
	state.options = options;
	if (facility)
		state.facility = facility & LOG_FACMASK;
	if (options & LOG_NDELAY)
		open_log();
	posix_unlock(&state.lock);
}

void closelog(void)
{
	posix_lock(&state.lock);
	if (state.slot)
		os_close(state.slot, DEADLINE_FOREVER);
	state.slot = 0;
	state.ident = NULL;
	posix_unlock(&state.lock);
}

int setlogmask(int mask)
{
	int old;

	posix_lock(&state.lock);
	old = state.mask;
	if (mask)
		state.mask = mask;
	posix_unlock(&state.lock);
	return old;
}

/* Under the lock. */
static void send_record(int priority, const char *text, size_t bytes)
{
	struct os_words w = {{PROTO_WORD0(LOG_RECORD, 0, 0), (uint64_t)priority}};
	posix_desc d = {.desc = {.send_count = 1}};
	int64_t r = open_log();

	d.desc.piece[0] = posix_piece(text, bytes);
	if (r >= 0)
		r = posix_send(state.slot, &w, &d.desc);
	if (r < 0 && (state.options & LOG_CONS)) {
		int fd = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);

		if (fd >= 0) {
			dprintf(fd, "%.*s\r\n", (int)bytes, text);
			close(fd);
		}
	}
}

/* "ident[pid]: " and the message, in which %m has been replaced already. */
static size_t compose(char text[RECORD_BYTES], const char *format, va_list args)
{
	int bytes = 0;

	if (state.ident)
		bytes = snprintf(text, RECORD_BYTES, state.options & LOG_PID ? "%s[%d]: " : "%s: ",
				 state.ident, getpid());
	if (bytes < 0 || bytes >= RECORD_BYTES)
		bytes = 0;
	bytes += vsnprintf(text + bytes, (size_t)(RECORD_BYTES - bytes), format, args);
	if (bytes >= RECORD_BYTES)
		bytes = RECORD_BYTES - 1;
	while (bytes > 0 && text[bytes - 1] == '\n')
		bytes--;
	return bytes < 0 ? 0 : (size_t)bytes;
}

/* The format with each %m replaced by what ERROR means. */
static void expand(char out[RECORD_BYTES], const char *format, int error)
{
	char *end = out + RECORD_BYTES - 1;

	while (*format && out < end) {
		if (format[0] == '%' && format[1] == 'm') {
			for (const char *s = strerror(error); *s && out < end - 1; s++) {
				if (*s == '%')
					*out++ = '%';
				*out++ = *s;
			}
			format += 2;
			continue;
		}
		if (format[0] == '%' && format[1] == '%' && out < end - 1)
			*out++ = *format++;
		*out++ = *format++;
	}
	*out = '\0';
}

void vsyslog(int priority, const char *format, va_list args)
{
	char text[RECORD_BYTES], expanded[RECORD_BYTES];
	size_t bytes;

	expand(expanded, format, errno);
	posix_lock(&state.lock);
	if (state.mask & LOG_MASK(LOG_PRI(priority))) {
		if (!(priority & LOG_FACMASK))
			priority |= state.facility;
		bytes = compose(text, expanded, args);
		send_record(priority, text, bytes);
		if (state.options & LOG_PERROR)
			dprintf(STDERR_FILENO, "%.*s\n", (int)bytes, text);
	}
	posix_unlock(&state.lock);
}

void syslog(int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsyslog(priority, format, args);
	va_end(args);
}
