/* SPDX-License-Identifier: 0BSD */
/* sysinfo.c: how the machine is doing. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>
#include <proto/info.h>
#include "posix/internal.h"
#include "posix/time.h"

/* One record of PROC_INFO. */
static int64_t info_get(enum info_kind kind, uint64_t id, void *record, size_t bytes)
{
	struct os_words w = {{PROTO_WORD0(PROC_INFO, 0, 0), kind, id}};
	posix_desc d;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.receive_count = 1;
	d.desc.piece[0] = posix_piece(record, bytes);
	return posix_send(CAP_SELF_PROCESS, &w, &d.desc);
}

int getloadavg(double loads[], int count)
{
	int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	char text[128], *at, *end;
	ssize_t bytes;

	if (fd < 0)
		return -1;
	bytes = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (bytes <= 0)
		return -1;
	text[bytes] = '\0';
	count = count < 3 ? count : 3;
	at = text;
	for (int i = 0; i < count; i++, at = end) {
		loads[i] = strtod(at, &end);
		if (end == at)
			return i ? i : -1;
	}
	return count;
}

int sysinfo(struct sysinfo *info)
{
	struct info_memory memory;
	double loads[3];
	int64_t r = info_get(INFO_MEMORY, 0, &memory, sizeof(memory));

	if (r < 0)
		return posix_zero(r);
	memset(info, 0, sizeof(*info));
	info->uptime = (long)(os_now_ns() / OS_S);
	info->totalram = memory.total_bytes;
	info->freeram = memory.free_bytes;
	info->mem_unit = 1;
	if (getloadavg(loads, 3) == 3) {
		for (unsigned i = 0; i < 3; i++)
			info->loads[i] = (unsigned long)(loads[i] * (1 << SI_LOAD_SHIFT));
	}
	return 0;
}

int get_nprocs(void) { return (int)os_boot->cpu_count; }

int get_nprocs_conf(void) { return (int)os_boot->cpu_count; }
