/* SPDX-License-Identifier: 0BSD */
/* pty.c: masters and the directory of pseudo terminals. */
#include "pty.h"

#include "lib/bits.h"

struct pty {
	struct tty tty; /* first */
	struct srv_node master;
	bool locked, master_open;
	bool was_open; /* some program has had the terminal open */
};

struct srv_node pty_multiplexer, pty_directory;
static struct pty *ptys; /* PTY_MAX, in memory that outlives the server */
static const struct srv_ops master_ops;

static struct pty *pty_of_master(struct srv_node *node) { return container_of(node, struct pty, master); }

static bool is_left(const struct pty *p) { return p->was_open && p->tty.opens == 0; }

bool pty_is_locked(const struct tty *t) { return t->master && ((const struct pty *)t)->locked; }

void pty_update(struct tty *t)
{
	struct pty *p = (struct pty *)t;
	uint32_t bits;

	p->was_open |= t->opens > 0;
	bits = (ldisc_sending(&t->ld) || is_left(p) ? POLLIN : 0) | (ldisc_room(&t->ld) ? POLLOUT : 0) |
	       (is_left(p) ? POLLHUP : 0);
	srv_ready(&tty_server, &p->master, bits, (POLLIN | POLLOUT | POLLHUP) & ~bits);
	if (bits & POLLIN)
		tty_kick(&p->master, TTY_WAIT_READ);
	if (bits & POLLOUT)
		tty_kick(&p->master, TTY_WAIT_WRITE);
}

/* ---- the master ---- */

static int64_t master_read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	struct pty *p = pty_of_master(r->node);
	void *bytes = srv_scratch(r);
	size_t count;
	int64_t status;

	if (tty_comes_again(&p->tty, r))
		ldisc_unsend(&p->tty.ld, &p->tty.undo.mark);
	tty_mark(&p->tty, r, false);
	count = ldisc_output(&p->tty.ld, bytes, length < TTY_CHUNK ? length : TTY_CHUNK);
	if (!count)
		return is_left(p) ? -EIO : srv_wait(r, TTY_WAIT_READ);
	status = srv_put(r, bytes, count);
	tty_update(&p->tty);
	return status;
}

static int64_t master_write(struct srv_request *r, uint64_t offset, uint64_t length)
{
	struct pty *p = pty_of_master(r->node);
	uint8_t *bytes = srv_scratch(r);

	while (r->done < length) {
		uint64_t left = length - r->done, count = ldisc_room(&p->tty.ld);
		int status;

		if (!count)
			break;
		count = count < left ? count : left;
		count = count < TTY_CHUNK ? count : TTY_CHUNK;
		status = srv_get(r, r->done, bytes, count);
		if (status < 0)
			return status;
		srv_progress(r, count);
		tty_input(&p->tty, bytes, (unsigned)count);
	}
	if (r->done == length || (r->done && r->open && r->open->flags & O_NONBLOCK))
		return (int64_t)r->done;
	return srv_wait(r, TTY_WAIT_WRITE);
}

static int64_t master_control(struct srv_request *r, uint64_t request, uint64_t value)
{
	struct pty *p = pty_of_master(r->node);
	uint32_t *number = srv_scratch(r);
	int status;

	switch (request) {
	case TIOCGPTN:
		*number = (uint32_t)p->tty.node.rdevice & 0xff;
		return srv_put(r, number, sizeof(*number)) < 0 ? -EINVAL : 0;
	case TIOCSPTLCK:
		status = r->data_bytes < sizeof(*number) ? -EINVAL : srv_get(r, 0, number, sizeof(*number));
		if (status == 0)
			p->locked = *number != 0;
		return status;
	}
	return tty_control(&p->tty, r, request, value, true);
}

static int master_close(struct srv_open *open)
{
	struct pty *p = pty_of_master(open->node);

	p->master_open = false;
	tty_hang_up(&p->tty);
	return 0;
}

static bool master_reopen(struct srv_open *open)
{
	pty_of_master(open->node)->master_open = true;
	return true;
}

static const struct srv_ops master_ops = {
    .stream = true,
    .reopen = master_reopen,
    .read = master_read,
    .write = master_write,
    .control = master_control,
    .close = master_close,
};

/* ---- /dev/ptmx ---- */

static bool is_free(const struct pty *p)
{
	return !p->master_open && !p->tty.opens && !p->tty.node.uses && !p->master.uses;
}

/* The first number that nobody uses; -1: none. */
static int find_free(void)
{
	for (int i = 0; i < PTY_MAX; i++)
		if (is_free(&ptys[i]))
			return i;
	return -1;
}

static uint64_t master_inode(uint64_t number) { return PROTO_DEVICE(5, 2) << 16 | number; }

static void begin_master(struct pty *p, uint64_t number)
{
	p->tty.master = &p->master;
	p->master = (struct srv_node){.ops = NULL};
	srv_node_init(&p->master, &master_ops, master_inode(number), S_IFCHR | 0666);
	p->master.rdevice = PROTO_DEVICE(5, 2);
}

static void begin(struct pty *p, int number, const struct proto_cred *cred)
{
	tty_init(&p->tty, PROTO_DEVICE(136, number), 0620);
	p->tty.node.uid = cred ? cred->euid : 0;
	p->tty.node.gid = cred ? cred->egid : 0;
	begin_master(p, (uint64_t)number);
	p->locked = true;
	p->master_open = true;
	p->was_open = false;
}

static int64_t multiplexer_open(struct srv_request *r, struct srv_open *open)
{
	int number = find_free();

	if (number < 0)
		return -ENOSPC;
	begin(&ptys[number], number, srv_cred(r));
	open->node = &ptys[number].master;
	tty_update(&ptys[number].tty);
	return 0;
}

/* ---- /dev/pts ---- */

static int directory_lookup(struct srv_node *dir, struct srv_name name, struct srv_node **out)
{
	unsigned number = 0;

	if (name.bytes > 3 || (name.bytes > 1 && name.text[0] == '0'))
		return -ENOENT;
	for (unsigned i = 0; i < name.bytes; i++) {
		if (name.text[i] < '0' || name.text[i] > '9')
			return -ENOENT;
		number = number * 10 + (unsigned)(name.text[i] - '0');
	}
	if (number >= PTY_MAX || !ptys[number].master_open)
		return -ENOENT;
	*out = &ptys[number].tty.node;
	return 0;
}

static int directory_read(struct srv_node *dir, uint64_t place, struct srv_dir *out)
{
	for (uint64_t i = place; i < PTY_MAX; i++) {
		char text[2] = {(char)('0' + i / 10), (char)('0' + i % 10)};
		struct srv_name name = {i < 10 ? text + 1 : text, i < 10 ? 1 : 2};

		if (ptys[i].master_open && !srv_dir_add(out, name, &ptys[i].tty.node, i + 1))
			break;
	}
	return 0;
}

static const struct srv_ops multiplexer_ops = {.open = multiplexer_open};
static const struct srv_ops directory_ops = {.lookup = directory_lookup, .readdir = directory_read};

/* A pseudo terminal that the server before this one had. Whether its master is open still shows with the open files. */
static void recall(struct pty *p, uint64_t number)
{
	if (tty_recall(&p->tty, PROTO_DEVICE(136, number)))
		begin_master(p, number);
	else
		*p = (struct pty){.locked = false};
	p->master_open = false;
}

struct srv_node *pty_node(uint64_t inode)
{
	uint64_t number = inode - master_inode(0);

	if (inode == pty_multiplexer.inode)
		return &pty_multiplexer;
	if (inode == pty_directory.inode)
		return &pty_directory;
	return number < PTY_MAX && ptys[number].tty.master ? &ptys[number].master : NULL;
}

int pty_begin(bool recalled)
{
	srv_node_init(&pty_multiplexer, &multiplexer_ops, PROTO_DEVICE(5, 2), S_IFCHR | 0666);
	pty_multiplexer.rdevice = PROTO_DEVICE(5, 2);
	srv_node_init(&pty_directory, &directory_ops, 1, S_IFDIR | 0755);
	ptys = srv_lasting(&tty_server, PTY_MAX * sizeof(*ptys));
	for (uint64_t i = 0; ptys && recalled && i < PTY_MAX; i++)
		recall(&ptys[i], i);
	return ptys ? 0 : -ENOMEM;
}
