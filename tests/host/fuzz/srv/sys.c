/* SPDX-License-Identifier: 0BSD */
/* sys.c: what `sys` and the supervisor answer the server, and what they do not give by chance. */
#include "host/fuzz/srv/machine.h"

#include <parley/clock.h>
#include <proto/flags.h>
#include <proto/info.h>
#include <proto/layout.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include "lib/bits.h"
#include "lib/string.h"

const struct info_page fuzz_info;

uint64_t os_now_ns(void)
{
	static uint64_t now;

	return now += 1000;
}

/* Record `number`, into the asker's buffer: users 0 to 3, in groups that are not only their own. */
static int64_t cred_get(uint64_t number, const struct message_desc *desc)
{
	uint32_t id = (uint32_t)(number & 3) * 1000;
	struct proto_cred *out = (struct proto_cred *)desc->piece[0].address;

	if (machine_chance(6))
		return -ESRCH;
	*out = (struct proto_cred){.uid = id, .euid = id, .gid = id, .egid = id, .group_count = 1, .groups = {1000}};
	return 0;
}

static int64_t process_info(const struct message_desc *desc)
{
	struct info_process *p = (struct info_process *)desc->piece[0].address;

	if (machine_random(2))
		return -ESRCH;
	p->state = machine_random(4) ? 'R' : 'Z';
	return 1;
}

static int64_t land(const struct message_desc *desc, enum slot_kind kind, unsigned fails)
{
	int64_t slot = machine_chance(fails) ? -ENOMEM : slot_new(kind, NULL);

	((struct message_desc *)desc)->landed[0] = (int32_t)slot;
	return machine_chance(fails) && slot < 0 ? slot : 0;
}

static int64_t wanted(struct os_words *w)
{
	w->w[1] = 1 + machine_random(8);
	w->w[2] = machine_random(80) * 4096;
	w->w[3] = machine_random(3) ? 0 : (1 + machine_random(20)) * 4096;
	return 0;
}

static int64_t memory(struct os_words *w, uint64_t bytes)
{
	w->w[1] = (uint64_t)machine_alloc(bytes);
	return 0;
}

/* Memory objects answer all that is asked of them. */
static int64_t object(struct os_words *w)
{
	if (PROTO_OP(w->w[0]) == MEM_USED)
		w->w[1] = !machine_calm && machine_random(2);
	return machine_chance(8) ? -ENOMEM : 0;
}

/* What is left with the supervisor goes with the world. */
static int64_t supervisor(struct os_words *w)
{
	static uint64_t left;

	if (PROTO_OP(w->w[0]) == SVC_LEAVE && machine_chance(8))
		return -ENOSPC;
	if (PROTO_OP(w->w[0]) == SVC_LEAVE)
		w->w[1] = left++;
	return 0;
}

int64_t os_send(cap_t connection, struct os_words *w, const struct message_desc *desc, uint64_t deadline_ns,
		unsigned flags)
{
	if (connection == CAP_SELF_HOME) /* the unix server */
		return land(desc, SLOT_LASTING, 4);
	if (connection == SLOT_SUPERVISOR && machine_keeps)
		return supervisor(w);
	if (connection != CAP_SELF_PROCESS) {
		if (!slot_used(connection))
			machine_fail("sends to an empty slot", connection);
		return object(w);
	}
	switch (PROTO_OP(w->w[0])) {
	case MEM_MAP:
		return memory(w, w->w[2]);
	case MEM_RESERVE:
		return memory(w, w->w[1]);
	case MEM_EXTENT:
		return land(desc, SLOT_LASTING, 4);
	case MEM_OBJECT:
		return land(desc, SLOT_OBJECT, 4);
	case MEM_WANTED:
		return wanted(w);
	case PROC_OBJECT:
		return land(desc, SLOT_LASTING, 1000000);
	case PROC_GROW:
		return machine_chance(4) ? -ENOMEM : 0;
	case PROC_CRED_GET:
		return cred_get(w->w[1], desc);
	case PROC_INFO:
		return process_info(desc);
	default:
		machine_fail("asks sys for what it should not need", w->w[0]);
	}
}
