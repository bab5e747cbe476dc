/* SPDX-License-Identifier: 0BSD */
/* paths.h: where things are. */
#ifndef PARLEY_PATHS_H
#define PARLEY_PATHS_H

#define _PATH_DEFPATH "/bin:/usr/bin"
#define _PATH_STDPATH "/bin:/usr/bin:/sbin:/usr/sbin"
#define _PATH_BSHELL  "/bin/sh"
#define _PATH_CONSOLE "/dev/console"
#define _PATH_DEV     "/dev/"
#define _PATH_DEVNULL "/dev/null"
#define _PATH_DEVZERO "/dev/zero"
#define _PATH_TTY     "/dev/tty"
#define _PATH_GROUP   "/etc/group"
#define _PATH_PASSWD  "/etc/passwd"
#define _PATH_SHADOW  "/etc/shadow"
#define _PATH_SHELLS  "/etc/shells"
#define _PATH_FSTAB   "/etc/fstab"
#define _PATH_MNTTAB  "/etc/fstab"
#define _PATH_MOUNTED "/proc/mounts"
#define _PATH_LASTLOG "/run/lastlog"
#define _PATH_UTMP    "/run/utmp"
#define _PATH_WTMP    "/run/wtmp"
#define _PATH_LOG     "/dev/log"
#define _PATH_VARRUN  "/run/"
#define _PATH_TMP     "/tmp/"
#define _PATH_VARTMP  "/tmp/"
#define _PATH_MAILDIR "/var/mail"
#define _PATH_VI      "/bin/vi"

#endif
