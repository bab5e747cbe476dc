/* SPDX-License-Identifier: 0BSD */
/* sys.c: what the library asks of `sys` and of the supervisor. */
#include "srv/state.h"

#include <parley/clock.h>
#include <parley/syscall.h>
#include <proto/layout.h>
#include <proto/process.h>

static int64_t ask(cap_t to, struct os_words *words, const struct message_desc *desc)
{
	return os_send(to, words, desc, DEADLINE_FOREVER, 0);
}

int sys_endpoint(uint32_t connections, cap_t slot)
{
	struct message_desc desc = {.accept_count = 1, .land_min = slot, .land_max = slot};
	struct os_words words = {{PROC_ENDPOINT, connections}};
	int64_t r = ask(CAP_SELF_PROCESS, &words, &desc);

	return r < 0 ? (int)r : desc.landed[0] < 0 ? desc.landed[0] : 0;
}

int sys_grow(cap_t endpoint, uint32_t connections)
{
	struct message_desc desc = {.give_count = 1, .give = {endpoint}};
	struct os_words words = {{PROC_GROW, connections}};

	return (int)ask(CAP_SELF_PROCESS, &words, &desc);
}

int sys_cred(uint64_t number, struct proto_cred *out)
{
	OS_DESC(1)
	d = {.desc = {.receive_count = 1}};
	struct os_words words = {{PROC_CRED_GET, number}};

	d.desc.piece[0] = (struct message_piece){(uint64_t)out, sizeof(*out)};
	return (int)ask(CAP_SELF_PROCESS, &words, &d.desc);
}

static bool slot_taken(cap_t slot)
{
	struct os_words out;

	return os_cspace_info(CAP_SELF_CSPACE, slot, &out) >= 0;
}

int64_t sys_mount(const char *prefix, cap_t root, uint32_t flags)
{
	cap_t space = slot_taken(SLOT_MOUNT_RIGHT) ? SLOT_MOUNT_RIGHT : CAP_SELF_HOME;
	OS_DESC(1)
	d = {.desc = {.send_count = 1, .give_count = 1, .give = {root}}};
	struct os_words words = {{NS_MOUNT, flags}};
	int64_t r;

	d.desc.piece[0] = (struct message_piece){(uint64_t)prefix, strlen(prefix)};
	r = ask(space, &words, &d.desc);
	return r < 0 ? r : (int64_t)words.w[1];
}

int64_t sys_object(unsigned type)
{
	struct message_desc desc = {.accept_count = 1, .land_min = SLOT_DYNAMIC_MIN, .land_max = SLOT_DYNAMIC_MAX};
	struct os_words words = {{PROC_OBJECT, type}};
	int64_t r = ask(CAP_SELF_PROCESS, &words, &desc);

	return r < 0 ? r : desc.landed[0];
}

int64_t sys_open(const char *path)
{
	OS_DESC(1)
	d = {.desc = {.send_count = 1, .accept_count = 1, .land_min = SLOT_DYNAMIC_MIN, .land_max = SLOT_DYNAMIC_MAX}};
	struct os_words words = {{PATH_OPEN, O_RDWR, 0, 0, 0, strlen(path)}};
	int64_t r;

	d.desc.piece[0] = (struct message_piece){(uint64_t)path, strlen(path)};
	r = ask(CAP_SELF_HOME, &words, &d.desc);
	return r < 0 ? r : r > 0 ? -ELOOP : d.desc.landed[0];
}

void *sys_memory(uint64_t bytes)
{
	struct os_words words = {{MEM_MAP, 0, bytes, PROT_READ | PROT_WRITE}};

	return ask(CAP_SELF_PROCESS, &words, NULL) < 0 ? NULL : (void *)words.w[1];
}

bool sys_process_lives(uint32_t pid)
{
	struct os_words words = {{PROC_GROUP_GET, pid}};

	return ask(CAP_SELF_PROCESS, &words, NULL) != -ESRCH;
}

void sys_ready(void)
{
	struct os_words words = {{SVC_READY}};

	if (slot_taken(SLOT_SUPERVISOR))
		ask(SLOT_SUPERVISOR, &words, NULL);
}

/* ---- what lies with the supervisor ---- */

static int64_t ask_supervisor(struct os_words *words, struct message_desc *desc)
{
	return slot_taken(SLOT_SUPERVISOR) ? ask(SLOT_SUPERVISOR, words, desc) : -ENOENT;
}

int64_t srv_leave(cap_t slot)
{
	struct message_desc desc = {.give_count = 1, .give = {slot}};
	struct os_words words = {{SVC_LEAVE}};
	int64_t r = ask_supervisor(&words, &desc);

	return r < 0 ? r : (int64_t)words.w[1];
}

int64_t srv_fetch(uint32_t number)
{
	struct message_desc desc = {.accept_count = 1, .land_min = SLOT_DYNAMIC_MIN, .land_max = SLOT_DYNAMIC_MAX - 1};
	struct os_words words = {{SVC_FETCH, number}};
	int64_t r = ask_supervisor(&words, &desc);

	return r < 0 ? r : desc.landed[0];
}

int srv_discard(uint32_t number)
{
	struct os_words words = {{SVC_DISCARD, number}};

	return (int)ask_supervisor(&words, NULL);
}

uint64_t srv_realtime_ns(void) { return ((const struct info_page *)LAYOUT_INFO)->boot_realtime_ns + os_now_ns(); }
