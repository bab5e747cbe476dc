/* SPDX-License-Identifier: 0BSD */
/* sys/mount.h: mounting: a connection to a server becomes a prefix of paths. */
#ifndef PARLEY_SYS_MOUNT_H
#define PARLEY_SYS_MOUNT_H

#include <sys/cdefs.h>
#include <sys/types.h>

#define MS_RDONLY	0x000001
#define MS_NOSUID	0x000002
#define MS_NODEV	0x000004
#define MS_NOEXEC	0x000008
#define MS_SYNCHRONOUS	0x000010
#define MS_REMOUNT	0x000020
#define MS_MANDLOCK	0x000040
#define MS_DIRSYNC	0x000080
#define MS_NOATIME	0x000400
#define MS_NODIRATIME	0x000800
#define MS_BIND		0x001000
#define MS_MOVE		0x002000
#define MS_REC		0x004000
#define MS_SILENT	0x008000
#define MS_UNBINDABLE	0x020000
#define MS_PRIVATE	0x040000
#define MS_SLAVE	0x080000
#define MS_SHARED	0x100000
#define MS_RELATIME	0x200000
#define MS_STRICTATIME	0x1000000
#define MS_LAZYTIME	0x2000000

#define MNT_FORCE	1
#define MNT_DETACH	2
#define MNT_EXPIRE	4
#define UMOUNT_NOFOLLOW 8

__BEGIN_DECLS
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
int umount(const char *target);
int umount2(const char *target, int flags);
__END_DECLS

#endif
