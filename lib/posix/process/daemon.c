/* SPDX-License-Identifier: 0BSD */
/* daemon.c: going on without terminal and parent. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int daemon(int keep_directory, int keep_files)
{
	pid_t pid = fork();
	int fd;

	if (pid < 0)
		return -1;
	if (pid > 0)
		_exit(0);
	if (setsid() < 0 || (!keep_directory && chdir("/") < 0))
		return -1;
	if (keep_files)
		return 0;
	fd = open("/dev/null", O_RDWR);
	if (fd < 0)
		return -1;
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
	return 0;
}
