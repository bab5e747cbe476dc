/* SPDX-License-Identifier: 0BSD */
/* unistd.h: newlib's, and what it has only for others. */
#ifndef PARLEY_UNISTD_H
#define PARLEY_UNISTD_H

#include_next <unistd.h>

#include <getopt.h>

#define _CS_PATH	    0

#define CLOSE_RANGE_CLOEXEC (1u << 2)

__BEGIN_DECLS
int brk(void *end);
int close_range(unsigned int first, unsigned int last, int flags);
void closefrom(int first);
char *crypt(const char *key, const char *salt);
char *ctermid(char *name);
int dup3(int fd, int as, int flags);
int eaccess(const char *path, int mode);
int execveat(int dir, const char *path, char *const argv[], char *const envp[], int flags);
int execvpe(const char *file, char *const argv[], char *const envp[]);
int fexecve(int fd, char *const argv[], char *const envp[]);
int getdtablesize(void);
int getentropy(void *data, size_t length);
int getresuid(uid_t *real, uid_t *effective, uid_t *saved);
int getresgid(gid_t *real, gid_t *effective, gid_t *saved);
pid_t gettid(void);
char *getwd(char *path);
int initgroups(const char *user, gid_t group);
int issetugid(void);
int pipe2(int fds[2], int flags);
int setgroups(int count, const gid_t *groups);
int sethostname(const char *name, size_t length);
int setregid(gid_t real, gid_t effective);
int setresgid(gid_t real, gid_t effective, gid_t saved);
int setresuid(uid_t real, uid_t effective, uid_t saved);
int setreuid(uid_t real, uid_t effective);
int syncfs(int fd);
pid_t vfork(void) __attribute__((returns_twice));
__END_DECLS

#endif
