/* SPDX-License-Identifier: 0BSD */
/* mount.c: the name space: what is mounted where.
 *
 * The right to mount is a capability. Whoever has it has it in SLOT_MOUNT_RIGHT; whoever has none
 * asks its own context, and is refused where that is right.
 */
#include "posix/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "path.h"

static bool has_mount_right(void)
{
	struct os_words w;

	return os_cspace_info(CAP_SELF_CSPACE, SLOT_MOUNT_RIGHT, &w) >= 0 && (w.w[0] & 0xff) == OBJ_CONNECTION;
}

/* Sends *W with PREFIX, and the capability in GIVE unless it is CAP_NONE. */
static int64_t send_prefix(cap_t to, struct os_words *w, const char *prefix, cap_t give)
{
	size_t bytes = strnlen(prefix, PATH_TEXT_MAX);
	posix_desc d;

	if (bytes == 0)
		return -ENOENT;
	if (bytes == PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.send_count = 1;
	d.desc.give_count = give != CAP_NONE;
	d.desc.give[0] = give;
	d.desc.piece[0] = posix_piece(prefix, bytes);
	return posix_send_cancel(to, w, &d.desc);
}

static cap_t mounter(void) { return has_mount_right() ? SLOT_MOUNT_RIGHT : CAP_SELF_HOME; }

/* The directory that will be covered is marked at its server: names relative to what lies above are sent there. Where there is
 * none, absolute names alone lead to the mount. The mark stays: other name spaces may have something there, too, and it costs
 * those that have not one message. */
static void mark(const char *prefix)
{
	struct os_words w = {{PATH_MARK, 1}};
	union path_reply reply;

	posix_path(AT_FDCWD, prefix, &w, NULL, &reply);
}

int posix_mount_fd(const char *prefix, int fd, unsigned flags)
{
	struct os_words w = {{NS_MOUNT, flags}};
	int64_t r;

	mark(prefix);
	r = posix_is_fd(fd) ? send_prefix(mounter(), &w, prefix, (cap_t)fd) : -EBADF;

	return r < 0 ? (int)posix_failed(r) : (int)w.w[1];
}

int posix_unmount(const char *prefix)
{
	struct os_words w = {{NS_UNMOUNT}};

	return posix_zero(send_prefix(mounter(), &w, prefix, CAP_NONE));
}

int posix_namespace_clone(bool empty)
{
	struct os_words w = {{PROTO_WORD0(NS_CLONE, empty ? NS_EMPTY : 0, 0)}};

	return posix_zero(posix_send(CAP_SELF_HOME, &w, NULL));
}

int posix_mount_wait(const char *prefix)
{
	struct os_words w = {{NS_WAIT}};

	return posix_zero(send_prefix(CAP_SELF_HOME, &w, prefix, CAP_NONE));
}

#define LIST_BYTES 2048

/* The records in BYTES of BUFFER. False: EACH wants no more. */
static bool each_record(const char *buffer, size_t bytes, bool (*each)(const struct posix_mount *, void *), void *own)
{
	char prefix[PATH_TEXT_MAX];
	struct proto_mount record;

	for (size_t at = 0; at + sizeof(record) <= bytes;) {
		struct posix_mount mount = {.prefix = prefix};

		memcpy(&record, buffer + at, sizeof(record));
		at += sizeof(record);
		if (record.prefix_bytes >= sizeof(prefix) || at + record.prefix_bytes > bytes)
			return false;
		memcpy(prefix, buffer + at, record.prefix_bytes);
		prefix[record.prefix_bytes] = '\0';
		mount.number = record.number;
		mount.flags = record.flags;
		mount.server = record.server;
		if (!each(&mount, own))
			return false;
		at += (record.prefix_bytes + 7u) & ~7u;
	}
	return true;
}

int posix_mounts(bool (*each)(const struct posix_mount *mount, void *own), void *own)
{
	char buffer[LIST_BYTES + PATH_TEXT_MAX];
	uint64_t place = 0;
	posix_desc d;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.receive_count = 1;
	d.desc.piece[0] = posix_piece(buffer, sizeof(buffer));
	do {
		struct os_words w = {{NS_LIST, place}};
		int64_t r = posix_send(CAP_SELF_HOME, &w, &d.desc);

		if (r < 0)
			return (int)posix_failed(r);
		if ((size_t)r > sizeof(buffer) || !each_record(buffer, (size_t)r, each, own))
			break;
		place = w.w[1];
	} while (place);
	return 0;
}

/* A prefix that was given as any path. */
static int prefix_of(const char *path, char *prefix) { return realpath(path, prefix) ? 0 : -1; }

/* Linux's call for the one thing here that it can mean: SOURCE, an open tree or file, appears at
 * TARGET, too. */
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)
{
	char prefix[PATH_TEXT_MAX];
	struct stat st;
	int fd, r = -1;

	if (!(flags & MS_BIND))
		return (int)posix_failed(-ENODEV);
	if (prefix_of(target, prefix))
		return -1;
	fd = open(source, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0)
		r = posix_mount_fd(prefix, fd, S_ISDIR(st.st_mode) ? 0 : NS_MOUNT_FILE);
	close(fd);
	return r < 0 ? -1 : 0;
}

int umount2(const char *target, int flags)
{
	char prefix[PATH_TEXT_MAX];

	return prefix_of(target, prefix) ? -1 : posix_unmount(prefix);
}

int umount(const char *target) { return umount2(target, 0); }
