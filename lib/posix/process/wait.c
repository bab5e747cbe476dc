/* SPDX-License-Identifier: 0BSD */
/* wait.c: waiting for children: a message that `sys` keeps until there is something to tell. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/time.h"

static int64_t wait_message(idtype_t type, uint64_t id, int options, struct os_words *w)
{
	int64_t r;

	*w = (struct os_words){{PROTO_WORD0(PROC_WAIT, 0, 0), (uint64_t)type, id, (uint64_t)(unsigned)options}};
	r = posix_send_cancel(CAP_SELF_PROCESS, w, NULL);
	return r < 0 ? r : (int64_t)w->w[1];
}

static struct timeval timeval_of(uint64_t ns)
{
	return (struct timeval){(time_t)(ns / OS_S), (suseconds_t)(ns % OS_S / OS_US)};
}

static void usage_fill(struct rusage *usage, uint64_t user_ns, uint64_t system_ns, uint64_t bytes)
{
	memset(usage, 0, sizeof(*usage));
	usage->ru_utime = timeval_of(user_ns);
	usage->ru_stime = timeval_of(system_ns);
	usage->ru_maxrss = (long)(bytes >> 10);
}

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
	idtype_t type = pid > 0 ? P_PID : pid == -1 ? P_ALL : P_PGID;
	uint64_t id = pid > 0 ? (uint64_t)pid : pid == -1 ? 0 : (uint64_t) - (int64_t)pid;
	struct os_words w;
	int64_t r;

	if (options & ~(WNOHANG | WUNTRACED | WCONTINUED))
		return posix_zero(-EINVAL);
	r = wait_message(type, id, options | WEXITED, &w);
	if (r > 0 && status)
		*status = (int)w.w[2];
	if (r > 0 && usage)
		usage_fill(usage, w.w[4], w.w[5], w.w[6]);
	return (pid_t)posix_result(r);
}

pid_t waitpid(pid_t pid, int *status, int options) { return wait4(pid, status, options, NULL); }

pid_t wait3(int *status, int options, struct rusage *usage) { return wait4(-1, status, options, usage); }

pid_t wait(int *status) { return wait4(-1, status, 0, NULL); }

static void info_fill(siginfo_t *info, const struct os_words *w)
{
	int status = (int)w->w[2];

	memset(info, 0, sizeof(*info));
	if (!w->w[1])
		return;
	info->si_signo = SIGCHLD;
	info->si_pid = (pid_t)w->w[1];
	info->si_uid = (uid_t)w->w[3];
	if (WIFEXITED(status)) {
		info->si_code = CLD_EXITED;
		info->si_status = WEXITSTATUS(status);
	} else if (WIFCONTINUED(status)) {
		info->si_code = CLD_CONTINUED;
		info->si_status = SIGCONT;
	} else if (WIFSTOPPED(status)) {
		info->si_code = CLD_STOPPED;
		info->si_status = WSTOPSIG(status);
	} else {
		info->si_code = WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED;
		info->si_status = WTERMSIG(status);
	}
}

int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	struct os_words w;
	int64_t r;

	if ((type != P_ALL && type != P_PID && type != P_PGID) ||
	    (options & ~(WNOHANG | WEXITED | WSTOPPED | WCONTINUED | WNOWAIT)) ||
	    !(options & (WEXITED | WSTOPPED | WCONTINUED)))
		return posix_zero(-EINVAL);
	r = wait_message(type, id, options, &w);
	if (r >= 0 && info)
		info_fill(info, &w);
	return posix_zero(r);
}
