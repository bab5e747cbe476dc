/* SPDX-License-Identifier: 0BSD */
/* client.c: the stubs. */
#include "client.h"

#include "lib/string.h"

#include <proto/path_words.h>

struct client_redirect client_redirect;

/* A path operation with a second text, a capability, and room for an answer. */
struct call {
	const char *path, *second;
	cap_t give;
	void *to;
	uint64_t bytes;
	bool accept;
	int64_t landed;
};

static int64_t path_call(cap_t at, struct os_words *w, struct call *c)
{
	OS_DESC(3)
	d = {.desc = {.send_count = 2, .receive_count = 1}};
	static char room[PATH_TEXT_MAX];
	int64_t status;

	d.desc.piece[0] = (struct message_piece){(uint64_t)c->path, strlen(c->path)};
	d.desc.piece[1] = (struct message_piece){(uint64_t)c->second, c->second ? strlen(c->second) : 0};
	d.desc.piece[2] = (struct message_piece){(uint64_t)room, sizeof(room)};
	w->w[5] = strlen(c->path);
	if (c->give) {
		d.desc.give_count = 1;
		d.desc.give[0] = c->give;
	}
	if (c->accept) {
		d.desc.accept_count = 1;
		d.desc.land_min = d.desc.land_max = kit_slot();
	}
	status = os_send(at, w, &d.desc, DEADLINE_FOREVER, 0);
	c->landed = d.desc.landed[0];
	if (status == PATH_REDIRECT && !c->to && w->w[5]) {
		client_redirect.mount = w->w[6];
		client_redirect.physical = w->w[7];
		memcpy(client_redirect.text, room, w->w[5]);
		client_redirect.text[w->w[5]] = 0;
	} else if (status >= 0 && c->to) {
		memcpy(c->to, room, c->bytes);
	}
	return status;
}

int64_t client_open(cap_t at, const char *path, uint32_t flags, uint32_t mode)
{
	struct os_words w = {{PATH_OPEN, PATH_OPEN_WORD(flags, mode)}};
	struct call c = {.path = path, .accept = true};
	int64_t status = path_call(at, &w, &c);

	return status == 0 ? c.landed : status == PATH_REDIRECT ? -ELOOP : status;
}

int64_t client_close(int64_t slot) { return os_close((cap_t)slot, DEADLINE_FOREVER); }

static int64_t get_stat(cap_t at, const char *path, uint32_t flags, struct proto_stat *out)
{
	struct os_words w = {{PROTO_WORD0(PATH_STAT, flags, 0)}};
	struct call c = {.path = path, .to = out, .bytes = sizeof(*out)};

	return path_call(at, &w, &c);
}

int64_t client_stat(cap_t at, const char *path, struct proto_stat *out) { return get_stat(at, path, 0, out); }

int64_t client_lstat(cap_t at, const char *path, struct proto_stat *out)
{
	return get_stat(at, path, PATH_NOFOLLOW, out);
}

int64_t client_path(cap_t at, uint32_t op, const char *path, uint64_t w1, uint64_t w2)
{
	struct os_words w = {{op, w1, w2}};
	struct call c = {.path = path};

	return path_call(at, &w, &c);
}

int64_t client_mkdir(cap_t at, const char *path, uint32_t mode) { return client_path(at, PATH_MKDIR, path, mode, 0); }
int64_t client_mknod(cap_t at, const char *path, uint32_t mode) { return client_path(at, PATH_MKNOD, path, mode, 0); }
int64_t client_unlink(cap_t at, const char *path) { return client_path(at, PATH_UNLINK, path, 0, 0); }

int64_t client_rmdir(cap_t at, const char *path)
{
	struct os_words w = {{PROTO_WORD0(PATH_UNLINK, PATH_DIRECTORY, 0)}};
	struct call c = {.path = path};

	return path_call(at, &w, &c);
}

int64_t client_symlink(cap_t at, const char *path, const char *target)
{
	struct os_words w = {{PATH_SYMLINK}};
	struct call c = {.path = path, .second = target};

	return path_call(at, &w, &c);
}

int64_t client_readlink(cap_t at, const char *path, char *to, uint64_t bytes)
{
	struct os_words w = {{PATH_READLINK}};
	struct call c = {.path = path, .to = to, .bytes = bytes};

	return path_call(at, &w, &c);
}

int64_t client_rename(cap_t at, const char *path, cap_t to, const char *name, uint32_t flags)
{
	struct os_words w = {{PROTO_WORD0(PATH_RENAME, flags, 0)}};
	struct call c = {.path = path, .second = name, .give = to};

	return path_call(at, &w, &c);
}

int64_t client_link(cap_t at, const char *path, cap_t to, const char *name)
{
	struct os_words w = {{PATH_LINK}};
	struct call c = {.path = path, .second = name, .give = to};

	return path_call(at, &w, &c);
}

/* ---- open files ---- */

/* With data to send or room for data: inline if it fits. */
static int64_t transfer(int64_t slot, struct os_words *w, const void *from, void *to, uint64_t bytes)
{
	OS_DESC(1)
	d = {.desc = {.send_count = from != NULL, .receive_count = to != NULL}};
	bool in_words = bytes <= PROTO_INLINE_MAX && bytes;
	int64_t status;

	d.desc.piece[0] = (struct message_piece){from ? (uint64_t)from : (uint64_t)to, bytes};
	w->w[2] = bytes;
	if (in_words && from) {
		w->w[0] |= bytes << 16;
		memcpy(&w->w[PROTO_INLINE_WORD], from, bytes);
	} else if (in_words) {
		w->w[0] |= (uint64_t)PROTO_WANT_INLINE << 32;
	}
	status = os_send((cap_t)slot, w, in_words ? NULL : &d.desc, DEADLINE_FOREVER, 0);
	if (status > 0 && in_words && to)
		memcpy(to, &w->w[PROTO_INLINE_WORD], (uint64_t)status);
	return status;
}

int64_t client_pread(int64_t slot, void *to, uint64_t bytes, uint64_t offset)
{
	struct os_words w = {{FILE_READ, offset}};

	return transfer(slot, &w, NULL, to, bytes);
}

int64_t client_pwrite(int64_t slot, const void *from, uint64_t bytes, uint64_t offset)
{
	struct os_words w = {{FILE_WRITE, offset}};

	return transfer(slot, &w, from, NULL, bytes);
}

int64_t client_read(int64_t slot, void *to, uint64_t bytes) { return client_pread(slot, to, bytes, FILE_HERE); }

int64_t client_write(int64_t slot, const void *from, uint64_t bytes)
{
	return client_pwrite(slot, from, bytes, FILE_HERE);
}

static int64_t ask_data(int64_t slot, uint32_t op, void *to, uint64_t bytes)
{
	OS_DESC(1)
	d = {.desc = {.receive_count = 1}};
	struct os_words w = {{op, 0, bytes}};

	d.desc.piece[0] = (struct message_piece){(uint64_t)to, bytes};
	return os_send((cap_t)slot, &w, &d.desc, DEADLINE_FOREVER, 0);
}

int64_t client_fstat(int64_t slot, struct proto_stat *out) { return ask_data(slot, FILE_STAT, out, sizeof(*out)); }
int64_t client_readdir(int64_t slot, void *to, uint64_t bytes) { return ask_data(slot, FILE_READDIR, to, bytes); }

int64_t client_where(int64_t slot, char *to, uint64_t bytes)
{
	int64_t status = ask_data(slot, FILE_PATH, to, bytes);

	if (status >= 0)
		to[status] = 0;
	return status;
}

int64_t client_file(int64_t slot, uint32_t op, uint64_t w1, uint64_t w2, uint64_t *out)
{
	struct os_words w = {{op, w1, w2}};
	int64_t status = os_send_words((cap_t)slot, &w);

	if (out)
		*out = w.w[1];
	return status;
}
