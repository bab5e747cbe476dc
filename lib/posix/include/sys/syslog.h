/* SPDX-License-Identifier: 0BSD */
/* sys/syslog.h: the old name of syslog.h. */
#ifndef PARLEY_SYS_SYSLOG_H
#define PARLEY_SYS_SYSLOG_H

#include <syslog.h>

#endif
