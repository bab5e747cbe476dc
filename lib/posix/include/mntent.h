/* SPDX-License-Identifier: 0BSD */
/* mntent.h: tables of mounts: /proc/mounts, /etc/fstab. */
#ifndef PARLEY_MNTENT_H
#define PARLEY_MNTENT_H

#include <sys/cdefs.h>
#include <paths.h>
#include <stdio.h>

#define MOUNTED	       _PATH_MOUNTED
#define MNTTAB	       _PATH_MNTTAB

#define MNTTYPE_IGNORE "ignore"
#define MNTTYPE_SWAP   "swap"
#define MNTOPT_RO      "ro"
#define MNTOPT_RW      "rw"

struct mntent {
	char *mnt_fsname, *mnt_dir, *mnt_type, *mnt_opts;
	int mnt_freq, mnt_passno;
};

__BEGIN_DECLS
FILE *setmntent(const char *file, const char *mode);
int endmntent(FILE *table);
struct mntent *getmntent(FILE *table);
struct mntent *getmntent_r(FILE *__restrict table, struct mntent *__restrict entry, char *__restrict line, int size);
int addmntent(FILE *__restrict table, const struct mntent *__restrict entry);
char *hasmntopt(const struct mntent *entry, const char *option);
__END_DECLS

#endif
