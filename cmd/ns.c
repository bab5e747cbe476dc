/* SPDX-License-Identifier: 0BSD */
/* ns: shows, clones and changes name spaces.
 *
 *   ns                         what is mounted here
 *   ns mount DIRECTORY PREFIX  makes a directory appear at PREFIX too, in this name space
 *   ns unmount PREFIX          takes a mount away
 *   ns run COMMAND [ARG ...]   runs a command in a clone of this name space: what it mounts, only
 * it sees
 *
 * In `run`, mounts can stand before the command: ns run [-m DIRECTORY:PREFIX ...] [-u PREFIX ...]
 * COMMAND
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <parley/message.h>
#include <posix/mount.h>
#include <proto/flags.h>
#include <proto/proto.h>

#define LIST_BYTES 8192

static void mount_directory(const char *directory, const char *prefix)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", directory);
	if (posix_mount_fd(prefix, fd, 0) < 0)
		err(1, "%s", prefix);
	close(fd);
}

static void unmount(const char *prefix)
{
	if (posix_unmount(prefix) < 0)
		err(1, "%s", prefix);
}

static void print_mounts(const char *records, int64_t bytes)
{
	for (int64_t at = 0; at < bytes;) {
		const struct proto_mount *m = (const struct proto_mount *)(records + at);

		printf("%6u %6lu %s %.*s\n", m->number, (unsigned long)m->server,
		       m->flags & NS_MOUNT_FILE ? "file     " : "directory", m->prefix_bytes, (const char *)(m + 1));
		at += (int64_t)sizeof(*m) + ((m->prefix_bytes + 7) & ~7);
	}
}

static int list(void)
{
	static char records[LIST_BYTES];
	uint64_t place = 0;

	puts("number server kind      prefix");
	do {
		struct os_words words = {{PROTO_WORD0(NS_LIST, 0, 0), place}};
		OS_DESC(1) d = {.desc = {.receive_count = 1}};
		int64_t bytes;

		d.desc.piece[0] = (struct message_piece){(uint64_t)records, sizeof(records)};
		bytes = os_send(CAP_SELF_HOME, &words, &d.desc, DEADLINE_FOREVER, 0);
		if (bytes < 0) {
			errno = (int)-bytes;
			err(1, "name space");
		}
		print_mounts(records, bytes);
		place = words.w[1];
	} while (place);
	return 0;
}

static void mount_pair(char *pair)
{
	char *colon = strchr(pair, ':');

	if (!colon)
		errx(2, "-m takes DIRECTORY:PREFIX, not %s", pair);
	*colon = 0;
	mount_directory(pair, colon + 1);
}

static int run(int argc, char **argv)
{
	int option;

	if (posix_namespace_clone(false) < 0)
		err(1, "name space");
	while ((option = getopt(argc, argv, "+m:u:")) != -1) {
		if (option == 'm')
			mount_pair(optarg);
		else if (option == 'u')
			unmount(optarg);
		else
			return 2;
	}
	if (optind == argc)
		errx(2, "ns run: no command");
	execvp(argv[optind], argv + optind);
	err(errno == ENOENT ? 127 : 126, "%s", argv[optind]);
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return list();
	if (argc == 4 && !strcmp(argv[1], "mount")) {
		mount_directory(argv[2], argv[3]);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "unmount")) {
		unmount(argv[2]);
		return 0;
	}
	if (argc >= 2 && !strcmp(argv[1], "run"))
		return run(argc - 1, argv + 1);
	fprintf(stderr, "usage: ns [mount DIRECTORY PREFIX | unmount PREFIX | run [-m "
			"DIRECTORY:PREFIX] [-u PREFIX] COMMAND]\n");
	return 2;
}
