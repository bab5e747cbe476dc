/* SPDX-License-Identifier: 0BSD */
/* service.h: one service, from the manifest to its process.
 *
 * | state | process | goes on when |
 * | --- | --- | --- |
 * | STOPPED | none | `svc start`; at boot: when what it needs is RUNNING |
 * | STARTING | yes | it says SVC_READY (RUNNING); services without prefixes are RUNNING at once |
 * | RUNNING | yes | its process ends: STARTING again, or FAILED when that happens too often;
 * STOPPED if it shall not restart | | FAILED | none | `svc start` |
 *
 * What outlives the process (endpoint, mounts, devices, account, kept memory) is made at the first
 * start. FAILED gives up the endpoint, so that clients get an error instead of waiting.
 */
#pragma once

#include <proto/flags.h>
#include "services.h"
#include "srv/srv.h"

struct service {
	struct service_text text;
	enum service_state state;
	bool wanted; /* shall run */
	uint32_t pid, starts, status;
	uint64_t window_ns; /* when the first of the restarts that are counted was */
	uint32_t restarts;  /* since then */
	uint64_t waits_ns;  /* since when it waits for what it needs; 0: it does not */
	struct srv_node node;
	struct srv_mount line; /* how it talks to the supervisor */
	/* CAP_NONE: not made yet */
	cap_t endpoint, account, kept, device[SERVICE_DEVICES];
	/* For the next run of it; 0: none. Room for SVC_LEFT_MAX, of which memory is there for what is used: behind
	 * `left_end` all are 0. */
	cap_t *left;
	unsigned left_end;
};

extern struct service service_table[SERVICES_MAX];
extern unsigned service_count;

void service_init(struct service *s, const struct service_text *text);

struct service *service_by_name(struct srv_name name);
struct service *service_by_pid(uint32_t pid);

/* Starts all that are wanted and whose needs are met; to be called after every change. Says who has
 * waited too long. */
void service_start_wanted(void);
/* Is somebody waiting for what it needs? Then service_start_wanted wants to be called again in a
 * while. */
bool service_waits(void);

void service_ready(struct service *s);
/* Its process has ended with `status`, as wait reports it. */
void service_ended(struct service *s, uint32_t status);

/* What `svc` asks for: 0, or -EALREADY: it is so. */
int service_start(struct service *s);
int service_stop(struct service *s);
int service_restart(struct service *s);
