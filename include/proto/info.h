/* SPDX-License-Identifier: 0BSD */
/* info.h: what `sys` tells of its containers: records of PROC_INFO, of which /proc is made.
 *
 * Kind and id choose; the place says where a list goes on: in lists of numbered things with the first whose number is not
 * below it. Numbers of containers never come again. The status of PROC_INFO is the count of records, of data the length.
 */
#pragma once

#include <stdint.h>

/* No answer is longer, but for texts and mounts. What does not fit into the asker's buffer is lost, though counted. */
#define INFO_CHUNK_BYTES 4096

enum info_kind {
	INFO_PROCESSES = 1, /* id 0: all; records: struct info_process */
	INFO_PROCESS,	    /* id: pid; one struct info_process */
	INFO_COMMAND,	    /* id: pid; data: arguments, NUL between */
	INFO_THREADS,	    /* id: pid; records: struct info_thread */
	INFO_VSPACE,	    /* id: address space; records: struct info_region */
	INFO_VSPACES,	    /* records: struct info_container, as for the next ones */
	INFO_FDSPACES,
	INFO_FDSPACE, /* id; records: struct info_slot */
	INFO_CONTEXTS,
	INFO_CONTEXT, /* id; data: root's path, NUL, working directory's path if known, NUL */
	INFO_NAMESPACES,
	INFO_NAMESPACE, /* id; records: struct proto_mount (flags.h) */
	INFO_ACCOUNTS,	/* records: struct info_account */
	INFO_ACCOUNT,
	INFO_GROUPS, /* records: struct info_group */
	INFO_GROUP,  /* id; records: uint32_t pid */
	INFO_MEMORY, /* one struct info_memory */
};

struct info_process {
	uint32_t pid, parent, group, session;
	uint32_t uid, euid, gid, egid;
	uint32_t terminal, threads;
	uint32_t state; /* letter: R S D T Z */
	uint32_t account;
	uint64_t start_ns, user_ns, children_ns;
	uint64_t memory_bytes, resident_bytes;
	uint64_t pending, ignored, caught;
	char name[32];
};

struct info_thread {
	uint32_t tid, state, priority, base_priority;
	uint32_t cpu, waits_for_pid, waits_for_tid, policy;
	uint64_t time_ns, blocked, cpus; /* cpus: that it may use, bit n is CPU n */
	uint32_t vspace, fdspace, context, namespace, account, number;
};

struct info_region {
	uint64_t start, end, offset;
	uint32_t protection; /* PROT_ | MEM_ flags << 8 */
	uint32_t object;
	uint64_t resident_bytes;
};

struct info_container {
	uint32_t id, threads, references, parent;
	uint64_t size; /* address space: resident bytes; descriptor space: slots in use; name space:
			  mounts */
};

struct info_slot {
	uint32_t slot, type, rights, flags; /* abi/object.h, abi/right.def; SLOT_ flags */
};

struct info_account {
	uint32_t id, processes;
	uint64_t memory_bytes, memory_limit_bytes, objects, objects_limit;
	uint64_t processes_limit, time_ns;
};

struct info_group {
	uint32_t id, session, processes, terminal;
};

struct info_memory {
	uint64_t total_bytes, free_bytes, kernel_bytes, pool_bytes;
	uint64_t objects, frames; /* kernel objects; frames of programs' memory */
	uint64_t records_bytes;	  /* of sys itself */
};
