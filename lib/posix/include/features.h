/* SPDX-License-Identifier: 0BSD */
/* features.h: what glibc calls sys/features.h. */
#ifndef PARLEY_FEATURES_H
#define PARLEY_FEATURES_H

#include <sys/features.h>

#endif
