/* SPDX-License-Identifier: 0BSD */
/* srv.h: the server framework: describe your objects, fill in the operations that matter, call srv_run.
 *
 * A server offers *nodes*: files, directories, devices, sockets; a `struct srv_node` is embedded in what the server
 *keeps of each. A client's open file is a `struct srv_open`, one for each Connection. What arrives is a `struct
 *srv_request`. The library decodes it, walks paths, checks permissions and open flags, moves offsets, copies data, and
 *calls the operation in the node's table. An operation that a table leaves NULL has a default, so this is a complete
 *device:
 *
 *	static int64_t zero_read(struct srv_request *r, uint64_t offset, uint64_t length)
 *	{
 *		return srv_put(r, zeros, length);
 *	}
 *	static const struct srv_ops zero_ops = {.read = zero_read};
 *
 * An operation answers 0 or more, or -errno, or that there is no answer yet:
 *	return srv_wait(r, POLLIN);    EAGAIN if the file is open with O_NONBLOCK; else the request is parked on its
 *node, and the operation is called again, from the beginning, when srv_ready sets the bit return srv_keep(r, &kept);
 *parked by the server, which answers by srv_finish when it likes return srv_forward(r, ...);    another server answers
 *
 * One thread serves: operations run one at a time, to their end, and must not wait: what cannot be answered yet is
 *parked.
 */
#pragma once

#include "lib/list.h"

#include <parley/message.h>
#include <proto/flags.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include <proto/stat.h>

#include <stdbool.h>
#include <stddef.h>

struct srv_node;
struct srv_open;
struct srv_request;
struct srv_lock;
struct srv_name;
struct srv_dir;
struct srv_state;
struct srv_keep;
struct srv_new;

/* ---- the server ---- */

/* A place where the server appears. */
struct srv_mount {
	const char *prefix; /* "/dev/null"; NULL: not mounted, for a server that hands out `root` itself */
	struct srv_node *node;
	cap_t root;	 /* out: the slot of a Connection to `node` */
	uint32_t number; /* out: the mount's */
};

struct srv {
	const char *name;
	struct srv_mount *mounts;
	unsigned mount_count; /* at most 64 */
	/* Limits; 0: the number in brackets. Beyond them: ENFILE, EAGAIN, ENOLCK. */
	uint32_t opens_max;	/* [1024] open files; none but root has more than there are left */
	uint32_t parked_max;	/* [256] parked requests, of one user a half */
	uint32_t locks_max;	/* [512] record locks, in one file a quarter */
	uint32_t receive_bytes; /* [4096] data that comes along with a message, at most 4096; the rest is fetched */

	/* After a restart, before the first message: which files are open again is known, and the rest can go. */
	void (*recalled)(struct srv *srv);
	/* Once, when there is an endpoint and nobody has been told: for Events and devices. 0 or -errno; NULL: nothing. */
	int (*begin)(struct srv *srv);
	/* Operations that belong to no node, or to none that has it; may be NULL. */
	int64_t (*message)(struct srv_request *r); /* [ENOSYS] whatever the library does not know */
	void (*statvfs)(struct srv_node *node, struct proto_statvfs *out); /* [zeros] */
	/* [the mounts' nodes] Of a server that was restarted: the node with this inode; NULL: it is no more, and open files
	 * of it answer EIO. Inodes must tell all its nodes apart. */
	struct srv_node *(*node)(uint64_t inode);

	/* The library's own. */
	struct srv_state *state;
	struct srv_keep *keep;
};

/* Takes SLOT_ENDPOINT, whose Connections with the cookies 0, 1, ... the supervisor has mounted as `mounts`, in this
 * order; or makes an endpoint and mounts. Tells the supervisor, serves. Returns only an error of the start. */
int srv_run(struct srv *srv);

/* The same in three parts. srv_mount also at any later time. */
int srv_start(struct srv *srv);
int srv_mount(struct srv *srv, struct srv_mount *mount);
void srv_serve(struct srv *srv) __attribute__((noreturn));

/* ---- objects ---- */

struct srv_node {
	const struct srv_ops *ops;
	uint64_t inode;
	uint32_t mode; /* type and permissions, as st_mode */
	uint32_t links;
	uint32_t uid, gid;
	uint64_t size_bytes;
	uint64_t rdevice;
	uint64_t accessed_ns, modified_ns, changed_ns; /* since 1970 */
	struct srv_node *parent;		       /* of a directory: where its name is; NULL: a root */
	bool fleeting; /* made by lookup: to be released when nobody uses it, though it has links */
	/* The library's own; zeros at first. */
	bool marked;	 /* a mount covers this directory, or did, in some name space */
	uint32_t uses;	 /* open files, and requests that work on it */
	uint32_t ready;	 /* poll bits of all its open files */
	uint32_t shared; /* flocks: how many shared ones, or ~0 */
	struct list opens, waiting;
	struct srv_lock *locks;
};

/* Of zeroed memory: one link, the server's user, now. */
void srv_node_init(struct srv_node *node, const struct srv_ops *ops, uint64_t inode, uint32_t mode);

struct srv_open {
	struct srv_node *node;
	uint32_t flags;		 /* O_ACCMODE, O_APPEND, O_NONBLOCK, O_DIRECTORY */
	uint32_t ready;		 /* poll bits of this one, beside the node's */
	uint64_t offset;	 /* in a directory: the place of readdir */
	void *own;		 /* the server's; NULL after a restart */
	uint64_t connection;	 /* number of its Connection */
	struct list_node beside; /* node->opens */
	/* The library's own. */
	struct srv_node *top;	   /* root of the mount through which it was opened */
	uint64_t inode, top_inode; /* of `node`, of `top`: their names when the server is restarted */
	uint32_t mount;		   /* number of the mount */
	uint32_t uid;		   /* whose: for whom it counts */
	uint8_t lock;		   /* flock: LOCK_SH, LOCK_EX, 0 */
	bool owns_locks;	   /* there may be record locks of it */
	bool used;
	bool failed;   /* ops->open did not agree: no ops->close */
	bool orphan;   /* no client has it, but it is held */
	uint16_t held; /* srv_hold */
};

/* One component of a path: 1 to 255 bytes, no `/`, no NUL, neither `.` nor `..`; not closed by a NUL. */
struct srv_name {
	const char *text;
	unsigned bytes;
};
bool srv_name_is(struct srv_name name, const char *text);

/* What open with O_CREAT, mkdir, mknod and symlink ask for. */
struct srv_new {
	uint32_t mode; /* with the type */
	uint32_t uid, gid;
	uint64_t rdevice;
	struct srv_name target; /* symbolic links: any text of up to 4095 bytes */
};

/* All operations; in brackets what NULL does. Permissions, types and flags have been checked before. r->node is the
 * node that is meant, r->open the open file through which the message came: NULL if that was a path. */
struct srv_ops {
	bool stream; /* has no offset: seek, pread, pwrite are ESPIPE; so are FIFOs and sockets */
	/* Whatever was being done to an open file when the server died may be done again by the next one, from r->done on:
	 * its operations tell their progress by srv_progress, or change nothing the second time. */
	bool repeats;

	/* Files of all kinds. Data goes by srv_put and srv_get; the answer is its length. `offset` is resolved: with
	 * O_APPEND it is size_bytes. `length` is not 0. The library moves the offset and sets the times. */
	int64_t (*read)(struct srv_request *r, uint64_t offset, uint64_t length); /* [EINVAL] */
	/* The same for at most 48 bytes that travel in words, where nothing must be waited for: `to` has room for 48. The
	 * count, or SRV_LATER: `read` is to be asked. */
	int64_t (*peek)(struct srv_node *node, uint64_t offset, uint64_t length, void *to); /* [SRV_LATER] */
	int64_t (*write)(struct srv_request *r, uint64_t offset, uint64_t length); /* [EINVAL] sets size_bytes */
	int64_t (*truncate)(struct srv_request *r, uint64_t length);		   /* [EINVAL] sets size_bytes */
	int64_t (*sync)(struct srv_request *r);					   /* [0] */
	int64_t (*map)(struct srv_request *r, unsigned prot); /* [ENODEV] srv_give a memory object; out.w[1]: length */
	int64_t (*control)(struct srv_request *r, uint64_t request, uint64_t value); /* [ENOTTY] ioctl */

	/* Directories. */
	int (*lookup)(struct srv_node *dir, struct srv_name name, struct srv_node **out); /* [ENOENT] */
	/* srv_dir_add for each name from `place` on (0: the first); `.` and `..` are the library's. */
	int (*readdir)(struct srv_node *dir, uint64_t place, struct srv_dir *out); /* [none] */
	int (*create)(struct srv_request *r, struct srv_node *dir, struct srv_name name, const struct srv_new *what,
		      struct srv_node **out); /* [EROFS] with `out`, its links and its parent */
	/* Takes the name away and counts node->links; also of directories: ENOTEMPTY. */
	int (*unlink)(struct srv_node *dir, struct srv_name name, struct srv_node *node); /* [EROFS] */
	int (*link)(struct srv_node *dir, struct srv_name name, struct srv_node *node);	  /* [EROFS] */
	/* `over` is what has the new name now, to be unlinked, or NULL: of a fitting type, not `node`, no loop. */
	int (*rename)(struct srv_node *from, struct srv_name old, struct srv_node *node, struct srv_node *to,
		      struct srv_name name, struct srv_node *over); /* [EROFS] */

	/* Nodes. */
	int64_t (*readlink)(struct srv_node *node, const char **target); /* [EINVAL] answers its length */
	/* Not with O_PATH, which opens a place alone; nor are `close`, `reopen` and any operation but stat and the like. */
	int64_t (*open)(struct srv_request *r,
			struct srv_open *open); /* [0] may set `own`, exchange `node`, srv_wait */
	/* [the node is opened] What is open elsewhere is given (srv_give) in its place. */
	int64_t (*stand_in)(struct srv_request *r, struct srv_node *node);
	int (*close)(struct srv_open *open); /* [0] the last use has gone */
	/* [nothing] No client has it, but it is held: whoever holds it may be out of reach, too. Called again when one that holds
	 * it has let go. */
	void (*orphaned)(struct srv_open *open);
	/* [true] the server was restarted, and this file was open before: is it still? Else it answers EIO. */
	bool (*reopen)(struct srv_open *open);
	int (*change)(struct srv_request *r, struct srv_node *node); /* [0] may mode, owner or times be stored? */
	void (*refresh)(struct srv_node *node);	       /* [nothing] before stat: bring its fields up to date */
	int (*name)(struct srv_node *dir, char *name); /* [by readdir of the parent] its name and a NUL */
	void (*release)(struct srv_node *node);	       /* [nothing] no links and no uses: free it */
	int64_t (*unblock)(struct srv_request *kept); /* [EINTR, or `done`] a kept request shall end, or has vanished */
	int64_t (*message)(struct srv_request *r);    /* [srv->message] any other operation */
};

/* Adds a name; false: it does not fit, stop. `next`: the place behind it, 1 to 2^62. */
bool srv_dir_add(struct srv_dir *dir, struct srv_name name, const struct srv_node *node, uint64_t next);
bool srv_dir_add_entry(struct srv_dir *dir, struct srv_name name, uint64_t inode, uint32_t mode, uint64_t next);

/* ---- requests ---- */

struct srv_request {
	struct srv *srv;
	struct srv_node *node;
	struct srv_open *open;
	uint32_t op;	     /* PATH_OPEN, FILE_WRITE, ... */
	uint32_t flags;	     /* of the operation */
	uint64_t data_bytes; /* data of the client */
	uint64_t done;	     /* a parked request keeps it: what has been done so far */
	bool placed;	     /* the library's: it appends at `place` */
	uint64_t place;
	uint64_t before;    /* its number when the server before this one died while it served it; 0: not so */
	uint32_t caps;	    /* capabilities that came along */
	uint32_t bit;	    /* the library's */
	struct os_words in; /* words of the message */
	union {
		struct os_received received; /* the library's: as a message comes, an answer leaves */
		struct {
			int64_t info;
			uint64_t id, cookie, who, cred; /* the message and its sender: STAMP_PID(who) */
			struct os_words
			    out; /* words of the answer, at first as `in`; those of inline data are the library's */
		};
	};
	/* Of parked ones. */
	void *own;	       /* the server's, for kept ones */
	struct list_node link; /* kept: the server's; waiting: node->waiting */
	/* The library's own. */
	int32_t came[MESSAGE_CAPS_MAX];
	uint32_t state, tries;
	uint64_t tried;		/* `done` when `tries` began */
	struct srv_node *start; /* where its path begins */
	struct srv_node *held;	/* parked: the node that it uses */
	struct list_node all;	/* of all parked ones */
	struct srv_saved *saved;
	struct srv_turn *turn; /* NULL: parked */
};

_Static_assert(offsetof(struct srv_request, out) ==
		       offsetof(struct srv_request, received) + offsetof(struct os_received, words) &&
		   offsetof(struct srv_request, cred) ==
		       offsetof(struct srv_request, received) + offsetof(struct os_received, cred),
	       "two names of the same fields");

/* Data for the client, up to `bytes` of it: what it has room for. Answers the count. Up to 64 times. The memory must
 * stay as it is until the operation has returned: constants, pages, srv_scratch; up to 48 bytes are copied at once. If
 * the client's memory turns out to be absent, the operation is called again; but not that of a stream, which may have
 * taken the data away: the library keeps a copy, so there is room for 64 KiB at most. To a kept request: directly
 * before srv_finish. */
int64_t srv_put(struct srv_request *r, const void *from, uint64_t bytes);

/* 4 KiB, for data that is made for an answer. */
void *srv_scratch(struct srv_request *r);

/* Data of the client: `bytes` from its `offset` on, to `to`, or to pieces of memory. Every error is to be answered as
 * it is: -EABSENT means that the operation will be called again, with `done` kept, when the client's page is there. */
int srv_get(struct srv_request *r, uint64_t offset, void *to, uint64_t bytes);
int srv_get_pieces(struct srv_request *r, uint64_t offset, const struct message_piece *pieces, unsigned count);

/* The i-th capability that came: its slot, and it is the server's now (others are deleted after the operation), or
 * -errno. One more for the client with the answer: a copy of `slot`; `once`: to be deleted here afterwards. */
int64_t srv_take(struct srv_request *r, unsigned i);
int srv_give(struct srv_request *r, cap_t slot, bool once);
/* One more open file for the client: `node` with O_ flags, nothing checked. ENFILE, E2BIG: nothing has happened to the
 * node. */
int srv_give_open(struct srv_request *r, struct srv_node *node, uint32_t flags, struct srv_open **out);
/* The open file of this server that a capability in the slot is; or NULL. */
struct srv_open *srv_identify(struct srv *srv, cap_t slot);

/* ---- open files that the server itself refers to ---- */

/* The capability in `slot` becomes a reference to the open file of this server that it stands for: its number, and the slot is
 * empty. A capability in its place would be a client for ever. The slot stays as it is: -ESRCH, it is something else;
 * -EPERM, somebody can take it back, or it cannot send; -ETOOMANYREFS. */
int64_t srv_hold(struct srv *srv, cap_t slot);
struct srv_open *srv_held(struct srv *srv, uint32_t number);
/* If nobody has it any more, it is closed soon, by a message of its own. */
void srv_let_go(struct srv *srv, uint32_t number);
/* The reference becomes a capability for the client with the answer. 0, or -errno, and it is let go. */
int srv_give_held(struct srv_request *r, uint32_t number);

/* ---- who asks, and waiting ---- */

/* The record of who asks: for the time of the operation. NULL: it is not to be had; answer -EACCES. */
const struct proto_cred *srv_cred(struct srv_request *r);
/* May they do R_OK | W_OK | X_OK: 0 or -EACCES. Are they owner or root: 0 or -EPERM. */
int srv_may(struct srv_request *r, const struct srv_node *node, unsigned want);
int srv_owns(struct srv_request *r, const struct srv_node *node);

/* r->done += bytes, and should the server die now, the next one knows it. */
void srv_progress(struct srv_request *r, uint64_t bytes);

int64_t srv_wait(struct srv_request *r, uint32_t bit);
/* *out lives until srv_finish, or until ops->unblock has answered it (anything but SRV_LATER). EAGAIN: too many. What
 * `srv_wait` answers ends by itself when it is unblocked: with `done` if that is not 0, else EINTR. */
int64_t srv_keep(struct srv_request *r, struct srv_request **out);
void srv_finish(struct srv_request *kept, int64_t status);
#define SRV_LATER (-4000) /* not an answer */
/* words NULL: as they came. `skip`: bytes of its data to hide. */
int64_t srv_forward(struct srv_request *r, cap_t connection, const struct os_words *words, uint64_t skip);

/* Sets and clears poll bits, of all open files of a node or of one, and makes parked operations that wait for a bit
 * that is set run again: after the present one. */
void srv_ready(struct srv *srv, struct srv_node *node, uint32_t set, uint32_t clear);
void srv_ready_open(struct srv *srv, struct srv_open *open, uint32_t set, uint32_t clear);

/* ---- pulses and time ---- */

/* An Event at the server's endpoint; bind `slot` to interrupts, Connections, threads. Called like an operation. A server
 * of a user other than root cannot raise pulses above its own priority: they get that. */
struct srv_event {
	void (*handle)(struct srv_event *event, uint64_t bits);
	cap_t slot;
};
int srv_event_init(struct srv *srv, struct srv_event *event, unsigned priority);

/* A timer with an Event of its own. deadline_ns 0: off. */
struct srv_timer {
	struct srv_event event;
	cap_t slot;
};
int srv_timer_init(struct srv *srv, struct srv_timer *timer, unsigned priority);
void srv_timer_set(struct srv_timer *timer, uint64_t deadline_ns, uint64_t period_ns);

/* ---- what outlives the server ---- */

/* The first call of a server that is to remember: begins with the memory that the supervisor keeps for it (`keep` in the
 * manifest). True: what the run before this one left there is to be used; it died at any point, so believe nothing
 * unseen. False: there was none before, or it did not get as far as serving with this memory: all zeros. A server that
 * does not call it has its open files remembered, as lost, and no more. */
bool srv_recall(struct srv *srv);
/* Whole pages of that memory, zeros at first, then ordinary memory. The same calls in the same order get the same
 * pieces at the same addresses. NULL: there is none. */
void *srv_lasting(struct srv *srv, uint64_t bytes);
/* What is there cannot be used: the next run gets zeros. This one must end. */
void srv_forget(struct srv *srv);
/* Capabilities that outlive the server lie with the supervisor. srv_leave: a copy of `slot` under a number, the answer;
 * ENOENT: there is no supervisor. srv_fetch: a slot with what has this number, from this run or an earlier one; ENOENT:
 * nothing; EINVAL: numbers end before. */
int64_t srv_leave(cap_t slot);
int64_t srv_fetch(uint32_t number);
int srv_discard(uint32_t number);
/* The number of the message that the last run served when it died, and what it had done of it; or that it had answered
 * last, or 0. Its r->before will be this if it comes again. */
uint64_t srv_died_serving(const struct srv *srv, uint64_t *done);

uint64_t srv_realtime_ns(void);

/* The stamp (`who`) of the client whose path is being walked: for lookup and readlink. */
uint64_t srv_walker(const struct srv *srv);
