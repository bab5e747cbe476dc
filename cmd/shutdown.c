/* SPDX-License-Identifier: 0BSD */
/* shutdown: ends all processes and stops the machine.
 *
 *   shutdown [-r]     -r: starts it again
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <abi/power.h>
#include <parley/message.h>
#include <proto/proto.h>

int main(int argc, char **argv)
{
	int reset = argc == 2 && !strcmp(argv[1], "-r");
	struct os_words words = {
	    {PROTO_WORD0(SVC_SHUTDOWN, 0, 0), reset ? POWER_RESET : POWER_OFF}};
	int fd;
	int64_t status;

	if (argc > 2 || (argc == 2 && !reset)) {
		fprintf(stderr, "usage: shutdown [-r]\n");
		return 2;
	}
	fd = open("/dev/svc", O_RDWR);
	if (fd < 0)
		err(1, "/dev/svc");
	status = os_send((cap_t)fd, &words, NULL, DEADLINE_FOREVER, 0);
	errno = (int)-status;
	err(1, "supervisor");
}
