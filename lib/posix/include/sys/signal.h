/* SPDX-License-Identifier: 0BSD */
/* sys/signal.h: signals. signal.h adds C's own part. */
#ifndef PARLEY_SYS_SIGNAL_H
#define PARLEY_SYS_SIGNAL_H

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/_sigset.h>
#include <sys/_timespec.h>
#include <sys/_pthreadtypes.h>

/* Bit n - 1 is signal n. */
#if !defined(_SIGSET_T_DECLARED)
#define _SIGSET_T_DECLARED
typedef __sigset_t sigset_t;
#endif

#define SIGHUP	  1
#define SIGINT	  2
#define SIGQUIT	  3
#define SIGILL	  4
#define SIGTRAP	  5
#define SIGABRT	  6
#define SIGIOT	  SIGABRT
#define SIGBUS	  7
#define SIGFPE	  8
#define SIGKILL	  9
#define SIGUSR1	  10
#define SIGSEGV	  11
#define SIGUSR2	  12
#define SIGPIPE	  13
#define SIGALRM	  14
#define SIGTERM	  15
#define SIGSTKFLT 16
#define SIGCHLD	  17
#define SIGCLD	  SIGCHLD
#define SIGCONT	  18
#define SIGSTOP	  19
#define SIGTSTP	  20
#define SIGTTIN	  21
#define SIGTTOU	  22
#define SIGURG	  23
#define SIGXCPU	  24
#define SIGXFSZ	  25
#define SIGVTALRM 26
#define SIGPROF	  27
#define SIGWINCH  28
#define SIGIO	  29
#define SIGPOLL	  SIGIO
#define SIGPWR	  30
#define SIGSYS	  31
/* 32 and 33 are the library's own. */
#define SIGRTMIN    34
#define SIGRTMAX    64
#define NSIG	    65
#define _NSIG	    NSIG

#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

union sigval {
	int sival_int;
	void *sival_ptr;
};

#define SIGEV_SIGNAL	0
#define SIGEV_NONE	1
#define SIGEV_THREAD	2
#define SIGEV_THREAD_ID 4

struct sigevent {
	union sigval sigev_value;
	int sigev_signo;
	int sigev_notify;
	void (*sigev_notify_function)(union sigval);
	pthread_attr_t *sigev_notify_attributes;
};

typedef struct {
	int si_signo, si_errno, si_code;
	pid_t si_pid;
	union {
		struct {
			uid_t si_uid;
			int si_status;
			clock_t si_utime, si_stime;
		} __child;
		struct {
			uid_t si_uid;
			int __pad;
			union sigval si_value;
			int si_overrun, si_timerid;
		} __queued;
		struct {
			void *si_addr;
			short si_addr_lsb;
		} __fault;
		struct {
			long si_band;
			int si_fd;
		} __poll;
		struct {
			void *si_call_addr;
			int si_syscall;
		} __call;
		char __size[112];
	} __of;
} siginfo_t;
#define si_uid	      __of.__child.si_uid
#define si_status     __of.__child.si_status
#define si_utime      __of.__child.si_utime
#define si_stime      __of.__child.si_stime
#define si_value      __of.__queued.si_value
#define si_int	     si_value.sival_int
#define si_ptr	     si_value.sival_ptr
#define si_overrun    __of.__queued.si_overrun
#define si_timerid    __of.__queued.si_timerid
#define si_addr	      __of.__fault.si_addr
#define si_addr_lsb   __of.__fault.si_addr_lsb
#define si_band	      __of.__poll.si_band
#define si_fd	      __of.__poll.si_fd
#define si_call_addr  __of.__call.si_call_addr
#define si_syscall    __of.__call.si_syscall

#define SI_USER	      0
#define SI_KERNEL     0x80
#define SI_QUEUE      (-1)
#define SI_TIMER      (-2)
#define SI_MESGQ      (-3)
#define SI_ASYNCIO    (-4)
#define SI_TKILL      (-6)

#define ILL_ILLOPC    1
#define ILL_ILLOPN    2
#define ILL_ILLADR    3
#define ILL_ILLTRP    4
#define ILL_PRVOPC    5
#define ILL_PRVREG    6
#define ILL_COPROC    7
#define ILL_BADSTK    8

#define FPE_INTDIV    1
#define FPE_INTOVF    2
#define FPE_FLTDIV    3
#define FPE_FLTOVF    4
#define FPE_FLTUND    5
#define FPE_FLTRES    6
#define FPE_FLTINV    7
#define FPE_FLTSUB    8

#define SEGV_MAPERR   1
#define SEGV_ACCERR   2

#define BUS_ADRALN    1
#define BUS_ADRERR    2
#define BUS_OBJERR    3

#define TRAP_BRKPT    1
#define TRAP_TRACE    2

#define CLD_EXITED    1
#define CLD_KILLED    2
#define CLD_DUMPED    3
#define CLD_TRAPPED   4
#define CLD_STOPPED   5
#define CLD_CONTINUED 6

#define POLL_IN	      1
#define POLL_OUT      2
#define POLL_MSG      3
#define POLL_ERR      4
#define POLL_PRI      5
#define POLL_HUP      6

typedef void (*_sig_func_ptr)(int);

struct sigaction {
	union {
		_sig_func_ptr sa_handler;
		void (*sa_sigaction)(int, siginfo_t *, void *);
	} __handler;
	sigset_t sa_mask;
	int sa_flags;
	void (*sa_restorer)(void); /* not used */
};
#define sa_handler   __handler.sa_handler
#define sa_sigaction __handler.sa_sigaction

#define SA_NOCLDSTOP 0x00000001
#define SA_NOCLDWAIT 0x00000002
#define SA_SIGINFO   0x00000004
#define SA_ONSTACK   0x08000000
#define SA_RESTART   0x10000000
#define SA_NODEFER   0x40000000
#define SA_RESETHAND 0x80000000
#define SA_NOMASK    SA_NODEFER
#define SA_ONESHOT   SA_RESETHAND

#define MINSIGSTKSZ  4096
#define SIGSTKSZ     16384
#define SS_ONSTACK   1
#define SS_DISABLE   2

typedef struct sigaltstack {
	void *ss_sp;
	int ss_flags;
	size_t ss_size;
} stack_t;

/* Room for sig2str. */
#define SIG2STR_MAX 17

__BEGIN_DECLS
int kill(pid_t pid, int sig);
int killpg(pid_t group, int sig);
int sigqueue(pid_t pid, int sig, union sigval value);
int pthread_kill(pthread_t thread, int sig);
int pthread_sigqueue(pthread_t thread, int sig, union sigval value);
int tgkill(pid_t pid, pid_t thread, int sig);

int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int sig);
int sigdelset(sigset_t *set, int sig);
int sigismember(const sigset_t *set, int sig);
int sigisemptyset(const sigset_t *set);
int sigandset(sigset_t *set, const sigset_t *left, const sigset_t *right);
int sigorset(sigset_t *set, const sigset_t *left, const sigset_t *right);

int sigaction(int sig, const struct sigaction *__restrict act, struct sigaction *__restrict old);
int siginterrupt(int sig, int flag);
int sigprocmask(int how, const sigset_t *__restrict set, sigset_t *__restrict old);
int pthread_sigmask(int how, const sigset_t *__restrict set, sigset_t *__restrict old);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *mask);
int sigwait(const sigset_t *__restrict set, int *__restrict sig);
int sigwaitinfo(const sigset_t *__restrict set, siginfo_t *__restrict info);
int sigtimedwait(const sigset_t *__restrict set, siginfo_t *__restrict info, const struct timespec *__restrict timeout);
int sigaltstack(const stack_t *__restrict stack, stack_t *__restrict old);

/* System V's. sigpause is that of POSIX: it takes a signal, not a mask. */
int sighold(int sig);
int sigignore(int sig);
int sigpause(int sig);
int sigrelse(int sig);
_sig_func_ptr sigset(int sig, _sig_func_ptr handler);
#define SIG_HOLD ((_sig_func_ptr)2)

void psiginfo(const siginfo_t *info, const char *message);
int sig2str(int sig, char *name);
int str2sig(const char *__restrict name, int *__restrict sig);
__END_DECLS

#include <sys/ucontext.h>
#include <signal.h>

#endif
