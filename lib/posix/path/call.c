/* SPDX-License-Identifier: 0BSD */
/* call.c: one operation by name.
 *
 * Text goes to the filesystem context if it is absolute, else to a directory's server. A server
 * that cannot go on by itself answers with the text as it is now; that goes to the filesystem
 * context with the same operation. What cannot be decided here is not looked at here.
 *
 * Most paths are short enough to travel in words, without a buffer for an answer; when one is
 * needed after all the request is sent again, with one.
 */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <proto/path_words.h>

/* Word 5: how long both texts are is told by the message; how long the first is must be said. */
#define WORD_LENGTH 5

_Static_assert(PATH_TEXT_MAX <= 0xffff, "PATH_BYTES holds a length");
_Static_assert(AT_FDCWD < 0, "no descriptor");

typedef OS_DESC(3) path_desc;

/* A descriptor with capabilities alone. */
static void describe_caps(struct message_desc *m, const struct path_extra *extra)
{
	memset(m, 0, sizeof(*m));
	m->give_count = extra->give_count;
	m->give[0] = extra->give;
	m->accept_count = extra->accept_count;
	m->land_flags = extra->land_flags;
	m->land_min = extra->land_min;
	m->land_max = extra->land_max;
	m->landed[0] = m->landed[1] = -EIO; /* the server gave none */
}

static void describe(path_desc *d, const struct path_extra *extra, union path_reply *reply)
{
	struct message_desc *m = &d->desc;

	if (extra)
		describe_caps(m, extra);
	else
		memset(m, 0, sizeof(*m));
	m->send_count = 1;
	m->receive_count = 1;
	if (extra && extra->second_bytes) {
		m->send_count++;
		m->piece[1] = posix_piece(extra->second, extra->second_bytes);
	}
	m->piece[m->send_count] = posix_piece(reply, sizeof(*reply));
}

/* Where text that begins like PATH goes. */
static int64_t start_of(int dir, const char *path, size_t bytes, const struct path_extra *extra)
{
	if (bytes == PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	if (bytes == 0 && !(extra && extra->empty))
		return -ENOENT;
	if (path[0] == '/')
		return CAP_SELF_HOME;
	if (dir == AT_FDCWD)
		return SLOT_CWD;
	return posix_is_fd(dir) || (dir >= 0 && extra && extra->any_slot) ? dir : -EBADF;
}

static int64_t send_one(cap_t to, struct os_words *w, const struct message_desc *d)
{
	unsigned op = PROTO_OP(w->w[0]);

	if (op == PATH_OPEN || op == PATH_CONNECT)
		return posix_send_cancel(to, w, d);
	return posix_send(to, w, d);
}

/* All of it in words, and no buffer. Answers the status; >= PATH_REDIRECT: a buffer is needed, and nothing was done. */
static int64_t send_inline(cap_t to, struct os_words *w, const char *path, size_t bytes, struct path_extra *extra,
			   union path_reply *reply)
{
	bool stat = PROTO_OP(w->w[0]) == PATH_STAT;
	struct message_desc d;
	const struct message_desc *with = NULL;
	int64_t r;

	w->w[0] |= PROTO_WORD0(0, stat ? PROTO_WANT_INLINE : 0, bytes);
	memcpy(&w->w[PROTO_INLINE_WORD], path, bytes);
	w->w[6] = w->w[7] = 0;
	if (extra && (extra->give_count | extra->accept_count)) {
		describe_caps(&d, extra);
		with = extra->give_count ? &d : os_accepts(&d);
	}
	r = send_one(to, w, with);
	if (with)
		memcpy(extra->landed, d.landed, sizeof(extra->landed));
	if (r == 0 && stat)
		stat_from_words(&reply->stat, w->w);
	return r;
}

/* Makes *W the request that goes on where a server stopped. 0, or -errno. */
static int redirect(struct os_words *w, const uint64_t *asked, path_desc *d, union path_reply *reply)
{
	size_t bytes = PATH_BYTES(w->w[WORD_LENGTH]);

	if (bytes >= sizeof(reply->text))
		return -ENAMETOOLONG;
	memcpy(w->w, asked, WORD_LENGTH * sizeof(w->w[0]));
	w->w[WORD_LENGTH] = bytes;
	d->desc.piece[0] = posix_piece(reply, bytes);
	return 0;
}

int64_t posix_path(int dir, const char *path, struct os_words *w, struct path_extra *extra, union path_reply *reply)
{
	size_t bytes = 0;
	int64_t to, r;
	uint64_t asked[WORD_LENGTH];
	path_desc d;

	while (bytes < PATH_TEXT_MAX && path[bytes])
		bytes++;
	to = start_of(dir, path, bytes, extra);
	if (to < 0)
		return to;
	memcpy(asked, w->w, sizeof(asked));
	if (bytes && bytes <= PATH_INLINE_MAX && path_may_inline(PROTO_OP(w->w[0]))) {
		r = send_inline((cap_t)to, w, path, bytes, extra, reply);
		if (r < PATH_REDIRECT)
			return r;
		memcpy(w->w, asked, sizeof(asked));
	}
	describe(&d, extra, reply);
	d.desc.piece[0] = posix_piece(path, bytes);
	w->w[WORD_LENGTH] = bytes;
	w->w[6] = w->w[7] = 0;
	for (unsigned hops = 0;; hops++) {
		r = send_one((cap_t)to, w, &d.desc);
		if (r != PATH_REDIRECT)
			break;
		r = hops < PATH_REDIRECTS_MAX ? redirect(w, asked, &d, reply) : -ELOOP;
		if (r < 0)
			return r;
		to = CAP_SELF_HOME;
	}
	if (extra)
		memcpy(extra->landed, d.desc.landed, sizeof(extra->landed));
	return r;
}

int posix_path_simple(int dir, const char *path, uint64_t word0, uint64_t a, uint64_t b)
{
	struct os_words w = {{word0, a, b}};
	union path_reply reply;

	return posix_zero(posix_path(dir, path, &w, NULL, &reply));
}

uint32_t path_flags(int at_flags) { return at_flags & AT_SYMLINK_NOFOLLOW ? PATH_NOFOLLOW : 0; }
