/* SPDX-License-Identifier: 0BSD */
/* main.c: the server. A node is made when its name is looked up and freed when nobody uses it;
 * where it stands (place, numbers, entry) is all that it holds, and its inode number is made of
 * that.
 */
#include <parley/heap.h>
#include <parley/print.h>
#include "lib/string.h"
#include "place.h"

struct proc_node {
	struct srv_node node;
	enum place place;
	uint32_t id, sub;	   /* process or container; thread */
	const struct entry *entry; /* files and links; NULL: a directory */
};

static const struct srv_ops directory_ops, file_ops, link_ops, descriptor_ops;
static struct srv proc_server;

static struct proc_node *proc_node(struct srv_node *node) { return container_of(node, struct proc_node, node); }

/* Different for everything that exists at a time; entry 0 is the directory itself. */
static uint64_t inode_of(enum place place, uint32_t id, uint32_t sub, unsigned entry)
{
	return 1 + ((uint64_t)place << 56 | (uint64_t)(sub & 0xfffff) << 36 | (uint64_t)(id & 0xfffffff) << 8 | entry);
}

static void own(struct proc_node *n)
{
	struct info_process p;

	n->node.uid = n->node.gid = 0;
	if (n->place >= PLACE_PROCESS && n->place <= PLACE_DESCRIPTOR && info_process(n->id, &p) == 0) {
		n->node.uid = p.euid;
		n->node.gid = p.egid;
	}
}

static int make(struct srv_node *dir, struct proc_node what, const struct srv_ops *ops, uint32_t mode, unsigned entry,
		struct srv_node **out)
{
	struct proc_node *n = os_alloc(sizeof(*n));

	if (!n)
		return -ENOMEM;
	*n = what;
	srv_node_init(&n->node, ops, inode_of(n->place, n->id, n->sub, entry), mode);
	n->node.fleeting = true;
	if (S_ISDIR(mode))
		n->node.parent = dir;
	own(n);
	*out = &n->node;
	return 0;
}

/* A name of digits, without leading zeros. */
static bool number_of(struct srv_name name, uint32_t *out)
{
	uint64_t value = 0;

	if (name.bytes > 9 || (name.text[0] == '0' && name.bytes > 1))
		return false;
	for (unsigned i = 0; i < name.bytes; i++) {
		if (name.text[i] < '0' || name.text[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(name.text[i] - '0');
	}
	*out = (uint32_t)value;
	return true;
}

static const struct srv_ops *ops_of(uint32_t mode)
{
	if (S_ISDIR(mode))
		return &directory_ops;
	return S_ISLNK(mode) ? &link_ops : S_ISCHR(mode) ? &descriptor_ops : &file_ops;
}

static int lookup_number(struct srv_node *dir, uint32_t number, struct srv_node **out)
{
	struct proc_node *in = proc_node(dir);
	const struct directory *d = place_directory(in->place);
	struct proc_node n = {.place = d->numbered, .id = d->inner ? in->id : number, .sub = d->inner ? number : 0};

	if (d->numbered == PLACE_ROOT || !place_has(in->place, in->id, number))
		return -ENOENT;
	return make(dir, n, ops_of(d->mode), d->mode, 0, out);
}

static int proc_lookup(struct srv_node *dir, struct srv_name name, struct srv_node **out)
{
	struct proc_node *in = proc_node(dir);
	const struct directory *d = place_directory(in->place);
	uint32_t number;

	for (unsigned i = 0; i < d->count; i++) {
		const struct entry *e = &d->entries[i];
		struct proc_node n = {.place = in->place, .id = in->id, .sub = in->sub, .entry = e};

		if (!srv_name_is(name, e->name))
			continue;
		if (S_ISDIR(e->mode))
			n = (struct proc_node){.place = e->place, .id = in->id};
		return make(dir, n, ops_of(e->mode), e->mode, S_ISDIR(e->mode) ? 0 : i + 1, out);
	}
	return number_of(name, &number) ? lookup_number(dir, number, out) : -ENOENT;
}

#define NUMBERS_FROM 0x100 /* places of readdir: entries below, then NUMBERS_FROM + number */

static int proc_readdir(struct srv_node *dir, uint64_t place, struct srv_dir *out)
{
	struct proc_node *in = proc_node(dir);
	const struct directory *d = place_directory(in->place);
	uint32_t number = place > NUMBERS_FROM ? (uint32_t)(place - NUMBERS_FROM) : 0;
	char text[16];

	for (; place < d->count; place++) {
		const struct entry *e = &d->entries[place];
		struct srv_name name = {e->name, (unsigned)strlen(e->name)};
		uint64_t inode = S_ISDIR(e->mode) ? inode_of(e->place, in->id, 0, 0)
						  : inode_of(in->place, in->id, in->sub, (unsigned)place + 1);

		if (!srv_dir_add_entry(out, name, inode, e->mode, place + 1))
			return 0;
	}
	for (; place_next(in->place, in->id, &number) == 0; number++) {
		struct srv_name name = {text, (unsigned)os_snprintf(text, sizeof(text), "%u", number)};
		uint64_t inode = inode_of(d->numbered, d->inner ? in->id : number, d->inner ? number : 0, 0);

		if (!srv_dir_add_entry(out, name, inode, d->mode, NUMBERS_FROM + (uint64_t)number + 1))
			return 0;
	}
	return 0;
}

/* ---- files ---- */

static int64_t file_open(struct srv_request *r, struct srv_open *open)
{
	struct proc_node *n = proc_node(open->node);
	struct text *text;
	int status;

	if (!n->entry->show || (open->flags & O_ACCMODE) == O_WRONLY)
		return 0;
	text = text_new();
	if (!text)
		return -ENOMEM;
	status = n->entry->show(text, n->id, n->sub);
	if (status < 0) {
		text_free(text);
		return status == -ESRCH ? -ENOENT : status;
	}
	open->own = text;
	return 0;
}

static int file_close(struct srv_open *open)
{
	if (open->own)
		text_free(open->own);
	return 0;
}

static int64_t file_read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	struct text *text = r->open->own;
	uint64_t left = text && offset < text->bytes ? text->bytes - offset : 0;

	return left ? srv_put(r, text->data + offset, length < left ? length : left) : 0;
}

/* The command that `text` names, a newline behind it or not; 0: none. */
static unsigned command_of(const char *text, uint64_t bytes)
{
	static const struct {
		const char *word;
		unsigned command;
	} commands[] = {{"stop", CONTROL_STOP},
			{"continue", CONTROL_CONTINUE},
			{"kill", CONTROL_KILL},
			{"subreaper", CONTROL_SUBREAPER}};

	if (bytes && text[bytes - 1] == '\n')
		bytes--;
	for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (srv_name_is((struct srv_name){text, (unsigned)bytes}, commands[i].word))
			return commands[i].command;
	return 0;
}

/* A command, carried out with this server's rights: only root may write, which the mode says. */
static int64_t file_write(struct srv_request *r, uint64_t offset, uint64_t length)
{
	struct proc_node *n = proc_node(r->node);
	char text[64];
	unsigned command;
	int64_t status;

	if (!n->entry->control)
		return -EACCES;
	if (length > sizeof(text))
		return -EINVAL;
	status = srv_get(r, 0, text, length);
	if (status < 0)
		return status;
	command = command_of(text, length);
	status = command ? info_control(n->entry->control, n->id, command) : -EINVAL;
	return status < 0 ? status : (int64_t)length;
}

static int64_t file_truncate(struct srv_request *r, uint64_t length)
{
	return proc_node(r->node)->entry->control ? 0 : -EACCES;
}

/* ---- links ---- */

static int64_t link_read(struct srv_node *node, const char **target)
{
	static char text[64];
	struct proc_node *n = proc_node(node);
	struct info_thread thread;
	int status;

	*target = text;
	if (n->place == PLACE_ROOT && n->entry->place == PLACE_ROOT) {
		uint32_t pid = STAMP_PID(srv_walker(&proc_server));

		return srv_name_is((struct srv_name){n->entry->name, 4}, "self")
			   ? os_snprintf(text, sizeof(text), "%u", pid)
			   : os_snprintf(text, sizeof(text), "%u/mounts", pid);
	}
	status = info_thread(n->id, n->sub, &thread);
	if (status < 0)
		return -ENOENT;
	return os_snprintf(text, sizeof(text), "/proc/%s/%u", place_name(n->entry->place),
			   *(const uint32_t *)((const char *)&thread + n->entry->field));
}

/* ---- descriptors ---- */

/* Whoever opens it gets a copy, as from dup. */
static int64_t descriptor_stand_in(struct srv_request *r, struct srv_node *node)
{
	const struct proc_node *n = proc_node(node);
	int64_t slot = info_fetch(n->id, n->sub);

	if (slot == -EBADF || slot == -ESRCH)
		return -ENOENT;
	return slot < 0 ? slot : srv_give(r, (cap_t)slot, true);
}

static void proc_release(struct srv_node *node) { os_free(proc_node(node), sizeof(struct proc_node)); }

static const struct srv_ops directory_ops = {.lookup = proc_lookup, .readdir = proc_readdir, .release = proc_release};
static const struct srv_ops file_ops = {
    .open = file_open,
    .close = file_close,
    .read = file_read,
    .write = file_write,
    .truncate = file_truncate,
    .release = proc_release,
};
static const struct srv_ops descriptor_ops = {.stand_in = descriptor_stand_in, .release = proc_release};
static const struct srv_ops link_ops = {.readlink = link_read, .release = proc_release};

static struct proc_node root;
static struct srv_mount mounts[] = {{.prefix = "/proc", .node = &root.node}};
static struct srv proc_server = {.name = "proc", .mounts = mounts, .mount_count = 1};

int main(int argc, char **argv)
{
	root.place = PLACE_ROOT;
	srv_node_init(&root.node, &directory_ops, inode_of(PLACE_ROOT, 0, 0, 0), S_IFDIR | 0555);
	return srv_run(&proc_server);
}
