/* SPDX-License-Identifier: 0BSD */
/* message.c: see message.h. */
#include <parley/message.h>
#include <proto/flags.h>
#include <proto/info.h>
#include <proto/layout.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include "lib/string.h"
#include "message.h"

#define WEXITED 4
#define P_ALL	0

typedef OS_DESC(1) descriptor;

/* Sends `words`, with a text and a capability to give (CAP_NONE: none), and takes one capability if
 * `accept`: then its slot is the answer. */
static int64_t transact(cap_t to, struct os_words *words, const char *text, cap_t give, bool accept)
{
	descriptor d = {.desc = {.send_count = text != NULL,
				 .give_count = give != CAP_NONE,
				 .give = {give},
				 .accept_count = accept,
				 .land_min = SLOT_DYNAMIC_MIN,
				 .land_max = SLOT_DYNAMIC_MAX}};
	int64_t status;

	if (text)
		d.desc.piece[0] = (struct message_piece){(uint64_t)text, strlen(text)};
	status = os_send(to, words, &d.desc, DEADLINE_FOREVER, 0);
	return status < 0 || !accept ? status : d.desc.landed[0];
}

int64_t message_open(const char *path, uint32_t flags)
{
	struct os_words words = {{PROTO_WORD0(PATH_OPEN, 0, 0), flags, 0, 0, 0, strlen(path)}};

	return transact(CAP_SELF_HOME, &words, path, CAP_NONE, true);
}

int64_t message_read(cap_t file, uint64_t offset, void *to, uint64_t bytes)
{
	struct os_words words = {{PROTO_WORD0(FILE_READ, 0, 0), offset, bytes}};
	descriptor d = {.desc = {.receive_count = 1}};

	d.desc.piece[0] = (struct message_piece){(uint64_t)to, bytes};
	return os_send(file, &words, &d.desc, DEADLINE_FOREVER, 0);
}

int64_t message_endpoint(unsigned connections)
{
	struct os_words words = {{PROTO_WORD0(PROC_ENDPOINT, 0, 0), connections}};

	return transact(CAP_SELF_PROCESS, &words, NULL, CAP_NONE, true);
}

int64_t message_object(enum object_type type)
{
	struct os_words words = {{PROTO_WORD0(PROC_OBJECT, 0, 0), type}};

	return transact(CAP_SELF_PROCESS, &words, NULL, CAP_NONE, true);
}

int64_t message_ram(uint64_t bytes)
{
	struct os_words words = {{PROTO_WORD0(MEM_EXTENT, 0, 0), bytes}};

	return transact(CAP_SELF_PROCESS, &words, NULL, CAP_NONE, true);
}

int64_t message_device_memory(uint64_t address, uint64_t bytes, uint64_t *offset)
{
	struct os_words words = {{PROTO_WORD0(MEM_EXTENT, MEM_DEVICE, 0), bytes, address}};
	int64_t slot = transact(CAP_SELF_PROCESS, &words, NULL, SLOT_SYSTEM, true);

	*offset = words.w[1];
	return slot;
}

/* The root's server is to say, of a name that leads to PREFIX, that something is mounted there: names relative to the root are
 * sent to it. Where it has no such name, there are absolute ones alone. */
static void mark(const char *prefix)
{
	static int64_t root = -1;
	uint64_t bytes = 0;
	struct os_words words = {{PROTO_WORD0(PATH_MARK, 0, 0), 1}};
	descriptor d = {.desc = {.send_count = 1}};

	if (root < 0)
		root = message_open("/", O_PATH);
	while (prefix[1 + bytes] && prefix[1 + bytes] != '/')
		bytes++;
	if (root < 0 || !bytes)
		return;
	words.w[5] = bytes;
	d.desc.piece[0] = (struct message_piece){(uint64_t)prefix + 1, bytes};
	os_send((cap_t)root, &words, &d.desc, DEADLINE_FOREVER, 0);
}

int64_t message_mount(const char *prefix, cap_t connection, bool file)
{
	struct os_words words = {{PROTO_WORD0(NS_MOUNT, 0, 0), NS_MOUNT_SYNTHETIC | (file ? NS_MOUNT_FILE : 0)}};

	mark(prefix);
	return transact(CAP_SELF_HOME, &words, prefix, connection, false);
}

int64_t message_unmount(const char *prefix)
{
	struct os_words words = {{PROTO_WORD0(NS_UNMOUNT, 0, 0)}};

	return transact(CAP_SELF_HOME, &words, prefix, CAP_NONE, false);
}

static int64_t set_limit(cap_t account, unsigned what, uint64_t amount)
{
	struct os_words words = {{PROTO_WORD0(PROC_ACCOUNT, 0, 0), ACCOUNT_LIMIT, what, amount}};

	return transact(CAP_SELF_PROCESS, &words, NULL, account, false);
}

#define OBJECTS_MAX   16384
#define PROCESSES_MAX 256

int64_t message_account(uint64_t memory_bytes)
{
	struct os_words words = {{PROTO_WORD0(PROC_ACCOUNT, 0, 0), ACCOUNT_NEW}};
	int64_t slot = transact(CAP_SELF_PROCESS, &words, NULL, CAP_NONE, true), status;

	if (slot < 0)
		return slot;
	status = set_limit((cap_t)slot, ACCOUNT_MEMORY, memory_bytes);
	if (status >= 0)
		status = set_limit((cap_t)slot, ACCOUNT_OBJECTS, OBJECTS_MAX);
	if (status >= 0)
		status = set_limit((cap_t)slot, ACCOUNT_PROCESSES, PROCESSES_MAX);
	return status < 0 ? status : slot;
}

int64_t message_kill(uint32_t pid, unsigned signal)
{
	struct os_words words = {{PROTO_WORD0(PROC_KILL, 0, 0), pid, signal}};

	return os_send_words(CAP_SELF_PROCESS, &words);
}

int64_t message_wait(uint32_t *status)
{
	struct os_words words = {{PROTO_WORD0(PROC_WAIT, 0, 0), P_ALL, 0, WEXITED}};
	int64_t result = os_send_words(CAP_SELF_PROCESS, &words);

	*status = (uint32_t)words.w[2];
	return result < 0 ? result : (int64_t)words.w[1];
}

int64_t message_thread(void (*entry)(void), void *stack_end)
{
	struct os_words words = {
	    {PROTO_WORD0(PROC_THREAD, THREAD_DETACHED, 0), (uint64_t)entry, (uint64_t)stack_end - sizeof(uint64_t)}};

	return os_send_words(CAP_SELF_PROCESS, &words);
}

int64_t message_power(unsigned action)
{
	struct os_words words = {{PROTO_WORD0(PROC_POWER, 0, 0), action}};

	return os_send_words(CAP_SELF_PROCESS, &words);
}

int64_t message_processes(uint64_t *place, uint32_t pids[MESSAGE_PIDS])
{
	static struct info_process records[MESSAGE_PIDS];
	struct os_words words = {{PROTO_WORD0(PROC_INFO, 0, 0), INFO_PROCESSES, 0, *place}};
	descriptor d = {.desc = {.receive_count = 1}};
	int64_t count;

	d.desc.piece[0] = (struct message_piece){(uint64_t)records, sizeof(records)};
	count = os_send(CAP_SELF_PROCESS, &words, &d.desc, DEADLINE_FOREVER, 0);
	*place = count < 0 ? 0 : words.w[1];
	for (int64_t i = 0; i < count; i++)
		pids[i] = records[i].pid;
	return count;
}
