/* SPDX-License-Identifier: 0BSD */
/* main.c: /dev/doomed: a server that dies of a message. `echo 2 >/dev/doomed` says how many runs of it the reads that come
 * are to take with them; a read that takes none is answered with `served`. What is left of them outlives the server.
 */
#include "srv/srv.h"

static const char answer[] = "served\n";
static volatile uint32_t *left; /* stored, though the next instruction is the last */

static int64_t doomed_read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	if (*left) {
		--*left;
		__builtin_trap();
	}
	return offset < sizeof(answer) - 1 ? srv_put(r, answer + offset, sizeof(answer) - 1 - offset) : 0;
}

static int64_t doomed_write(struct srv_request *r, uint64_t offset, uint64_t length)
{
	char digit;
	int error = srv_get(r, 0, &digit, 1);

	if (error < 0)
		return error;
	if (digit < '0' || digit > '9')
		return -EINVAL;
	*left = (uint32_t)(digit - '0');
	return (int64_t)length;
}

static const struct srv_ops ops = {.read = doomed_read, .write = doomed_write};
static struct srv_node node;
static struct srv_mount mounts[] = {{.prefix = "/dev/doomed", .node = &node}};
static struct srv server = {.name = "doomed", .mounts = mounts, .mount_count = 1};

int main(int argc, char **argv)
{
	srv_recall(&server);
	left = srv_lasting(&server, sizeof(*left));
	srv_node_init(&node, &ops, 1, S_IFCHR | 0666);
	return !left || srv_run(&server) < 0;
}
