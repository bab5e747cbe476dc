/* SPDX-License-Identifier: 0BSD */
/* sys/mman.h: memory and the mapping of files. Numbers as on Linux. */
#ifndef PARLEY_SYS_MMAN_H
#define PARLEY_SYS_MMAN_H

#include <sys/cdefs.h>
#include <sys/types.h>

#define PROT_NONE	      0
#define PROT_READ	      1
#define PROT_WRITE	      2
#define PROT_EXEC	      4

#define MAP_SHARED	      0x00001
#define MAP_PRIVATE	      0x00002
#define MAP_TYPE	      0x0000f
#define MAP_FIXED	      0x00010
#define MAP_ANONYMOUS	      0x00020
#define MAP_ANON	      MAP_ANONYMOUS
#define MAP_GROWSDOWN	      0x00100
#define MAP_LOCKED	      0x02000
#define MAP_NORESERVE	      0x04000
#define MAP_POPULATE	      0x08000
#define MAP_STACK	      0x20000
#define MAP_FIXED_NOREPLACE   0x100000
#define MAP_FILE	      0
#define MAP_FAILED	      ((void *)-1)

#define MS_ASYNC	      1
#define MS_INVALIDATE	      2
#define MS_SYNC		      4

#define MCL_CURRENT	      1
#define MCL_FUTURE	      2

#define MREMAP_MAYMOVE	      1
#define MREMAP_FIXED	      2

#define MADV_NORMAL	      0
#define MADV_RANDOM	      1
#define MADV_SEQUENTIAL	      2
#define MADV_WILLNEED	      3
#define MADV_DONTNEED	      4
#define MADV_FREE	      8

#define POSIX_MADV_NORMAL     MADV_NORMAL
#define POSIX_MADV_RANDOM     MADV_RANDOM
#define POSIX_MADV_SEQUENTIAL MADV_SEQUENTIAL
#define POSIX_MADV_WILLNEED   MADV_WILLNEED
#define POSIX_MADV_DONTNEED   MADV_DONTNEED

__BEGIN_DECLS
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset);
int munmap(void *address, size_t length);
int mprotect(void *address, size_t length, int protection);
int msync(void *address, size_t length, int flags);
void *mremap(void *address, size_t length, size_t new_length, int flags, ...);
int mincore(void *address, size_t length, unsigned char *present);
int madvise(void *address, size_t length, int advice);
int posix_madvise(void *address, size_t length, int advice);
int mlock(const void *address, size_t length);
int munlock(const void *address, size_t length);
int mlockall(int flags);
int munlockall(void);
int shm_open(const char *name, int flags, mode_t mode);
int shm_unlink(const char *name);
__END_DECLS

#endif
