/* SPDX-License-Identifier: 0BSD */
/* stat.h: what servers tell of a file and of a filesystem. */
#pragma once

#include <stdint.h>

struct proto_stat {
	uint64_t device;
	uint64_t inode;
	uint32_t mode; /* type and permissions, as in st_mode */
	uint32_t links;
	uint32_t uid, gid;
	uint64_t rdevice; /* of device nodes */
	uint64_t size_bytes;
	uint64_t blocks;      /* of 512 bytes */
	uint32_t block_bytes; /* good size for reading */
	uint32_t reserved;
	uint64_t accessed_ns, modified_ns, changed_ns; /* since 1970 */
};

struct proto_statvfs {
	uint64_t block_bytes, blocks, blocks_free, blocks_available;
	uint64_t files, files_free;
	uint64_t id, flags, name_max;
};

/* Device numbers: servers get one for each instance from their mount's number; minor below. */
#define PROTO_DEVICE(major, minor) ((uint64_t)(major) << 8 | (minor))

/* One name, as FILE_READDIR answers them: packed one behind the other, each 8-byte aligned. */
struct proto_dirent {
	uint64_t inode;
	uint64_t next;	       /* place behind this record, for FILE_SEEK */
	uint16_t length_bytes; /* of the record */
	uint8_t type;	       /* S_IFMT >> 12 */
	uint8_t name_bytes;
	char name[4]; /* name_bytes of them, and a NUL */
};
