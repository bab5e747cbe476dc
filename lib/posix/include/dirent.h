/* SPDX-License-Identifier: 0BSD */
/* dirent.h: newlib's, and the limit that it has too large. */
#ifndef PARLEY_DIRENT_H
#define PARLEY_DIRENT_H

#define MAXNAMLEN 255
#include_next <dirent.h>

#endif
