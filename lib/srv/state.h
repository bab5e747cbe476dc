/* SPDX-License-Identifier: 0BSD */
/* state.h: what the files of the library share.
 *
 * A *turn* is everything that is needed to answer one request: the message descriptor with the pieces of the answer,
 * and buffers. There are two: `main`, in which messages are received and requests run, and `spare`, in which a request
 * that the server kept is answered in the middle of another one.
 *
 * A request lives in its turn until somebody has to wait. Then it is copied into the pool of parked requests, once, and
 * from then on runs there.
 */
#pragma once

#include "srv/keep.h"
#include "srv/srv.h"

#include "lib/string.h"
#include "lib/bits.h"

#define TURN_PIECES   MESSAGE_PIECES_MAX
#define STORE_BYTES   512 /* for small data */
#define SCRATCH_BYTES 4096ul
#define TEXT_BYTES    8192ul	  /* two paths */
#define STREAM_MAX    65536ul	  /* of a stream that is read at once */
#define FILE_MAX      (1ul << 30) /* of a file: others wait meanwhile */
#define TRIES_MAX     64	  /* so often a client's page may be absent */
#define MOUNTS_MAX    64
#define CREDS_MAX     32
#define OPEN_USERS    64

struct srv_turn {
	struct srv_request *request; /* who has the turn; NULL: nobody */
	uint64_t room_bytes;	     /* what the client takes */
	uint64_t put_bytes;	     /* of it, put so far */
	uint64_t sent_bytes;	     /* of that, written already */
	uint32_t received_bytes;     /* bytes of data that are in `text` */
	uint32_t stored_bytes;	     /* of `store` */
	struct srv_open *opened;     /* to be given as a new Connection */
	uint32_t once_count;
	cap_t once[MESSAGE_CAPS_MAX]; /* to be deleted when the answer has left */
	uint64_t offset_before;	      /* of r->open: restored when the answer must be made again */
	char *text, *work, *scratch;  /* paths as they came; paths with links in them; what is made for answers */
	struct srv_request own;	      /* the request that has not been parked */
	char store[STORE_BYTES];
	union {
		struct message_desc desc;
		char room[sizeof(struct message_desc) + (TURN_PIECES + 1) * sizeof(struct message_piece)];
	};
};

enum request_state {
	REQUEST_FRESH,	 /* in its turn */
	REQUEST_WAITING, /* for a poll bit of its node */
	REQUEST_KEPT,	 /* by the server */
	REQUEST_ABSENT,	 /* for a page of its client */
	REQUEST_SAVED,	 /* the same, with its answer made */
	REQUEST_RUNNABLE,
};

/* A stream's answer that could not be delivered yet. */
struct srv_saved {
	int64_t status;
	uint64_t bytes;
	uint32_t give_count, once_count;
	cap_t give[MESSAGE_CAPS_MAX], once[MESSAGE_CAPS_MAX];
	char data[];
};

struct cred_entry {
	uint64_t number; /* 0: none; root's needs no record */
	uint64_t used;
	struct proto_cred cred;
};

struct srv_state {
	struct srv *srv;
	cap_t endpoint;
	struct srv_keep *keep; /* what outlives this run; NULL: nothing */
	uint32_t generation;   /* high half of cookies */
	uint32_t mount_count;
	bool mounted;	 /* by the supervisor, who made the endpoint */
	uint64_t device; /* number of files' device: that of the first mount that is used */
	uint64_t walker; /* stamp of the client whose path is being walked */
	/* Open files: an array whose pages come as they are touched. Below `opens_made` each has a Connection for ever.
	 */
	struct srv_open *opens;
	uint32_t opens_made;
	uint32_t grown;				   /* how often the endpoint was fed */
	uint32_t opens_used, opens_of[OPEN_USERS]; /* in use: in all, and of users by number modulo OPEN_USERS */
	struct list opens_free;			   /* by `beside`: disconnected, to be rearmed */
	/* Given by the last reply_receive that gave one again: it does not say whether the client was still there. */
	struct srv_open *doubted;
	struct srv_mount *mounts[MOUNTS_MAX];
	/* Parked requests. */
	uint32_t parked_count;
	struct list parked, parked_free;
	struct list runnable; /* by `link` */
	struct srv_turn *main, *spare;
	uint64_t cred_clock;
	struct cred_entry creds[CREDS_MAX];
	cap_t unix_server; /* Connection to /dev/unix, CAP_NONE: not yet */
	struct list locks_free;
	uint32_t lock_count;
	struct srv_timer lock_timer; /* looks whether who holds a record has died, while somebody waits for one */
};

static inline struct srv_state *state_of(struct srv_request *r) { return r->srv->state; }

static inline bool is_stream(const struct srv_node *node)
{
	return node->ops->stream || S_ISFIFO(node->mode) || S_ISSOCK(node->mode);
}

/* ---- start.c ---- */

/* Numbers that the server left out. */
void srv_defaults(struct srv *srv);

/* ---- serve.c ---- */

/* What was received becomes a request with the main turn: 0, or -errno: it is answered so. */
int64_t request_take(struct srv_state *s, struct srv_request *r);
/* The same for one that is answered without being looked at. */
void request_blind(struct srv_state *s, struct srv_request *r);
/* Runs an operation from the beginning: its status, or SRV_LATER. */
int64_t request_run(struct srv_request *r);

/* ---- again.c ---- */

/* Serves what was received, which was delivered to a server before this one, too: so often in all. */
int64_t again_serve(struct srv_state *s, struct srv_request *r, unsigned deliveries);

/* ---- request.c: turns and answers ---- */

/* `r` has the turn from now on. */
void turn_begin(struct srv_turn *turn, struct srv_request *r);
/* The answer has left, or never will. */
void turn_end(struct srv_turn *turn);
/* The last before sending: the new open file is ready for what it is ready for now. */
static inline void turn_seal(struct srv_turn *turn)
{
	if (turn->opened)
		turn->desc.give[0] = turn->opened->node->ready | turn->opened->ready;
}
/* Its descriptor, which mostly has nothing for the client. */
static inline const struct message_desc *turn_desc(const struct srv_turn *turn)
{
	return turn->desc.send_count | turn->desc.give_count ? &turn->desc : os_accepts(&turn->desc);
}
/* Writes what is put at once, so that there is room for more pieces. 0 or -errno. */
int turn_flush(struct srv_turn *turn);
/* Forgets what was put and given. */
void turn_drop(struct srv_turn *turn);
/* Sends the answer of its request. 0, -ESRCH, -EABSENT. */
int64_t turn_reply(struct srv_turn *turn, int64_t status);
/* A reply has answered `error`: true: try it again. */
bool turn_again(struct srv_turn *turn, int64_t error);
/* Deletes the capabilities of the message that nobody took. */
void request_drop_caps(struct srv_request *r);
/* The answer has left: what was given is known now. */
void turn_sent(struct srv_turn *turn);

/* Copies data of a request into `text`, with at most TEXT_BYTES. 0, -E2BIG or as srv_get. */
int turn_text(struct srv_request *r);

/* ---- park.c ---- */

void park_begin(struct srv_state *s);
/* `r` must be answered when its client's page is there; `status`: what the operation answered. */
void park_absent(struct srv_request *r, int64_t status);
/* Waits for a bit, whatever the flags of the open file. */
int64_t park_wait(struct srv_request *r, uint32_t bit);
void park_wake(struct srv_state *s, struct srv_node *node, struct srv_open *open, uint32_t bits);
#define PARK_LOCK 0x80000000u /* bit: somebody let go of a lock */
/* Runs all that can run. */
void park_run(struct srv_state *s);
void park_notice(struct srv_state *s, uint64_t id, uint64_t bits);
/* Some message was withdrawn: drops parked requests whose sender has gone. */
void park_sweep(struct srv_state *s);
/* The request ends with `status`: answers it, and frees it if it was parked. */
void request_answer(struct srv_request *r, int64_t status);

/* ---- open.c ---- */

void open_begin(struct srv_state *s);
/* Takes over the open files of the run before this one: when the mounts are known. */
void open_recall(struct srv_state *s);
/* What a cookie names: an open file, or NULL and *node of a mount, or NULL and NULL: one of an earlier run, lost. */
struct srv_open *open_find(struct srv_state *s, uint64_t cookie, struct srv_node **node);
uint64_t open_cookie(const struct srv_state *s, const struct srv_open *open);
/* A new open file, with no Connection yet; -ENFILE. Like an open that was closed if its answer does not land. */
int open_new(struct srv_request *r, struct srv_node *node, uint32_t flags, struct srv_open **out);
/* `open` names another node than `before`, in whose list it is. */
void open_exchanged(struct srv_open *open, struct srv_node *before);
int open_close(struct srv_state *s, struct srv_open *open, uint32_t pid);
/* The open file of a cookie is closed, by process `pid` if that is known; also one that was lost. 0 or -errno. */
int open_end(struct srv_state *s, uint64_t cookie, uint32_t pid);
/* The n-th open file was made by an answer that never left. If it has a Connection, that one's pulse ends it. */
void open_drop(struct srv_state *s, uint32_t index);
/* The Connection `number` with this cookie has ended. */
void open_disconnect(struct srv_state *s, uint64_t cookie, uint64_t number);
/* A client capability of `open` in a slot of our own, or -errno. */
int64_t open_slot(struct srv_state *s, struct srv_open *open);
/* A record that waits for the end of a Connection, and then is free: counted for `uid`, and asked it answers EIO. NULL: there is
 * none. */
struct srv_open *open_spare(struct srv_state *s, uint32_t uid);
/* Such a record, or an open file that was lost, is free again. */
void open_unspare(struct srv_state *s, struct srv_open *open);
/* Has its Connection no client, and was its end received? Then it can have a client again, and must. */
bool open_is_nobodys(struct srv_state *s, const struct srv_open *open);
/* That client: its capability in a slot of our own, or -errno and the next. */
int64_t open_slot_ready(struct srv_state *s, struct srv_open *open);
/* It is there and gone, and a pulse says so. */
void open_end_again(struct srv_state *s, struct srv_open *open);
/* Somebody whose message was served has gone: it may be the one to whom `doubted` was given. */
void open_settle(struct srv_state *s);
/* Room for more Connections. */
int open_grow(struct srv_state *s);

/* The priority that this server has by itself, and may give to pulses. */
uint32_t event_own_priority(void);

/* ---- node.c ---- */

void node_use(struct srv_node *node);
void node_unuse(struct srv_node *node);
static inline void node_refresh(struct srv_node *node)
{
	if (node->ops->refresh)
		node->ops->refresh(node);
}

int cred_may(const struct proto_cred *cred, const struct srv_node *node, unsigned want);

/* ---- operations ---- */

int64_t path_operation(struct srv_request *r);
int64_t file_operation(struct srv_request *r);
/* FILE_READ of what travels in words, whose words are at `words`, of a node with `peek`: answered there, or SRV_LATER: not
 * so simple. */
int64_t file_peek(struct srv_open *open, uint64_t *words);
int64_t other_operation(struct srv_request *r);
int64_t node_stat(struct srv_request *r, struct srv_node *node);
int64_t node_statvfs(struct srv_request *r, struct srv_node *node);
int64_t node_chmod(struct srv_request *r, struct srv_node *node, uint64_t mode);
int64_t node_chown(struct srv_request *r, struct srv_node *node, uint64_t uid, uint64_t gid);
int64_t node_utimes(struct srv_request *r, struct srv_node *node, uint64_t accessed_ns, uint64_t modified_ns);
int64_t node_truncate(struct srv_request *r, struct srv_node *node, uint64_t length);

/* ---- dir.c ---- */

int64_t dir_read(struct srv_request *r, struct srv_open *open, uint64_t bytes);
/* The path of `dir` below `top`, without a leading `/`, at the end of `buffer`: its length, -ENOENT, -ENAMETOOLONG. */
int64_t dir_path(struct srv_node *dir, const struct srv_node *top, char *buffer, unsigned bytes, char **at);

/* ---- lock.c ---- */

int64_t lock_flock(struct srv_request *r);
int64_t lock_record(struct srv_request *r);
/* `open` is closed, by process `pid` if that is known. */
void lock_close(struct srv_state *s, struct srv_open *open, uint32_t pid);

/* ---- sys.c: what is asked of `sys` ---- */

int sys_endpoint(uint32_t connections, cap_t slot);
int sys_grow(cap_t endpoint, uint32_t connections);
int sys_cred(uint64_t number, struct proto_cred *out);
int64_t sys_mount(const char *prefix, cap_t root, uint32_t flags);
int64_t sys_object(unsigned type);
int64_t sys_open(const char *path);
void *sys_memory(uint64_t bytes);
bool sys_process_lives(uint32_t pid);
void sys_ready(void);
