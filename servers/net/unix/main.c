/* SPDX-License-Identifier: 0BSD */
/* main.c: what is asked of /dev/unix itself: sockets and pipes are made here, and filesystems
 * forward here what concerns the names of FIFOs and sockets (proto/sock.def).
 */
#include <parley/syscall.h>
#include <parley/heap.h>
#include "pipe.h"
#include "server.h"
#include <proto/tty.h>
#include "socket.h"

uint64_t unix_inode(void)
{
	static uint64_t last = 1;

	return ++last;
}

void block_drop_cap(cap_t cap)
{
	if (cap & QUEUE_HELD)
		srv_let_go(&unix_server, cap & ~QUEUE_HELD);
	else
		os_cspace_delete(CAP_SELF_CSPACE, cap);
}

struct proto_peer unix_sender(struct srv_request *r)
{
	const struct proto_cred *cred = srv_cred(r);

	return (struct proto_peer){STAMP_PID(r->who), cred ? cred->euid : ~0u, cred ? cred->egid : ~0u};
}

int64_t unix_control_count(struct srv_request *r, uint64_t request, uint64_t bytes)
{
	uint32_t *count = srv_scratch(r);

	if (request != FIONREAD)
		return -ENOTTY;
	*count = (uint32_t)bytes;
	return srv_put(r, count, sizeof(*count)) < 0 ? -EFAULT : 0;
}

static int64_t make(struct srv_request *r)
{
	if (r->in.w[1] != PROTO_AF_UNIX)
		return -EAFNOSUPPORT;
	if (r->in.w[3])
		return -EPROTONOSUPPORT;
	return r->in.w[2] == PROTO_SOCK_PIPE ? pipe_make(r) : socket_make(r);
}

/* An inode is gone: a later file with its number shall not be taken for it. What is open stays. */
static int64_t forget(struct srv_request *r)
{
	for (enum name_kind kind = NAME_PIPE; kind <= NAME_SOCKET; kind++) {
		struct name *name = name_find(kind, r->in.w[1], r->in.w[2]);

		if (name)
			name_leave(name);
	}
	return 0;
}

static int64_t root_message(struct srv_request *r)
{
	switch (r->op) {
	case PATH_SOCKET:
		return make(r);
	case SOCK_NAME_FIFO:
		return pipe_open_fifo(r);
	case SOCK_NAME_BIND:
		return socket_bind(r);
	case SOCK_NAME_CONNECT:
		return socket_connect(r);
	case SOCK_NAME_GONE:
		return forget(r);
	default:
		return -ENOSYS;
	}
}

static const struct srv_ops root_ops = {.message = root_message, .unblock = pipe_unblock};
static struct srv_node root;
static struct srv_mount mounts[] = {{.prefix = "/dev/unix", .node = &root}};

struct srv unix_server = {
    .name = "unix",
    .opens_max = 4096,
    .mounts = mounts,
    .mount_count = 1,
};

int main(int argc, char **argv)
{
	srv_node_init(&root, &root_ops, 1, S_IFCHR | 0666);
	return srv_run(&unix_server);
}
