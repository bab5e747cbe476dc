/* SPDX-License-Identifier: 0BSD */
/* file.h: files and names, as records in memory that outlives the server.
 *
 * A record has a number, by which others mean it, and a kind, which is stored last: what is not complete is no record.
 * Files are named by their records' numbers, which are their inodes. What hangs on a file by addresses (trees of names,
 * of pages, open files) is made anew by the next run; all else is there. Beside them there is one word of intent: a
 * rename is a new name and an old one, and must not stay between.
 */
#pragma once

#include "srv/keep.h"
#include "srv/names.h"
#include "srv/pages.h"

#define RECORD_BYTES 512
#define ROOTS_MAX    8

enum record_kind { RECORD_FREE, RECORD_FILE, RECORD_NAME };

struct record {
	uint32_t kind;
	uint32_t number; /* from 1 */
	struct record *next_free;
};

struct file {
	struct record record;
	struct srv_node node;
	struct names names; /* of a directory */
	struct pages pages; /* of a file; of a symbolic link: its target in page 0 */
};

struct name {
	struct record record;
	uint32_t dir, file; /* numbers */
	uint64_t place;
	struct names_entry entry;
	unsigned bytes;
	char text[PATH_NAME_MAX];
};

/* What outlives the server beside the store and the records. */
struct ram_lasting {
	uint32_t roots, root[ROOTS_MAX];
	/* The name `from` is being replaced by the name `to`; 0: nothing is. */
	uint32_t move_from, move_to;
};

extern struct pages_store ram_store;
extern uint64_t ram_files, ram_files_max;
extern struct ram_lasting *ram_lasting;

static inline struct file *file_of(struct srv_node *node) { return container_of(node, struct file, node); }

/* record.c: a zeroed one of no kind yet; NULL: no room. */
struct record *record_new(void);
static inline void record_commit(struct record *record, enum record_kind kind)
{
	keep_fence();
	record->kind = kind;
}
void record_free(struct record *record);
/* NULL: no such record. */
struct record *record_at(uint32_t number, enum record_kind kind);
/* The greatest number that there can be, and after a restart: all that are free can be had. */
uint32_t record_end(void);
void record_recall(void);

/* main.c */
const struct srv_ops *ram_ops_of(uint32_t mode);
/* recall.c: the tree of the run before: false: it is none. Roots are in `lasting`. */
bool recall_tree(void);
/* Once open files are known: what has neither a name nor a user goes. */
void recall_end(struct srv *srv);
int recall_objects(struct srv *srv);
