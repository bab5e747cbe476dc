/* SPDX-License-Identifier: 0BSD */
/* services.h: the text of /etc/services, parsed.
 *
 * The text was made and checked by boot/manifest; docs/system/manifest.md says what may stand in
 * it. Parsing is strict all the same: whatever is not understood is an error with its line.
 *
 * A table holds at most SERVICES_MAX services and points into the text, in which ends of words
 * become NULs: the text must live as long as the table.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVICES_MAX	 48
#define SERVICE_WORDS	 32 /* the program and its arguments */
#define SERVICE_PREFIXES 24
#define SERVICE_NEEDS	 8
#define SERVICE_DEVICES	 8
#define SERVICE_ENV	 8

struct service_prefix {
	const char *path;
	bool file;
};

struct service_need {
	const char *path;
	uint32_t seconds;
};

enum device_kind { DEVICE_PORTS, DEVICE_IRQ_ISA, DEVICE_IRQ_GSI, DEVICE_DISPLAY, DEVICE_MEMORY };

/* The n-th of a service lies in its slot SLOT_DEVICE_MIN + n. */
struct service_device {
	enum device_kind kind;
	uint64_t first, count; /* ports; line, mode (irq.h); address, bytes */
};

struct service_text {
	const char *name;
	const char *argument[SERVICE_WORDS + 1]; /* NULL behind the last; [0] is the program's path */
	const char *environment[SERVICE_ENV + 1];
	struct service_prefix prefix[SERVICE_PREFIXES];
	struct service_need need[SERVICE_NEEDS];
	struct service_device device[SERVICE_DEVICES];
	unsigned prefixes, needs, devices;
	uint32_t priority;
	uint64_t cpus;		       /* bit n: CPU n; all: any */
	uint32_t budget_us, period_us; /* 0: none of its own */
	uint64_t memory_bytes;	       /* 0: no limit */
	uint64_t keep_bytes;
	uint32_t uid, gid;
	uint32_t system_rights;		    /* RIGHT_SYSTEM_ */
	uint32_t restarts, restart_seconds; /* restarts 0: never */
	bool terminal;
};

/* Parses `text` (len_bytes, and one writable byte behind) into at most SERVICES_MAX entries of
 * `table`. Answers their count, or -EINVAL with *line = the number of the line that is wrong, or
 * -E2BIG. */
int64_t services_parse(char *text, size_t len_bytes, struct service_text *table, unsigned *line);
