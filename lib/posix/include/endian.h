/* SPDX-License-Identifier: 0BSD */
/* endian.h: byte order. */
#ifndef PARLEY_ENDIAN_H
#define PARLEY_ENDIAN_H

#include <machine/endian.h>
#include <sys/endian.h>

#endif
