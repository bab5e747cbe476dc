/* SPDX-License-Identifier: 0BSD */
/* start.h: the process of a service. */
#pragma once

#include "service.h"

/* Makes what outlives the process, if it is not there: endpoint and mounts, devices, account,
 * memory. 0 or -errno. */
int start_prepare(struct service *s);

/* Gives up the endpoint, the mounts and the memory: clients get ESRVDEAD, names are gone. */
void start_abandon(struct service *s);

/* Builds and starts the process: s->pid. 0 or -errno. */
int start_process(struct service *s);

/* The capability of the n-th device, into *slot. 0 or -errno. */
int device_make(const struct service_device *device, cap_t *slot);

/* What a program is told of the display: "display=..." in `text`. False: there is none. */
bool device_display_text(char *text, unsigned len_bytes);
