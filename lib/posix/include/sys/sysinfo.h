/* SPDX-License-Identifier: 0BSD */
/* sys/sysinfo.h: figures of the whole system. */
#ifndef PARLEY_SYS_SYSINFO_H
#define PARLEY_SYS_SYSINFO_H

#include <sys/cdefs.h>

#define SI_LOAD_SHIFT 16

struct sysinfo {
	long uptime; /* seconds */
	unsigned long loads[3];
	unsigned long totalram, freeram, sharedram, bufferram;
	unsigned long totalswap, freeswap;
	unsigned short procs;
	unsigned long totalhigh, freehigh;
	unsigned int mem_unit; /* bytes in which the amounts are given */
};

__BEGIN_DECLS
int sysinfo(struct sysinfo *info);
int get_nprocs(void);
int get_nprocs_conf(void);
__END_DECLS

#endif
