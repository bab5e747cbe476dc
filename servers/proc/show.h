/* SPDX-License-Identifier: 0BSD */
/* show.h: the text of each file, and what a command to it does.
 *
 * `id` is the process or container, `sub` the thread; 0 where there is none. Each answers 0 or
 * -errno (-ESRCH: it has gone).
 */
#pragma once

#include "text.h"

typedef int show_text(struct text *t, uint32_t id, uint32_t sub);

show_text show_status, show_stat, show_statm, show_cmdline, show_comm, show_maps, show_mounts_of;
show_text show_thread_status, show_thread_stat;
show_text show_vspace, show_fdspace, show_context, show_namespace, show_account, show_group;
show_text show_cpuinfo, show_meminfo, show_system_stat, show_uptime, show_version, show_boot_line, show_filesystems;
