/* SPDX-License-Identifier: 0BSD */
/* print.c: formatted text into buffers. */
#include <parley/print.h>

#include "lib/bits.h"
#include "lib/format.h"

struct buffer {
	struct format_sink sink;
	char *at;
	size_t room; /* bytes left, with the closing zero */
};

static void buffer_put(struct format_sink *sink, char c)
{
	struct buffer *buffer = container_of(sink, struct buffer, sink);

	if (buffer->room > 1) {
		*buffer->at++ = c;
		buffer->room--;
	}
}

int os_vsnprintf(char *buf, size_t len_bytes, const char *format, va_list args)
{
	struct buffer buffer = {.sink = {.put = buffer_put}, .at = buf, .room = len_bytes};

	format_print(&buffer.sink, format, args);
	if (len_bytes)
		*buffer.at = '\0';
	return (int)buffer.sink.len;
}

int os_snprintf(char *buf, size_t len_bytes, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = os_vsnprintf(buf, len_bytes, format, args);
	va_end(args);
	return len;
}
