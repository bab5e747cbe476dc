/* SPDX-License-Identifier: 0BSD */
/* client_end.c: in the end all is closed and removed in good order, and nothing may be left. */
#include "host/fuzz/srv/client.h"

#include <stdlib.h>
#include <proto/flags.h>
#include <proto/path_words.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include <proto/stat.h>
#include "lib/string.h"

/* Whatever waits is answered. */
static void finish_messages(void)
{
	for (unsigned round = 0; round < 1000; round++) {
		bool any = false;

		for (unsigned i = 0; i < MESSAGES; i++) {
			struct message *m = &messages[i];

			if (!m->conn)
				continue;
			any = true;
			if (m->late)
				client_close_comes(m);
			else
				client_notice(m, m->absent ? NOTICE_RETRY : NOTICE_UNBLOCK);
		}
		if (!any)
			return;
	}
	machine_fail("does not answer", 0);
}

/* Root asks something that is answered at once: the status; *opened, if a file was opened. */
static int64_t ask(struct conn *c, struct os_words *w, const char *data, unsigned bytes, void *room,
		   struct conn **opened)
{
	struct message *m = &messages[0];
	int64_t status;

	*m = (struct message){
	    .id = m->id, .spent = m->spent, .conn = c, .words = *w, .accepts = true, .who = 1ull << 32};
	client_data(m, data, bytes);
	client_room(m, room ? 4096 : 0);
	message_deliver(m);
	if (!m->answered)
		machine_fail("does not answer at once", PROTO_OP(w->w[0]));
	status = m->status;
	if (room && m->got)
		memcpy(room, m->room, m->got);
	if (opened)
		*opened = m->came_count ? m->came[0] : NULL;
	client_forget(m);
	return status;
}

static int64_t path_ask(struct conn *dir, unsigned op, uint64_t flags, uint64_t w1, const struct proto_dirent *name,
			struct conn **opened)
{
	unsigned bytes = name ? name->name_bytes : 0;
	struct os_words w = {{op | flags << 32, w1, 0, 0, 0, bytes, PATH_FORWARDED | 1, bytes}};

	return ask(dir, &w, name ? name->name : NULL, bytes, NULL, opened);
}

static void close_conn(struct conn *c)
{
	if (!client_close(&c))
		client_tell();
}

static void empty_directory(struct conn *dir);

static void remove_entry(struct conn *dir, const struct proto_dirent *entry)
{
	int64_t status = path_ask(dir, PATH_UNLINK, 0, 0, entry, NULL);
	struct conn *sub = NULL;

	if (status == -EISDIR) {
		path_ask(dir, PATH_OPEN, 0, O_RDONLY | O_DIRECTORY, entry, &sub);
		if (!sub)
			machine_fail("does not open a directory", entry->inode);
		empty_directory(sub);
		close_conn(sub);
		status = path_ask(dir, PATH_UNLINK, PATH_DIRECTORY, 0, entry, NULL);
	}
	if (status < 0)
		machine_fail("does not remove a name", (uint64_t)-status);
}

/* Removes what is in an open directory. */
static void empty_directory(struct conn *dir)
{
	char *records = malloc(4096);
	struct os_words w = {{FILE_READDIR, 0, 4096}};
	int64_t bytes;

	while ((bytes = ask(dir, &w, NULL, 0, records, NULL)) > 0) {
		for (int64_t at = 0; at < bytes;) {
			const struct proto_dirent *entry = (const struct proto_dirent *)(records + at);
			bool dots =
			    entry->name[0] == '.' && (!entry->name[1] || (entry->name[1] == '.' && !entry->name[2]));

			if (!dots)
				remove_entry(dir, entry);
			at += entry->length_bytes;
		}
	}
	if (bytes < 0)
		machine_fail("does not read a directory", (uint64_t)-bytes);
	free(records);
}

/* A file that comes and goes: the server looks then whether those that were mapped are mapped still. */
static void make_and_remove(struct conn *root)
{
	static const struct proto_dirent last = {.name_bytes = 4, .name = "last"};
	struct conn *c;

	path_ask(root, PATH_OPEN, 0, PATH_OPEN_WORD(O_RDWR | O_CREAT | O_EXCL, 0600), &last, &c);
	if (!c)
		machine_fail("does not make a file", 0);
	close_conn(c);
	remove_entry(root, &last);
}

static void empty_mount(struct conn *root)
{
	struct conn *dir;

	path_ask(root, PATH_OPEN, 0, O_RDONLY | O_DIRECTORY, NULL, &dir);
	if (!dir)
		machine_fail("does not open its root", 0);
	empty_directory(dir);
	close_conn(dir);
}

void client_end(uint64_t heap)
{
	struct os_words nothing = {{PATH_SOCKET}};

	machine_calm = true;
	finish_messages();
	ask(mount[0], &nothing, NULL, 0, NULL, NULL); /* by its next message a server learns that somebody has gone */
	for (unsigned i = 0; i < HANDLES; i++)
		if (client_handles[i])
			client_close(&client_handles[i]);
	while (conn_disconnecting())
		client_tell();
	for (unsigned i = 0; machine_paths && i < MOUNTS; i++)
		empty_mount(mount[i]);
	if (machine_paths)
		make_and_remove(mount[0]);
	while (conn_disconnecting())
		client_tell();
	if (machine_heap() != heap)
		machine_fail("has lost memory, bytes", machine_heap() - heap);
	if (slot_count(SLOT_CONN) || slot_count(SLOT_JUNK) || slot_count(SLOT_OBJECT))
		machine_fail("keeps capabilities",
			     slot_count(SLOT_CONN) + slot_count(SLOT_JUNK) + slot_count(SLOT_OBJECT));
}
