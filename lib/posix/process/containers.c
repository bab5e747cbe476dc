/* SPDX-License-Identifier: 0BSD */
/* containers.c: capabilities to what threads are bound to. */
#include "posix/containers.h"

#include <errno.h>
#include <string.h>
#include "posix/internal.h"

/* Sends *W; the slot where what is answered has landed. */
static int64_t fetch(cap_t to, struct os_words *w)
{
	posix_desc d;
	int64_t r;

	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.accept_count = 1;
	d.desc.land_min = POSIX_SLOT_MIN;
	d.desc.land_max = POSIX_SLOT_MAX;
	d.desc.landed[0] = -EIO;
	r = posix_send(to, w, &d.desc);
	return r < 0 ? r : d.desc.landed[0];
}

long posix_container_open(pid_t pid, enum info_kind kind)
{
	struct os_words w = {{PROTO_WORD0(PROC_HANDLE, 0, 0), (uint64_t)pid, kind}};

	return posix_result(fetch(CAP_SELF_PROCESS, &w));
}

long posix_context_copy(void)
{
	struct os_words w = {{PROTO_WORD0(NS_CONTEXT, 0, 0)}};

	return posix_result(fetch(CAP_SELF_HOME, &w));
}

void posix_container_close(cap_t slot)
{
	if (slot >= POSIX_SLOT_MIN)
		os_cspace_delete(CAP_SELF_CSPACE, slot);
}

void posix_attr_bind(pthread_attr_t *attr, cap_t context, cap_t fdspace)
{
	attr->__spare[POSIX_ATTR_CONTEXT] = (int)context;
	attr->__spare[POSIX_ATTR_FDSPACE] = (int)fdspace;
}
