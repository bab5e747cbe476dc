/* SPDX-License-Identifier: 0BSD */
/* cred.c: credentials, and what they allow: numbers, priorities, descriptors of others. */
#include "sys/world.h"

#include <abi/thread.h>

static int64_t set_cred(uint32_t fields, const struct proto_cred *cred)
{
	struct call c = {
	    .to = CAP_SELF_PROCESS, .op = PROC_CRED_SET, .w1 = fields, .data = cred, .bytes = sizeof(*cred)};
	struct os_words words;

	return sys_call(&c, &words, NULL);
}

static void become_another(void *arg)
{
	struct proto_cred cred = {.uid = 1000, .gid = 100}, got;
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_CRED_GET, .reply = &got, .reply_bytes = sizeof(got)};
	struct os_words words;
	bool ok = set_cred(CRED_GID | CRED_POSIX, &cred) == 0 && set_cred(CRED_UID | CRED_POSIX, &cred) == 0;

	ok = ok && sys_call(&c, &words, NULL) >= 0 && got.uid == 1000 && got.euid == 1000 && got.suid == 1000 &&
	     got.egid == 100;
	cred.uid = 0;
	ok = ok && set_cred(CRED_UID | CRED_POSIX, &cred) == -EPERM;
	ok = ok && proc_kill(info()->parent, SIGTERM) == -EPERM && proc_kill(info()->parent, 0) == -EPERM;
	ok = ok && info()->uid == 1000 && info()->euid == 1000 && info()->gid == 100 && info()->cred != 0;
	ok = ok && ns_call(CAP_SELF_HOME, NS_CHROOT, 0, 0, "/", CAP_NONE, NULL) == -EPERM;
	c.w1 = info()->cred + 1000;
	ok = ok && sys_call(&c, &words, NULL) == -ESRCH;
	child_exit(ok ? 7 : 1);
}

TEST(cred, credentials_follow_posix)
{
	struct proto_cred got = {.uid = 5};
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_CRED_GET, .reply = &got, .reply_bytes = sizeof(got)};
	struct os_words words;

	EXPECT_EQ(child_run(become_another, NULL), WAIT_EXITED(7));
	EXPECT_OK(sys_call(&c, &words, NULL));
	EXPECT_EQ(got.uid, 0);
}

static cap_t made(uint32_t op, uint64_t what)
{
	struct call c = {.to = CAP_SELF_PROCESS, .op = op, .w1 = what};
	struct os_words words;
	cap_t slot;

	return sys_call(&c, &words, &slot) < 0 ? CAP_NONE : slot;
}

/* By the kernel's own calls, past sys. */
static void rise_by_pulses(void *arg)
{
	struct proto_cred cred = {.uid = 1000};
	cap_t endpoint = made(PROC_ENDPOINT, 1), event = made(PROC_OBJECT, OBJ_EVENT);
	bool ok =
	    os_event_configure(event, endpoint, 1, 199) == 0 && os_event_configure(event, endpoint, 1, 200) == -EPERM;
	struct os_received pulse;
	struct os_words own;
	uint32_t priority;

	os_thread_info(CAP_SELF_THREAD, &own);
	priority = (uint32_t)own.w[THREAD_INFO_BASE_PRIORITY];
	ok = ok && set_cred(CRED_UID | CRED_POSIX, &cred) == 0 &&
	     os_event_configure(event, endpoint, 1, priority + 1) == -EPERM &&
	     os_thread_set_priority(CAP_SELF_THREAD, priority + 1, 0, 0) == -EPERM &&
	     os_event_configure(event, endpoint, 1, priority) == 0 && os_connect(endpoint, 1, 20, 20, 0, &own) == 20 &&
	     os_cspace_delete(CAP_SELF_CSPACE, 20) == 0 && os_receive(endpoint, &pulse, NULL, DEADLINE_NOW) >= 0 &&
	     INFO_KIND(pulse.info) == MESSAGE_DISCONNECT && INFO_PRIORITY(pulse.info) <= priority;
	child_exit(ok ? 7 : 1);
}

TEST(cred, a_user_does_not_rise_by_pulses) { EXPECT_EQ(child_run(rise_by_pulses, NULL), WAIT_EXITED(7)); }

/* What descriptor FD of process PID is, in *CAP. */
static int64_t descriptor_of(int64_t pid, uint64_t fd, cap_t *cap)
{
	struct call c = {.to = CAP_SELF_PROCESS, .op = PROC_DESCRIPTOR, .w1 = (uint64_t)pid, .w2 = fd};
	struct os_words words;

	return sys_call(&c, &words, cap);
}

static void take_roots_descriptor(void *arg)
{
	struct proto_cred cred = {.uid = 1000};
	bool ok = set_cred(CRED_UID | CRED_POSIX, &cred) == 0;
	cap_t copy;

	child_exit(ok && descriptor_of(info()->parent, 9, &copy) == -EPERM ? 7 : 1);
}

TEST(cred, a_descriptor_can_be_had_from_another)
{
	cap_t copy;
	int64_t pid;

	share_begin();
	EXPECT_OK(os_cspace_copy(CAP_SELF_CSPACE, CAP_SELF_CSPACE, SLOT_MOUNT_RIGHT, 9, 9, RIGHTS_ALL, 0));
	EXPECT_OK(os_cspace_copy(CAP_SELF_CSPACE, CAP_SELF_CSPACE, SLOT_MOUNT_RIGHT, SLOT_OPEN_MAX, SLOT_OPEN_MAX,
				 RIGHTS_ALL, 0));
	pid = child_start(child_sleep, NULL);
	flag_wait(0, 1);
	EXPECT_OK(descriptor_of(pid, 9, &copy));
	drop(copy);
	EXPECT_EQ(descriptor_of(pid, 8, &copy), -EBADF);
	EXPECT_EQ(descriptor_of(pid, SLOT_OPEN_MAX, &copy), -EBADF);
	EXPECT_EQ(descriptor_of(99999, 9, &copy), -ESRCH);
	proc_kill(pid, SIGKILL);
	EXPECT_EQ(status_of(pid), SIGKILL);
	EXPECT_EQ(child_run(take_roots_descriptor, NULL), WAIT_EXITED(7));
	drop(9);
	drop(SLOT_OPEN_MAX);
	share_end();
}
