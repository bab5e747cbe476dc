/* SPDX-License-Identifier: 0BSD */
/* send.c: sending signals. `sys` decides by the sender's credentials; a signal that the caller sends to
 * itself and lets through is handled before the call returns. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"

static int64_t kill_message(pid_t pid, int sig, unsigned flags, uint64_t value, uint32_t tid)
{
	struct os_words w = {{PROTO_WORD0(PROC_KILL, flags, 0), (uint64_t)(int64_t)pid, (uint64_t)sig, value, tid}};

	if (sig < 0 || sig >= NSIG)
		return -EINVAL;
	return posix_send(CAP_SELF_PROCESS, &w, NULL);
}

int kill(pid_t pid, int sig)
{
	if (pid == (pid_t)posix_info->pid && posix_is_signal(sig) && posix_signal_self(sig, false))
		return 0;
	return posix_zero(kill_message(pid, sig, 0, 0, 0));
}

int killpg(pid_t group, int sig)
{
	if (group < 0)
		return posix_zero(-EINVAL);
	return kill(group ? -group : 0, sig);
}

int sigqueue(pid_t pid, int sig, union sigval value)
{
	return posix_zero(kill_message(pid, sig, KILL_QUEUE, (uint64_t)value.sival_ptr, 0));
}

int64_t posix_kill_thread(uint32_t tid, int sig)
{
	return kill_message((pid_t)posix_info->pid, sig, KILL_THREAD, 0, tid);
}

int pthread_kill(pthread_t thread, int sig)
{
	if (thread->ended)
		return posix_is_signal(sig) || sig == 0 ? 0 : EINVAL;
	return (int)-posix_kill_thread(thread->tid, sig);
}

int pthread_sigqueue(pthread_t thread, int sig, union sigval value)
{
	return (int)-kill_message((pid_t)posix_info->pid, sig, KILL_THREAD | KILL_QUEUE, (uint64_t)value.sival_ptr,
				  thread->tid);
}

int tgkill(pid_t pid, pid_t thread, int sig)
{
	return posix_zero(kill_message(pid, sig, KILL_THREAD, 0, (uint32_t)thread));
}

int raise(int sig)
{
	if (posix_is_signal(sig) && posix_signal_self(sig, true))
		return 0;
	return posix_zero(posix_kill_thread(posix_self()->tid, sig));
}

/* newlib's own names for them. */
int _kill(pid_t pid, int sig);
int _kill(pid_t pid, int sig) { return kill(pid, sig); }

_Noreturn void abort(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t set = SIGNAL_BIT(SIGABRT);

	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	raise(SIGABRT);
	/* A handler returned, or the signal is ignored. */
	sigaction(SIGABRT, &action, NULL);
	raise(SIGABRT);
	posix_end(SIGABRT);
}
