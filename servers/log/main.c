/* SPDX-License-Identifier: 0BSD */
/* main.c: /dev/log. A write is a record: `<n>` before it is syslog's priority, else LOG_INFO. */
#include <parley/debug.h>
#include <parley/print.h>
#include "ring.h"
#include "srv/srv.h"

#define RECORD_MAX   1024 /* bytes of a record's text; the rest is cut off */
#define LOG_ERR	     3
#define LOG_INFO     6
#define LOG_PRIORITY 7 /* mask: the rest is the facility */

static struct ring *ring; /* in memory that outlives the server */
static struct srv_node node;

/* Reads `<n>` from the front of `text`: its length, 0 if there is none. */
static unsigned priority_prefix(const char *text, unsigned bytes, unsigned *priority)
{
	unsigned value = 0, at = 1;

	if (bytes < 3 || text[0] != '<')
		return 0;
	while (at < bytes && at < 5 && text[at] >= '0' && text[at] <= '9')
		value = value * 10 + (unsigned)(text[at++] - '0');
	if (at == 1 || at == bytes || text[at] != '>')
		return 0;
	*priority = value & LOG_PRIORITY;
	return at + 1;
}

static void append(uint32_t pid, unsigned priority, const char *text, unsigned bytes)
{
	static char line[RECORD_MAX + 64];
	uint64_t us = srv_realtime_ns() / 1000;
	unsigned length;

	while (bytes && (text[bytes - 1] == '\n' || !text[bytes - 1]))
		bytes--;
	length = (unsigned)os_snprintf(line, sizeof(line), "%lu.%06lu %u <%u> %.*s\n", (unsigned long)(us / 1000000),
				       (unsigned long)(us % 1000000), pid, priority, (int)bytes, text);
	if (length >= sizeof(line)) {
		length = sizeof(line) - 1;
		line[length - 1] = '\n';
	}
	ring_add(ring, line, length);
	if (priority <= LOG_ERR)
		os_printf("%s", line);
	node.size_bytes = ring->end;
}

/* A record of up to RECORD_MAX bytes from the client. */
static int64_t record(struct srv_request *r, unsigned priority, uint64_t length)
{
	char text[RECORD_MAX];
	unsigned bytes = length < RECORD_MAX ? (unsigned)length : RECORD_MAX, skip;
	int status = srv_get(r, 0, text, bytes);

	if (status < 0)
		return status;
	skip = priority_prefix(text, bytes, &priority);
	append(STAMP_PID(r->who), priority, text + skip, bytes - skip);
	return (int64_t)length;
}

static int64_t log_write(struct srv_request *r, uint64_t offset, uint64_t length)
{
	return record(r, LOG_INFO, length);
}

static int64_t log_read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	uint64_t position = ring_start(ring, offset), put = 0;
	const char *at;
	size_t here;

	if (r->open && position != offset)
		r->open->offset = position;
	while (put < length && (here = ring_piece(ring, position + put, &at))) {
		int64_t got = srv_put(r, at, here < length - put ? here : length - put);

		if (got < 0)
			return got;
		put += (uint64_t)got;
		if ((uint64_t)got < here)
			break;
	}
	return (int64_t)put;
}

static int64_t log_message(struct srv_request *r)
{
	return r->op == LOG_RECORD ? record(r, r->in.w[1] & LOG_PRIORITY, r->data_bytes) : -ENOSYS;
}

static const struct srv_ops ops = {.read = log_read, .write = log_write, .message = log_message};
static struct srv_mount mounts[] = {{.prefix = "/dev/log", .node = &node}};
/* Of the kept memory the records have half. */
static struct srv log_server = {.name = "log", .mounts = mounts, .mount_count = 1, .opens_max = 256};

int main(int argc, char **argv)
{
	srv_recall(&log_server);
	ring = srv_lasting(&log_server, sizeof(*ring));
	if (!ring)
		return 1;
	srv_node_init(&node, &ops, 1, S_IFCHR | 0666);
	node.size_bytes = ring->end;
	srv_ready(&log_server, &node, POLLIN | POLLOUT, 0);
	return srv_run(&log_server);
}
