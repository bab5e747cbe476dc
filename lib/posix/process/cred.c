/* SPDX-License-Identifier: 0BSD */
/* cred.c: changing who one is. `sys` applies POSIX's rules to the fields that a call means. */
#include <errno.h>
#include <grp.h>
#include <string.h>
#include <unistd.h>
#include "posix/internal.h"
#include "posix/process.h"

#define SAME ((uint32_t)-1)

static int set(const struct proto_cred *cred, uint32_t fields)
{
	posix_desc d;
	struct os_words w = {{PROTO_WORD0(PROC_CRED_SET, 0, 0), fields}};

	if (!fields)
		return 0;
	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.send_count = 1;
	d.desc.piece[0] = posix_piece(cred, sizeof(*cred));
	return posix_zero(posix_send(CAP_SELF_PROCESS, &w, &d.desc));
}

static int64_t get(struct proto_cred *cred)
{
	posix_desc d;
	struct os_words w = {{PROTO_WORD0(PROC_CRED_GET, 0, 0), posix_info->cred}};

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.receive_count = 1;
	d.desc.piece[0] = posix_piece(cred, sizeof(*cred));
	return posix_send(CAP_SELF_PROCESS, &w, &d.desc);
}

int setuid(uid_t uid)
{
	struct proto_cred cred = {.uid = uid};

	return uid == SAME ? posix_zero(-EINVAL) : set(&cred, CRED_UID | CRED_POSIX);
}

int setgid(gid_t gid)
{
	struct proto_cred cred = {.gid = gid};

	return gid == SAME ? posix_zero(-EINVAL) : set(&cred, CRED_GID | CRED_POSIX);
}

int seteuid(uid_t uid)
{
	struct proto_cred cred = {.euid = uid};

	return uid == SAME ? posix_zero(-EINVAL) : set(&cred, CRED_EUID);
}

int setegid(gid_t gid)
{
	struct proto_cred cred = {.egid = gid};

	return gid == SAME ? posix_zero(-EINVAL) : set(&cred, CRED_EGID);
}

int setresuid(uid_t real, uid_t effective, uid_t saved)
{
	struct proto_cred cred = {.uid = real, .euid = effective, .suid = saved};

	return set(&cred, (real == SAME ? 0 : CRED_UID) | (effective == SAME ? 0 : CRED_EUID) |
			      (saved == SAME ? 0 : CRED_SUID));
}

int setresgid(gid_t real, gid_t effective, gid_t saved)
{
	struct proto_cred cred = {.gid = real, .egid = effective, .sgid = saved};

	return set(&cred, (real == SAME ? 0 : CRED_GID) | (effective == SAME ? 0 : CRED_EGID) |
			      (saved == SAME ? 0 : CRED_SGID));
}

/* The saved id follows the effective one when the real one is set, or the effective one leaves it. */
int setreuid(uid_t real, uid_t effective)
{
	uid_t now = effective == SAME ? geteuid() : effective;
	bool save = real != SAME || (effective != SAME && effective != getuid());

	return setresuid(real, effective, save ? now : SAME);
}

int setregid(gid_t real, gid_t effective)
{
	gid_t now = effective == SAME ? getegid() : effective;
	bool save = real != SAME || (effective != SAME && effective != getgid());

	return setresgid(real, effective, save ? now : SAME);
}

int getresuid(uid_t *real, uid_t *effective, uid_t *saved)
{
	struct proto_cred cred;
	int64_t r = get(&cred);

	if (r >= 0) {
		*real = cred.uid;
		*effective = cred.euid;
		*saved = cred.suid;
	}
	return posix_zero(r);
}

int getresgid(gid_t *real, gid_t *effective, gid_t *saved)
{
	struct proto_cred cred;
	int64_t r = get(&cred);

	if (r >= 0) {
		*real = cred.gid;
		*effective = cred.egid;
		*saved = cred.sgid;
	}
	return posix_zero(r);
}

int getgroups(int count, gid_t groups[])
{
	struct proto_cred cred;
	int64_t r = get(&cred);

	if (r >= 0 && (count < 0 || (count && (uint32_t)count < cred.group_count)))
		r = -EINVAL;
	if (r >= 0) {
		r = cred.group_count;
		if (count)
			memcpy(groups, cred.groups, cred.group_count * sizeof(*groups));
	}
	return (int)posix_result(r);
}

int setgroups(int count, const gid_t *groups)
{
	struct proto_cred cred = {.group_count = (uint32_t)count};

	if (count < 0 || (size_t)count > sizeof(cred.groups) / sizeof(cred.groups[0]))
		return posix_zero(-EINVAL);
	memcpy(cred.groups, groups, (size_t)count * sizeof(*groups));
	return set(&cred, CRED_GROUPS);
}
