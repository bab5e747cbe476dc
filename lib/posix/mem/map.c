/* SPDX-License-Identifier: 0BSD */
/* map.c: regions of the address space.
 *
 * `sys` keeps them. Mapping a file begins at its server, which answers a memory object; that goes
 * to `sys`, and the region keeps it.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "posix/files.h"
#include "posix/mem/map.h"

#define PROT_KNOWN (PROT_READ | PROT_WRITE | PROT_EXEC)

/* mlockall(MCL_FUTURE) */
static bool pin_future;

int64_t posix_map(uint64_t address, uint64_t length_bytes, uint64_t prot, uint64_t offset, cap_t object, uint32_t flags)
{
	struct os_words w = {{PROTO_WORD0(MEM_MAP, flags, 0), address, length_bytes, prot, offset}};
	posix_desc d;
	int64_t r;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.give_count = object != CAP_NONE;
	d.desc.give[0] = object;
	r = posix_send(CAP_SELF_PROCESS, &w, object == CAP_NONE ? NULL : &d.desc);
	return r < 0 ? r : (int64_t)w.w[1];
}

/* Sends *W to SLOT for a capability, which lands in a slot of the library's: that slot, or -errno. */
static int64_t ask_object(cap_t slot, struct os_words *w)
{
	posix_desc d;
	int64_t r;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.accept_count = 1;
	d.desc.land_flags = SLOT_CLOEXEC | SLOT_CLOFORK;
	d.desc.land_min = POSIX_SLOT_MIN;
	d.desc.land_max = POSIX_SLOT_MAX;
	d.desc.landed[0] = -EIO;
	r = posix_send(slot, w, &d.desc);
	return r < 0 ? r : d.desc.landed[0];
}

int64_t posix_file_object(cap_t file, int prot, uint64_t *length_bytes)
{
	struct os_words w = {{FILE_MAP, (unsigned)prot}};
	int64_t slot = ask_object(file, &w);

	*length_bytes = w.w[1];
	return slot;
}

/* Memory without a file that processes share is an object, too: the region alone would be each one's own. */
static int64_t anonymous_object(uint64_t length_bytes)
{
	struct os_words w = {{MEM_OBJECT, length_bytes}};

	return ask_object(CAP_SELF_PROCESS, &w);
}

int64_t posix_region(unsigned op, const void *address, size_t length, uint64_t what)
{
	struct os_words w = {{op, (uint64_t)address, page_up(length), what}};

	return posix_send(CAP_SELF_PROCESS, &w, NULL);
}

/* Which of MAP_ are MEM_. */
static uint32_t mem_flags(int flags)
{
	uint32_t mem = 0;

	if ((flags & MAP_TYPE) == MAP_SHARED)
		mem |= MEM_SHARED;
	if (flags & MAP_FIXED)
		mem |= MEM_FIXED;
	if (flags & MAP_FIXED_NOREPLACE)
		mem |= MEM_FIXED | MEM_NOREPLACE;
	if (flags & MAP_GROWSDOWN)
		mem |= MEM_STACK;
	if ((flags & (MAP_POPULATE | MAP_LOCKED)) || pin_future)
		mem |= MEM_POPULATE;
	return mem;
}

/* The object for a mapping of FD. A shared one may be made writable later if the file is open for
 * writing: so that is asked for first. */
static int64_t object_of(int fd, int prot, int flags)
{
	uint64_t length;
	int64_t slot;

	if (!posix_is_fd(fd))
		return -EBADF;
	if ((flags & MAP_TYPE) == MAP_PRIVATE)
		return posix_file_object((cap_t)fd, PROT_READ | (prot & PROT_EXEC), &length);
	slot = posix_file_object((cap_t)fd, prot | PROT_READ | PROT_WRITE, &length);
	if (slot == -EACCES && !(prot & PROT_WRITE))
		slot = posix_file_object((cap_t)fd, prot | PROT_READ, &length);
	return slot;
}

static int64_t check(size_t length, int prot, int flags, off_t offset)
{
	int type = flags & MAP_TYPE;

	if (length == 0 || (type != MAP_SHARED && type != MAP_PRIVATE) || (prot & ~PROT_KNOWN))
		return -EINVAL;
	if (offset < 0 || page_of((uint64_t)offset) != (uint64_t)offset)
		return -EINVAL;
	if (page_up(length) < length)
		return -ENOMEM;
	if (page_up(length) > (uint64_t)INT64_MAX - (uint64_t)offset)
		return -EOVERFLOW;
	return 0;
}

static int64_t map(uint64_t address, size_t length, int prot, int flags, int fd, uint64_t offset)
{
	int64_t object = CAP_NONE, r;

	if (!(flags & MAP_ANONYMOUS))
		object = object_of(fd, prot, flags);
	else if ((flags & MAP_TYPE) == MAP_SHARED)
		object = anonymous_object(page_up(length));
	if (object < 0)
		return object;
	if (flags & MAP_ANONYMOUS)
		offset = 0;
	r = posix_map(address, page_up(length), (unsigned)prot, offset, (cap_t)object, mem_flags(flags));
	if (object != CAP_NONE)
		os_cspace_delete(CAP_SELF_CSPACE, (cap_t)object);
	if (r > 0 && ((flags & MAP_LOCKED) || pin_future))
		posix_region(MEM_ADVISE, (void *)r, length, MEM_ADVICE_PIN);
	return r;
}

void *mmap(void *address, size_t length, int prot, int flags, int fd, off_t offset)
{
	int64_t r = check(length, prot, flags, offset);

	if (r == 0)
		r = map((uint64_t)address, length, prot, flags, fd, (uint64_t)offset);
	if (r < 0) {
		posix_failed(r);
		return MAP_FAILED;
	}
	return (void *)r;
}

int munmap(void *address, size_t length)
{
	return posix_zero(length ? posix_region(MEM_UNMAP, address, length, 0) : -EINVAL);
}

int mprotect(void *address, size_t length, int prot)
{
	if (prot & ~PROT_KNOWN)
		return (int)posix_failed(-EINVAL);
	if (length == 0)
		return 0;
	return posix_zero(posix_region(MEM_PROTECT, address, length, (unsigned)prot));
}

void posix_pin_future(bool on) { pin_future = on; }
