/* SPDX-License-Identifier: 0BSD */
/* sys/wait.h: waiting for children, and what became of them. */
#ifndef PARLEY_SYS_WAIT_H
#define PARLEY_SYS_WAIT_H

/*
 * A status: bits 0-6 are 0 for a process that exited, 0x7f for one that is stopped, else the signal
 * that ended it, with bit 7 when it left a core file. Bits 8-15 are the exit status, or the signal
 * that stopped it. One that goes on again is 0xffff.
 */
#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/signal.h>

#define WNOHANG		     1
#define WUNTRACED	     2
#define WSTOPPED	     2
#define WEXITED		     4
#define WCONTINUED	     8
#define WNOWAIT		     0x01000000

#define WEXITSTATUS(status)  (((status) >> 8) & 0xff)
#define WTERMSIG(status)     ((status)&0x7f)
#define WSTOPSIG(status)     WEXITSTATUS(status)
#define WIFEXITED(status)    (WTERMSIG(status) == 0)
#define WIFSTOPPED(status)   (((status)&0xff) == 0x7f)
#define WIFSIGNALED(status)  (WTERMSIG(status) != 0 && WTERMSIG(status) != 0x7f)
#define WIFCONTINUED(status) ((status) == 0xffff)
#define WCOREDUMP(status)    ((status)&0x80)
#define W_EXITCODE(ret, sig) ((ret) << 8 | (sig))
#define W_STOPCODE(sig)	     ((sig) << 8 | 0x7f)

typedef enum { P_ALL, P_PID, P_PGID } idtype_t;

struct rusage;

__BEGIN_DECLS
pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
int waitid(idtype_t type, id_t id, siginfo_t *info, int options);
pid_t wait3(int *status, int options, struct rusage *usage);
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);
__END_DECLS

#endif
