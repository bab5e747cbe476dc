/* SPDX-License-Identifier: 0BSD */
/* cwd.c: the working directory and the root.
 *
 * The working directory is a Connection in a slot of its own, so it follows a directory that is
 * renamed. Its name is made when it is asked for: the server says where the directory is in its
 * mount, `sys` says where the mount is for us.
 */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "posix/fd/slots.h"

/* One message with text each way. Answers the length of the answer, or -errno. */
static int64_t ask_text(cap_t to, struct os_words *w, const char *text, size_t bytes, union path_reply *reply)
{
	posix_desc d;
	struct message_desc *m = &d.desc;
	int64_t r;

	memset(m, 0, sizeof(*m));
	m->send_count = bytes > 0;
	m->receive_count = 1;
	if (bytes)
		m->piece[0] = posix_piece(text, bytes);
	m->piece[m->send_count] = posix_piece(reply, sizeof(*reply));
	r = posix_send(to, w, &d.desc);
	return r > (int64_t)sizeof(reply->text) ? -EIO : r;
}

/* The path of the open directory in SLOT, from this process's root, into reply->text without a NUL.
 * Answers its length. ENOENT: it is not below the root. */
static int64_t where(cap_t slot, union path_reply *reply)
{
	struct os_words w = {{FILE_PATH}};
	union path_reply within;
	int64_t r = ask_text(slot, &w, NULL, 0, &within);

	if (r < 0)
		return r;
	w = (struct os_words){{NS_WHERE, PATH_MOUNT(w.w[6])}};
	r = ask_text(CAP_SELF_HOME, &w, within.text, (size_t)r, reply);
	return r == 0 ? -ENOENT : r;
}

/* Answers how many bytes getcwd's result has with its NUL, or -errno. */
static int64_t working_directory(union path_reply *reply)
{
	int64_t r = where(SLOT_CWD, reply);

	if (r < 0)
		return r;
	if ((size_t)r == sizeof(reply->text))
		return -ENAMETOOLONG;
	reply->text[r] = '\0';
	return r + 1;
}

char *getcwd(char *buffer, size_t size)
{
	union path_reply reply;
	int64_t bytes = buffer && size == 0 ? -EINVAL : working_directory(&reply);

	if (bytes > 0 && size && (size_t)bytes > size)
		bytes = -ERANGE;
	if (bytes > 0 && !buffer) {
		buffer = malloc(size ? size : (size_t)bytes);
		if (!buffer)
			bytes = -ENOMEM;
	}
	if (bytes < 0) {
		posix_failed(bytes);
		return NULL;
	}
	return memcpy(buffer, reply.text, (size_t)bytes);
}

char *getwd(char *buffer) { return getcwd(buffer, PATH_TEXT_MAX); }

char *get_current_dir_name(void) { return getcwd(NULL, 0); }

static int64_t open_directory(int dir, const char *path)
{
	struct slot_range range = {POSIX_SLOT_MIN, POSIX_SLOT_MAX};

	return posix_open(dir, path, O_SEARCH | O_DIRECTORY | O_CLOEXEC | O_CLOFORK, 0, range);
}

/* Tells `sys`, which shows it in /proc and gives it to nobody: that it fails is no error. */
static void tell(cap_t slot)
{
	struct os_words w = {{NS_CHDIR}};
	posix_desc d;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.give_count = 1;
	d.desc.give[0] = slot;
	posix_send(CAP_SELF_HOME, &w, &d.desc);
}

static int change_to(int dir, const char *path)
{
	int64_t slot = open_directory(dir, path), r;

	if (slot < 0)
		return (int)posix_failed(slot);
	r = posix_slot_replace(SLOT_CWD, (cap_t)slot);
	os_cspace_delete(CAP_SELF_CSPACE, (cap_t)slot);
	if (r < 0)
		return (int)posix_failed(r);
	tell(SLOT_CWD);
	return 0;
}

int chdir(const char *path) { return change_to(AT_FDCWD, path); }

/* Opening it anew asks the server whether it is a directory that may be searched. */
int fchdir(int fd) { return posix_is_fd(fd) ? change_to(fd, ".") : (int)posix_failed(-EBADF); }

int chroot(const char *path)
{
	struct os_words w = {{NS_CHROOT}};
	union path_reply text, ignored;
	int64_t slot = open_directory(AT_FDCWD, path), r;

	if (slot < 0)
		return (int)posix_failed(slot);
	r = where((cap_t)slot, &text);
	os_cspace_delete(CAP_SELF_CSPACE, (cap_t)slot);
	if (r > 0)
		r = ask_text(CAP_SELF_HOME, &w, text.text, (size_t)r, &ignored);
	return posix_zero(r);
}
