/* SPDX-License-Identifier: 0BSD */
/* stdlib.h: newlib's, and what POSIX adds for pseudo terminals and memory. */
#ifndef PARLEY_STDLIB_H
#define PARLEY_STDLIB_H

/* Two of newlib's inventions, whose names programs have for functions of their own. */
#define itoa __itoa
#define utoa __utoa
#include_next <stdlib.h>
#undef itoa
#undef utoa

__BEGIN_DECLS
char *canonicalize_file_name(const char *path);
int clearenv(void);
int getloadavg(double loads[], int count);
int getpt(void);
int grantpt(int controller);
int mkostemp(char *name, int flags);
int mkostemps(char *name, int suffix, int flags);
int posix_openpt(int flags);
char *ptsname(int controller);
int ptsname_r(int controller, char *name, size_t size);
char *realpath(const char *__restrict path, char *__restrict resolved);
int unlockpt(int controller);
__END_DECLS

#endif
