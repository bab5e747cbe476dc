/* SPDX-License-Identifier: 0BSD */
/* posix.h: lets lib/posix/base live beside the host's C library, under names of its own.
 *
 * It is included before anything else, in the sources and in their tests. The host's headers come
 * first, so that the new names meet no declaration of theirs.
 */
#pragma once

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <grp.h>
#include <libgen.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>
#include <wordexp.h>

#undef basename
#undef alphasort
#undef scandir
#undef ftw
#undef nftw
#undef optarg

#define SYMLOOP_MAX 40
#define _PATH_GROUP "/etc/group"
#define O_SEARCH    O_RDONLY

/* libgen */
#define basename posix_basename
#define dirname	 posix_dirname
char *basename(char *path);
char *dirname(char *path);

/* getopt */
#define optarg		 posix_optarg
#define optind		 posix_optind
#define opterr		 posix_opterr
#define optopt		 posix_optopt
#define optreset	 posix_optreset
#define getopt		 posix_getopt
#define getopt_long	 posix_getopt_long
#define getopt_long_only posix_getopt_long_only
extern char *optarg;
extern int optind, opterr, optopt, optreset;
int getopt(int argc, char *const argv[], const char *letters);
int getopt_long(int argc, char *const argv[], const char *letters, const struct option *options, int *index);
int getopt_long_only(int argc, char *const argv[], const char *letters, const struct option *options, int *index);

/* inet */
#define inet_aton	 posix_inet_aton
#define inet_addr	 posix_inet_addr
#define inet_ntoa	 posix_inet_ntoa
#define inet_ntop	 posix_inet_ntop
#define inet_pton	 posix_inet_pton
#define in6addr_any	 posix_in6addr_any
#define in6addr_loopback posix_in6addr_loopback
int inet_aton(const char *text, struct in_addr *address);
in_addr_t inet_addr(const char *text);
char *inet_ntoa(struct in_addr address);
const char *inet_ntop(int family, const void *restrict address, char *restrict text, socklen_t size);
int inet_pton(int family, const char *restrict text, void *restrict address);

/* group */
#define fgetgrent_r  posix_fgetgrent_r
#define getgrnam_r   posix_getgrnam_r
#define getgrgid_r   posix_getgrgid_r
#define getgrnam     posix_getgrnam
#define getgrgid     posix_getgrgid
#define fgetgrent    posix_fgetgrent
#define getgrent     posix_getgrent
#define getgrent_r   posix_getgrent_r
#define setgrent     posix_setgrent
#define endgrent     posix_endgrent
#define putgrent     posix_putgrent
#define getgrouplist posix_getgrouplist
#define initgroups   posix_initgroups
int fgetgrent_r(FILE *file, struct group *entry, char *buffer, size_t size, struct group **result);
int getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size, struct group **result);
int getgrgid_r(gid_t gid, struct group *entry, char *buffer, size_t size, struct group **result);
struct group *getgrnam(const char *name);
struct group *getgrgid(gid_t gid);
struct group *fgetgrent(FILE *file);
struct group *getgrent(void);
int getgrent_r(struct group *entry, char *buffer, size_t size, struct group **result);
void setgrent(void);
void endgrent(void);
int putgrent(const struct group *entry, FILE *file);
int getgrouplist(const char *user, gid_t group, gid_t *groups, int *count);
int initgroups(const char *user, gid_t group);

/* mntent */
#define setmntent   posix_setmntent
#define endmntent   posix_endmntent
#define getmntent   posix_getmntent
#define getmntent_r posix_getmntent_r
#define addmntent   posix_addmntent
#define hasmntopt   posix_hasmntopt
FILE *setmntent(const char *file, const char *mode);
int endmntent(FILE *table);
struct mntent *getmntent(FILE *table);
struct mntent *getmntent_r(FILE *restrict table, struct mntent *restrict entry, char *restrict line, int size);
int addmntent(FILE *restrict table, const struct mntent *restrict entry);
char *hasmntopt(const struct mntent *entry, const char *option);

/* scandir */
#define scandir	    posix_scandir
#define scandirat   posix_scandirat
#define alphasort   posix_alphasort
#define versionsort posix_versionsort
int scandir(const char *path, struct dirent ***list, int (*select)(const struct dirent *),
	    int (*compare)(const struct dirent **, const struct dirent **));
int scandirat(int at, const char *path, struct dirent ***list, int (*select)(const struct dirent *),
	      int (*compare)(const struct dirent **, const struct dirent **));
int alphasort(const struct dirent **left, const struct dirent **right);
int versionsort(const struct dirent **left, const struct dirent **right);

/* nftw */
#define ftw(path, visit, count)		posix_ftw(path, visit, count)
#define nftw(path, visit, count, flags) posix_nftw(path, visit, count, flags)
int posix_ftw(const char *path, int (*visit)(const char *, const struct stat *, int), int count);
int posix_nftw(const char *path, int (*visit)(const char *, const struct stat *, int, struct FTW *), int count,
	       int flags);

/* wordexp */
#define wordexp	 posix_wordexp
#define wordfree posix_wordfree
int wordexp(const char *restrict words, wordexp_t *restrict result, int flags);
void wordfree(wordexp_t *result);

/* timegm */
#define timegm posix_timegm
time_t timegm(struct tm *time);
