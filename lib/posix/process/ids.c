/* SPDX-License-Identifier: 0BSD */
/* ids.c: who the process is, in which group and session: read in the information page, without a message. */
#include <errno.h>
#include <sys/types.h>
#include <unistd.h>
#include "posix/internal.h"
#include "posix/process.h"

pid_t getpid(void) { return (pid_t)posix_info->pid; }

pid_t getppid(void) { return (pid_t)posix_info->parent; }

pid_t getpgrp(void) { return (pid_t)posix_info->group; }

static int64_t ask(pid_t pid, struct os_words *w)
{
	*w = (struct os_words){{PROTO_WORD0(PROC_GROUP_GET, 0, 0), (uint64_t)pid}};
	return pid < 0 ? -ESRCH : posix_send(CAP_SELF_PROCESS, w, NULL);
}

pid_t getpgid(pid_t pid)
{
	struct os_words w;
	int64_t r;

	if (pid == 0 || pid == getpid())
		return getpgrp();
	r = ask(pid, &w);
	return (pid_t)posix_result(r < 0 ? r : (int64_t)w.w[1]);
}

pid_t getsid(pid_t pid)
{
	struct os_words w;
	int64_t r;

	if (pid == 0 || pid == getpid())
		return (pid_t)posix_info->session;
	r = ask(pid, &w);
	return (pid_t)posix_result(r < 0 ? r : (int64_t)w.w[2]);
}

int setpgid(pid_t pid, pid_t group)
{
	struct os_words w = {{PROTO_WORD0(PROC_GROUP_SET, 0, 0), (uint64_t)pid, (uint64_t)group}};

	if (group < 0)
		return posix_zero(-EINVAL);
	return posix_zero(pid < 0 ? -ESRCH : posix_send(CAP_SELF_PROCESS, &w, NULL));
}

int setpgrp(void) { return setpgid(0, 0); }

pid_t setsid(void)
{
	struct os_words w = {{PROTO_WORD0(PROC_SESSION, 0, 0)}};
	int64_t r = posix_send(CAP_SELF_PROCESS, &w, NULL);

	return (pid_t)posix_result(r < 0 ? r : (int64_t)w.w[1]);
}

uid_t getuid(void) { return posix_info->uid; }

uid_t geteuid(void) { return posix_info->euid; }

gid_t getgid(void) { return posix_info->gid; }

gid_t getegid(void) { return posix_info->egid; }

int issetugid(void) { return getuid() != geteuid() || getgid() != getegid(); }
