/* SPDX-License-Identifier: 0BSD */
/* shadow.h: passwords, for those who may read them. */
#ifndef PARLEY_SHADOW_H
#define PARLEY_SHADOW_H

#include <sys/cdefs.h>
#include <paths.h>
#include <stdio.h>

#define SHADOW _PATH_SHADOW

struct spwd {
	char *sp_namp, *sp_pwdp;
	long sp_lstchg, sp_min, sp_max, sp_warn, sp_inact, sp_expire;
	unsigned long sp_flag;
};

__BEGIN_DECLS
struct spwd *getspnam(const char *name);
int getspnam_r(const char *name, struct spwd *entry, char *buffer, size_t size, struct spwd **result);
__END_DECLS

#endif
