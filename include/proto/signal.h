/* SPDX-License-Identifier: 0BSD */
/* signal.h: signals, wait and limits: the C library's numbers, for programs that have no C library. Not to be included
 * together with the library's own headers; lib/posix checks that they agree. */
#pragma once

enum {
	SIGHUP = 1,
	SIGINT,
	SIGQUIT,
	SIGILL,
	SIGTRAP,
	SIGABRT,
	SIGBUS,
	SIGFPE,
	SIGKILL,
	SIGUSR1,
	SIGSEGV,
	SIGUSR2,
	SIGPIPE,
	SIGALRM,
	SIGTERM,
	SIGSTKFLT,
	SIGCHLD,
	SIGCONT,
	SIGSTOP,
	SIGTSTP,
	SIGTTIN,
	SIGTTOU,
	SIGURG,
	SIGXCPU,
	SIGXFSZ,
	SIGVTALRM,
	SIGPROF,
	SIGWINCH,
	SIGIO,
	SIGPWR,
	SIGSYS,
	SIGRTMIN = 34,
	SIGRTMAX = 64,
};

/* si_code */
enum {
	SI_TKILL = -6,
	SI_TIMER = -2,
	SI_QUEUE = -1,
	SI_USER = 0,
	SI_KERNEL = 0x80,
	ILL_ILLOPC = 1,
	ILL_ILLOPN = 2,
	FPE_INTDIV = 1,
	FPE_INTOVF = 2,
	FPE_FLTINV = 7,
	SEGV_MAPERR = 1,
	SEGV_ACCERR = 2,
	BUS_ADRALN = 1,
	BUS_ADRERR = 2,
	TRAP_BRKPT = 1,
	TRAP_TRACE = 2,
	CLD_EXITED = 1,
	CLD_KILLED,
	CLD_DUMPED,
	CLD_TRAPPED,
	CLD_STOPPED,
	CLD_CONTINUED,
};

/* wait(2) */
enum { P_ALL, P_PID, P_PGID };
#define WNOHANG		      1
#define WSTOPPED	      2
#define WEXITED		      4
#define WCONTINUED	      8
#define WNOWAIT		      0x01000000
#define WAIT_EXITED(status)   (((status)&0xff) << 8)
#define WAIT_SIGNALED(number) ((uint32_t)(number))
#define WAIT_STOPPED(number)  ((uint32_t)(number) << 8 | 0x7f)
#define WAIT_CONTINUED	      0xffffu

/* getrlimit(2), getrusage(2), setitimer(2) */
enum {
	RLIMIT_CPU,
	RLIMIT_FSIZE,
	RLIMIT_DATA,
	RLIMIT_STACK,
	RLIMIT_CORE,
	RLIMIT_RSS,
	RLIMIT_NPROC,
	RLIMIT_NOFILE,
	RLIMIT_MEMLOCK,
	RLIMIT_AS,
	RLIMIT_LOCKS,
	RLIMIT_SIGPENDING,
	RLIMIT_MSGQUEUE,
	RLIMIT_NICE,
	RLIMIT_RTPRIO,
	RLIMIT_RTTIME,
};
#define RLIM_INFINITY	0xffffffffffffffffull
#define RUSAGE_SELF	0
#define RUSAGE_CHILDREN (-1)
#define RUSAGE_THREAD	1
enum { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF };
