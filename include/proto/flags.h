/* SPDX-License-Identifier: 0BSD */
/* flags.h: the flags and small constants of the protocols, beside the tables that use them.
 *
 * O_, S_IF, SEEK_, PROT_, MSG_, P_, W and signal numbers are those of the C library's headers.
 */
#pragma once

#include <stdint.h>

/* path */
enum {
	PATH_NOFOLLOW = 1 << 0,
	PATH_REAL_IDS = 1 << 1,
	PATH_DIRECTORY = 1 << 2,
	PATH_NOREPLACE = 1 << 3,
	PATH_PAIR = 1 << 4,
};
#define PATH_REDIRECT	   0x10000 /* status: greater than any length that is one */
#define PATH_REDIRECTS_MAX 40
#define PATH_FORWARDED	   (1ull << 63)
#define PATH_MOUNT(w6)	   ((uint32_t)(w6))	     /* number of the mount */
#define PATH_BYTES(w5)	   ((unsigned)((w5)&0xffff)) /* length of the first text */
#define PATH_TEXT_MAX	   4096			     /* with the NUL that programs count */
#define PATH_NAME_MAX	   255
#define PATH_TIME_NOW	   0xfffffffffffffffeull
#define PATH_TIME_OMIT	   0xffffffffffffffffull

/* file */
#define FILE_HERE     0xffffffffffffffffull
#define FILE_LOCK_OFD (1u << 0)
/* Ready masks are poll's own: POLLIN, POLLOUT, POLLPRI, POLLHUP, POLLERR, POLLRDHUP. */

/* mem */
enum {
	MEM_FIXED = 1 << 0,  /* exactly there, over what is there */
	MEM_SHARED = 1 << 1, /* else private: copied on write */
	MEM_STACK = 1 << 2,  /* grows down as it is touched */
	MEM_POPULATE = 1 << 3,
	MEM_RESERVED = 1 << 4, /* charged now, not when touched */
	MEM_PAGED = 1 << 5,
	MEM_NEXT = 1 << 6,
	MEM_CONTIGUOUS = 1 << 7,
	MEM_PHYS = 1 << 8,
	MEM_NOREPLACE = 1 << 9, /* with MEM_FIXED: EEXIST where something is */
	MEM_DEVICE = 1 << 10,	/* device memory at a physical address */
};
enum { MEM_ADVICE_POPULATE, MEM_ADVICE_PIN, MEM_ADVICE_DROP };

/* ns */
enum {
	NS_MOUNT_FILE = 1 << 0,	     /* the capability is an object, not a directory */
	NS_MOUNT_SYNTHETIC = 1 << 1, /* directories above it that no server has appear by themselves */
	NS_EMPTY = 1 << 2,
	NS_SHARE = 1 << 3,
};
struct proto_mount {
	uint32_t number;
	uint16_t prefix_bytes; /* behind this record, padded to 8 */
	uint16_t flags;
	uint64_t server; /* pid of who mounted it */
};

/* proc */
#define BUILD_REPLACE	1u
#define BUILD_HANDLE	2u /* answer the handle of the new process */
#define KILL_QUEUE	1u
#define KILL_THREAD	2u
#define KILL_TIMER	4u /* with KILL_QUEUE: a timer of the sender's own expired */
#define ALARM_ASK	1u /* only answer */
#define THREAD_DETACHED 1u
#define LIMIT_SET	1u
#define CPUS_SET	1u
/* PROC_CONTROL's commands: to processes (all) and to groups (the first three). */
enum { CONTROL_STOP = 1, CONTROL_CONTINUE, CONTROL_KILL, CONTROL_SUBREAPER };
enum { ACCOUNT_NEW = 1, ACCOUNT_MOVE, ACCOUNT_BIND, ACCOUNT_LIMIT };
enum { ACCOUNT_MEMORY = 1, ACCOUNT_OBJECTS, ACCOUNT_PROCESSES };

/* The sender stamp, as sys writes it: who = process << 32 | process group, cred = number of the
 * record. */
#define STAMP_PID(who)	 ((uint32_t)((who) >> 32))
#define STAMP_GROUP(who) ((uint32_t)(who))

struct proto_cred {
	uint32_t uid, euid, suid;
	uint32_t gid, egid, sgid;
	uint32_t group_count;
	uint32_t groups[33];
};
enum {
	CRED_UID = 1 << 0,
	CRED_EUID = 1 << 1,
	CRED_SUID = 1 << 2,
	CRED_GID = 1 << 3,
	CRED_EGID = 1 << 4,
	CRED_SGID = 1 << 5,
	CRED_GROUPS = 1 << 6,
	CRED_POSIX = 1 << 7, /* setuid(2)'s rule: CRED_UID (or _GID) alone sets all three for root,
				else the effective */
};

/* svc */
struct proto_service {
	char name[24];
	uint32_t pid;
	uint32_t state; /* enum service_state */
	uint32_t starts;
	uint32_t status; /* of its last end, as wait reports it */
};
#define SVC_LEFT_MAX 4096 /* capabilities that a service may leave with the supervisor */
enum service_state { SERVICE_STOPPED, SERVICE_STARTING, SERVICE_RUNNING, SERVICE_FAILED };
