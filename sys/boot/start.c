/* SPDX-License-Identifier: 0BSD */
/* start.c: the first two programs.
 *
 * `image` serves the root: it gets the boot module's Extents in SLOT_DEVICE_MIN on, an endpoint in SLOT_ENDPOINT of
 * which a Connection with cookie 0 is mounted at "/", and three numbers as arguments: how many Extents, where in the
 * first the archive begins, and its length. `supervisor` gets the System capability and the rights of proc_first.
 */
#include "boot/boot.h"

#include "lib/bits.h"
#include "lib/string.h"
#include "mem/fds.h"
#include "mem/given.h"
#include "mem/slot.h"
#include "path/path.h"
#include "proc/proc.h"

#include <abi/boot.h>
#include <abi/memory.h>
#include <parley/print.h>
#include <parley/start.h>
#include <parley/syscall.h>
#include <proto/flags.h>
#include <proto/image.h>
#include <proto/layout.h>

#define CONNECTIONS	    256
#define IMAGE_PRIORITY	    60
#define SUPERVISOR_PRIORITY 50
#define ARGUMENTS_BYTES	    256

static void must(int64_t r, const char *program, const char *what)
{
	if (r < 0)
		sys_panic("start of %s: %s: error %d", program, what, (int)-r);
}

/* As the System V ABI says: argc, argv, null, no environment, an empty auxiliary vector, then the texts. ARGUMENTS are
 * texts, each with its NUL. */
static uint64_t make_stack(struct space *s, const char *name, const char *arguments, unsigned count)
{
	uint64_t bottom = LAYOUT_STACK_TOP - LAYOUT_STACK_BYTES, at = LAYOUT_STACK_TOP - 512;
	uint64_t words[8] = {count}, texts = at + sizeof(words);
	uint64_t bytes = 0;

	for (unsigned i = 0; i < count; i++) {
		words[1 + i] = texts + bytes;
		bytes += strlen(arguments + bytes) + 1;
	}
	must(space_map(s, &bottom, LAYOUT_STACK_BYTES, PROT_READ | PROT_WRITE, MEM_FIXED | MEM_STACK, NULL, 0), name,
	     "stack");
	must(space_write(s, at, words, sizeof(words)), name, "stack");
	must(space_write(s, texts, arguments, bytes), name, "stack");
	/* argc, argv[count], 0, envp: 0, auxv: 0 0 */
	_Static_assert(sizeof(words) + ARGUMENTS_BYTES < 512, "all of it is on the stack");
	return at;
}

static void load(struct proc_first *how, const char *path, const char *arguments, unsigned count)
{
	struct boot_file file;

	if (!boot_find(path, &file))
		sys_panic("boot image: no %s", path);
	must(space_new(&account_root, &how->space), how->name, "address space");
	must(fds_new(&account_root, &how->fds), how->name, "descriptors");
	must(boot_load(how->space, &file, &how->entry), how->name, "program");
	how->arg = LAYOUT_CLOCK; /* programs on lib/os find the clock by it */
	how->stack = make_stack(how->space, how->name, arguments, count);
}

static void give(struct proc_first *how, cap_t slot, cap_t source, uint32_t rights)
{
	must(fds_put_slot(how->fds, slot, NULL, source, rights, 0), how->name, "capabilities");
}

static void start_image(void)
{
	struct proc_first how = {.name = "image", .priority = IMAGE_PRIORITY};
	char text[ARGUMENTS_BYTES];
	struct os_words out;
	cap_t endpoint, root;
	int bytes = os_snprintf(text, sizeof(text), "image%c%x%c%lx%c%lx", 0, os_boot->image_extents, 0,
				boot_archive_offset(), 0, boot_archive_bytes());

	(void)bytes;
	load(&how, IMAGE_PATH_IMAGE_SERVER, text, 4);
	must(given_endpoint(&account_root, CONNECTIONS, &endpoint), how.name, "endpoint");
	must(slot_take(&root), how.name, "slots");
	must(os_connect(endpoint, 0, root, root, 0, &out), how.name, "root");
	must(path_mount_root(root), how.name, "mount");
	give(&how, SLOT_SYSTEM, BOOT_SLOT_SYSTEM, RIGHT_SYSTEM_DEBUG);
	give(&how, SLOT_ENDPOINT, endpoint, RIGHTS_ALL);
	slot_delete(endpoint);
	for (uint32_t i = 0; i < os_boot->image_extents; i++)
		give(&how, SLOT_DEVICE_MIN + i, BOOT_SLOT_FIRST_IMAGE + i, RIGHTS_ALL);
	must(proc_start_first(&how), how.name, "process");
}

static void start_supervisor(void)
{
	struct proc_first how = {.name = "supervisor", .priority = SUPERVISOR_PRIORITY, .supervisor = true};

	load(&how, IMAGE_PATH_SUPERVISOR, "supervisor", 1);
	give(&how, SLOT_SYSTEM, BOOT_SLOT_SYSTEM, RIGHTS_ALL);
	must(proc_start_first(&how), how.name, "process");
}

void boot_start(void)
{
	boot_archive_init();
	start_image();
	start_supervisor();
}
