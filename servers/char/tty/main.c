/* SPDX-License-Identifier: 0BSD */
/* main.c: which terminals there are, from the arguments and the command line of the system.
 *
 * Arguments name nodes in the order of the manifest's `serve` lines. Three names can stand for one
 * terminal: without a choice on the command line, console, ttyS0 and tty0 are the same, seen and
 * typed at both; `console=ttyS0` or `console=tty0` makes them two, one of which is the console,
 * too. */
#include "console.h"
#include "job.h"
#include "pty.h"
#include "serial.h"

#include <parley/debug.h>
#include <parley/start.h>
#include <proto/layout.h>

#define NODES_MAX 16

/* In memory that outlives the server. */
static struct terminals {
	struct tty first, screen, serials[SERIAL_MAX];
} * terminals;
static struct srv_node controlling; /* /dev/tty */
static struct srv_mount mounts[NODES_MAX];
static char **arguments;
static int argument_count;
static int begin(struct srv *srv);
static struct srv_node *node_by_inode(uint64_t inode);
struct srv tty_server = {.name = "tty", .mounts = mounts, .begin = begin, .node = node_by_inode};

/* /dev/tty is opened as what it stands for. */
static int64_t controlling_open(struct srv_request *r, struct srv_open *open)
{
	struct job_ids ids;
	struct tty *t;
	int status = job_ids(STAMP_PID(r->who), &ids);

	if (status < 0)
		return status;
	t = ids.terminal ? tty_by_number(ids.terminal) : NULL;
	if (!t || t->session != ids.session)
		return -ENXIO;
	status = tty_open(t, r);
	if (status == 0)
		open->node = &t->node;
	return status;
}

static const struct srv_ops controlling_ops = {.open = controlling_open};

static bool is(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static bool starts(const char *text, const char *with)
{
	while (*with && *text == *with)
		text++, with++;
	return !*with;
}

/* The value of NAME= in a line of words, and its length. */
static const char *option(const char *line, const char *name, unsigned *length)
{
	for (const char *at = line; *at; at++) {
		const char *n = name;

		if (at != line && at[-1] != ' ')
			continue;
		while (*n && *at == *n)
			at++, n++;
		if (!*n && *at == '=') {
			for (*length = 0; at[1 + *length] && at[1 + *length] != ' ';)
				++*length;
			return at + 1;
		}
		if (!*at)
			break;
	}
	return NULL;
}

static bool console_is(const char *name)
{
	unsigned length = 0, i = 0;
	const char *value = option(os_boot->cmdline, "console", &length);

	while (value && i < length && name[i] == value[i])
		i++;
	return value && i == length && !name[i];
}

/* ---- nodes ---- */

/* The number of a name like ttyS1; -1: it is none. */
static int serial_number(const char *name)
{
	char serial[] = "ttyS0";

	for (int i = 0; i < SERIAL_MAX; i++, serial[4]++)
		if (is(name, serial))
			return i;
	return -1;
}

/* Whether the console is on the device `name`. Without a choice it is on the screen and on the
 * first serial line. */
static bool is_console(const char *name)
{
	if (console_is("ttyS0") || console_is("tty0"))
		return console_is(name);
	return is(name, "ttyS0") || is(name, "tty0");
}

static struct tty *terminal_of(const char *name)
{
	int number = serial_number(name);

	if (number < 0 && !is(name, "tty0"))
		return NULL;
	return is_console(name) ? &terminals->first : number < 0 ? &terminals->screen : &terminals->serials[number];
}

static struct srv_node *node_of(const char *name)
{
	struct tty *t = terminal_of(name);

	if (is(name, "console"))
		return &terminals->first.node;
	if (is(name, "tty"))
		return &controlling;
	if (is(name, "ptmx"))
		return &pty_multiplexer;
	if (is(name, "pts"))
		return &pty_directory;
	return t ? &t->node : NULL;
}

/* Mounts for the arguments. Nothing is asked of anybody. */
static int name_nodes(void)
{
	static char prefixes[NODES_MAX + 1][16];

	for (int i = 1; i < argument_count; i++) {
		struct srv_node *node = node_of(arguments[i]);
		unsigned n = tty_server.mount_count;
		char *at = prefixes[n];

		if (starts(arguments[i], "display="))
			continue; /* the boot page says it, too */
		if (!node || n == NODES_MAX) {
			os_printf("tty: what is %s?\n", arguments[i]);
			return -EINVAL;
		}
		for (const char *from = "/dev/"; *from;)
			*at++ = *from++;
		for (const char *from = arguments[i]; (*at++ = *from++);)
			;
		mounts[n] = (struct srv_mount){.prefix = prefixes[n], .node = node};
		tty_server.mount_count++;
	}
	return tty_server.mount_count ? 0 : -EINVAL;
}

/* Whether an argument means it. */
static bool is_named(const struct tty *t)
{
	for (int i = 1; i < argument_count; i++)
		if (terminal_of(arguments[i]) == t)
			return true;
	return t == &terminals->first;
}

/* The memory of those that nobody names is never touched. */
static void init_terminal(struct tty *t, uint64_t rdevice, uint32_t mode, bool recalled)
{
	static const struct proto_winsize usual = {.ws_row = CONSOLE_SHARED_ROWS, .ws_col = CONSOLE_SHARED_COLS};

	if (!is_named(t))
		return;
	if (recalled && tty_recall(t, rdevice))
		return;
	tty_init(t, rdevice, mode);
	t->size = usual;
}

/* The same calls at every start, so that memory is found where it was. */
static int init_terminals(void)
{
	bool recalled = srv_recall(&tty_server);

	terminals = srv_lasting(&tty_server, sizeof(*terminals));
	if (!terminals || pty_begin(recalled) < 0 || serial_remember(recalled) < 0)
		return -ENOMEM;
	init_terminal(&terminals->first, PROTO_DEVICE(5, 1), 0600, recalled);
	init_terminal(&terminals->screen, PROTO_DEVICE(4, 0), 0620, recalled);
	for (unsigned i = 0; i < SERIAL_MAX; i++)
		init_terminal(&terminals->serials[i], PROTO_DEVICE(4, 64 + i), 0620, recalled);
	srv_node_init(&controlling, &controlling_ops, PROTO_DEVICE(5, 0), S_IFCHR | 0666);
	controlling.rdevice = PROTO_DEVICE(5, 0);
	return 0;
}

static struct srv_node *node_by_inode(uint64_t inode)
{
	struct tty *t = tty_by_number((uint32_t)inode);

	if (t && t->node.inode == inode)
		return &t->node;
	return inode == controlling.inode ? &controlling : pty_node(inode);
}

/* ---- devices ---- */

static void begin_serial(int number, struct tty *t, cap_t slot)
{
	static const uint32_t bases[SERIAL_MAX] = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
	int status = serial_begin((unsigned)number, bases[number], slot, slot + 1, t);

	if (status < 0)
		os_printf("tty: serial line %d: error %d\n", number, -status);
}

/* Serial lines first: the screen must know whether its terminal has one. */
static void begin_devices(void)
{
	struct console_devices devices = {.display = CAP_NONE};
	cap_t slot = SLOT_DEVICE_MIN;
	bool has_screen = false;
	int status;

	for (int i = 1; i < argument_count; i++) {
		if (serial_number(arguments[i]) >= 0) {
			begin_serial(serial_number(arguments[i]), terminal_of(arguments[i]), slot);
			slot += 2;
		} else if (is(arguments[i], "tty0")) {
			devices = (struct console_devices){slot, slot + 1, slot + 2, slot + 3, slot + 4};
			has_screen = true;
			slot += 5;
		}
	}
	if (!has_screen)
		return;
	status = console_begin(&devices, terminal_of("tty0"), terminal_of("tty0")->line != NULL);
	if (status < 0)
		os_printf("tty: screen: error %d\n", -status);
}

static int begin(struct srv *srv)
{
	int status = tty_begin();

	if (status < 0)
		return status;
	begin_devices();
	tty_go_on();
	return 0;
}

int main(int argc, char **argv)
{
	int status;

	arguments = argv;
	argument_count = argc;
	status = init_terminals();
	if (status == 0)
		status = name_nodes();
	if (status == 0)
		status = srv_run(&tty_server);
	os_printf("tty: error %d\n", -status);
	return 1;
}
