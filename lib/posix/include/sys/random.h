/* SPDX-License-Identifier: 0BSD */
/* sys/random.h: random bytes. */
#ifndef PARLEY_SYS_RANDOM_H
#define PARLEY_SYS_RANDOM_H

#include <sys/cdefs.h>
#include <sys/types.h>

#define GRND_NONBLOCK 1
#define GRND_RANDOM   2

__BEGIN_DECLS
ssize_t getrandom(void *data, size_t length, unsigned int flags);
int getentropy(void *data, size_t length);
__END_DECLS

#endif
