/* SPDX-License-Identifier: 0BSD */
/* sys/file.h: BSD's flock and names for lseek. */
#ifndef PARLEY_SYS_FILE_H
#define PARLEY_SYS_FILE_H

#include <fcntl.h>
#include <unistd.h>

#define L_SET  SEEK_SET
#define L_INCR SEEK_CUR
#define L_XTND SEEK_END

#endif
