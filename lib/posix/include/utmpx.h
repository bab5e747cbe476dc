/* SPDX-License-Identifier: 0BSD */
/* utmpx.h: who is logged in. */
#ifndef PARLEY_UTMPX_H
#define PARLEY_UTMPX_H

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/_timeval.h>

#define EMPTY	      0
#define RUN_LVL	      1
#define BOOT_TIME     2
#define NEW_TIME      3
#define OLD_TIME      4
#define INIT_PROCESS  5
#define LOGIN_PROCESS 6
#define USER_PROCESS  7
#define DEAD_PROCESS  8

struct utmpx {
	short ut_type;
	pid_t ut_pid;
	char ut_line[32];
	char ut_id[4];
	char ut_user[32];
	char ut_host[256];
	struct {
		short e_termination, e_exit;
	} ut_exit;
	int ut_session;
	struct timeval ut_tv;
	int ut_addr_v6[4];
};

__BEGIN_DECLS
void setutxent(void);
void endutxent(void);
struct utmpx *getutxent(void);
struct utmpx *getutxid(const struct utmpx *id);
struct utmpx *getutxline(const struct utmpx *line);
struct utmpx *pututxline(const struct utmpx *entry);
int utmpxname(const char *file);
void updwtmpx(const char *file, const struct utmpx *entry);
__END_DECLS

#endif
