/* SPDX-License-Identifier: 0BSD */
/* file.c: a program's file: reading its head and getting its memory object. */
#include "load/load.h"

#include <proto/posix.h>
#include <parley/message.h>
#include <parley/syscall.h>
#include <proto/flags.h>
#include <proto/proto.h>

#define PROT_READ_EXEC 5
#define ERRNO_LAST     2000 /* what is above has no meaning for programs */

/* Sends again what a signal interrupted: nothing here has a second effect. */
static int64_t send(cap_t file, const struct os_words *request, struct os_words *answer,
		    const struct message_desc *desc)
{
	int64_t r;

	do {
		*answer = *request;
		r = os_send(file, answer, desc, DEADLINE_FOREVER, 0);
	} while (r == -EINTR);
	return r <= -ERRNO_LAST ? -EIO : r;
}

static int64_t read_some(cap_t file, uint64_t offset, void *buffer, size_t bytes)
{
	OS_DESC(1)
	d = {.desc = {.receive_count = 1}};
	struct os_words request = {{PROTO_WORD0(FILE_READ, 0, 0), offset, bytes}}, answer;

	d.desc.piece[0] = (struct message_piece){(uint64_t)buffer, bytes};
	return send(file, &request, &answer, &d.desc);
}

int load_read(cap_t file, uint64_t offset, void *buffer, size_t bytes)
{
	size_t done = 0;

	while (done < bytes) {
		int64_t r = read_some(file, offset + done, (char *)buffer + done, bytes - done);

		if (r <= 0)
			return r < 0 ? (int)r : -EIO;
		done += (size_t)r;
	}
	return 0;
}

int load_read_head(struct load *load, cap_t file)
{
	int64_t r;

	load->head_bytes = 0;
	load->object = 0;
	while (load->head_bytes < sizeof(load->head)) {
		r = read_some(file, load->head_bytes, load->head + load->head_bytes,
			      sizeof(load->head) - load->head_bytes);
		if (r < 0)
			return (int)r;
		if (r == 0)
			break;
		load->head_bytes += (size_t)r;
	}
	return 0;
}

int load_map(struct load *load, cap_t file, cap_t min, cap_t max)
{
	OS_DESC(1)
	d = {.desc = {.accept_count = 1,
		      .land_min = min,
		      .land_max = max,
		      .land_flags = SLOT_CLOEXEC | SLOT_CLOFORK,
		      .landed = {-EIO}}};
	struct os_words request = {{PROTO_WORD0(FILE_MAP, 0, 0), PROT_READ_EXEC}}, answer;
	int64_t r = send(file, &request, &answer, &d.desc);

	if (r < 0)
		return r == -ENODEV ? -EACCES : (int)r;
	if (d.desc.landed[0] < 0)
		return d.desc.landed[0];
	load->object = (cap_t)d.desc.landed[0];
	r = load_parse(load->head, load->head_bytes, answer.w[1], &load->program);
	if (r < 0)
		load_close(load);
	return (int)r;
}

int load_open(struct load *load, cap_t file, cap_t min, cap_t max)
{
	int error = load_read_head(load, file);

	return error < 0 ? error : load_map(load, file, min, max);
}

void load_close(struct load *load)
{
	if (load->object)
		os_cspace_delete(CAP_SELF_CSPACE, load->object);
	load->object = 0;
}
