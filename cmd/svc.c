/* SPDX-License-Identifier: 0BSD */
/* svc: the services that the supervisor runs.
 *
 *   svc                          lists them
 *   svc start|stop|restart NAME  changes one
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <parley/message.h>
#include <proto/flags.h>
#include <proto/proto.h>

#define CHUNK 32

static const char *const states[] = {"stopped", "starting", "running", "failed"};

static int64_t list_chunk(int fd, struct proto_service *services, uint64_t *place)
{
	struct os_words words = {{PROTO_WORD0(SVC_LIST, 0, 0), *place}};
	OS_DESC(1) d = {.desc = {.receive_count = 1}};
	int64_t status;

	d.desc.piece[0] = (struct message_piece){(uint64_t)services, CHUNK * sizeof(*services)};
	status = os_send((cap_t)fd, &words, &d.desc, DEADLINE_FOREVER, 0);
	*place = words.w[1];
	return status;
}

static int list(int fd)
{
	struct proto_service services[CHUNK];
	uint64_t place = 0;
	int64_t count;

	printf("%-24s %6s %-9s %6s %s\n", "name", "pid", "state", "starts", "last status");
	do {
		count = list_chunk(fd, services, &place);
		if (count < 0) {
			errno = (int)-count;
			err(1, "/dev/svc");
		}
		for (int64_t i = 0; i < count; i++) {
			const struct proto_service *s = &services[i];

			printf("%-24.24s %6u %-9s %6u %u\n", s->name, s->pid,
			       s->state < 4 ? states[s->state] : "?", s->starts, s->status);
		}
	} while (place);
	return 0;
}

static int change(int fd, unsigned op, const char *name)
{
	struct os_words words = {{PROTO_WORD0(op, 0, 0)}};
	OS_DESC(1) d = {.desc = {.send_count = 1}};
	int64_t status;

	d.desc.piece[0] = (struct message_piece){(uint64_t)name, strlen(name)};
	status = os_send((cap_t)fd, &words, &d.desc, DEADLINE_FOREVER, 0);
	if (status < 0) {
		errno = (int)-status;
		err(1, "%s", name);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *word;
		unsigned op;
	} changes[] = {{"start", SVC_START}, {"stop", SVC_STOP}, {"restart", SVC_RESTART}};
	int fd = open("/dev/svc", O_RDWR);

	if (fd < 0)
		err(1, "/dev/svc");
	if (argc == 1)
		return list(fd);
	for (unsigned i = 0; argc == 3 && i < sizeof(changes) / sizeof(changes[0]); i++)
		if (!strcmp(argv[1], changes[i].word))
			return change(fd, changes[i].op, argv[2]);
	fprintf(stderr, "usage: svc [start|stop|restart NAME]\n");
	return 2;
}
