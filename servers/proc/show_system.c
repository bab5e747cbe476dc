/* SPDX-License-Identifier: 0BSD */
/* show_system.c: files about the machine as a whole. */
#include <abi/boot.h>
#include <parley/clock.h>
#include <proto/layout.h>
#include "info.h"
#include "lib/string.h"
#include "show.h"

#define TICK_NS 10000000ull /* USER_HZ is 100 */
#define CHUNK	(INFO_CHUNK_BYTES / sizeof(struct info_process))

static const struct boot_page *machine(void) { return (const struct boot_page *)LAYOUT_CLOCK; }

int show_uptime(struct text *t, uint32_t id, uint32_t sub)
{
	uint64_t ms = os_now_ns() / 10000000;

	text_print(t, "%lu.%02lu 0.00\n", (unsigned long)(ms / 100), (unsigned long)(ms % 100));
	return 0;
}

static void cpuid(uint32_t leaf, uint32_t out[4])
{
	__asm__ volatile("cpuid" : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(0));
}

int show_cpuinfo(struct text *t, uint32_t id, uint32_t sub)
{
	union {
		uint32_t word[13];
		char text[52];
	} vendor = {{0}}, model = {{0}};
	uint32_t r[4];

	cpuid(0, r);
	vendor.word[0] = r[1];
	vendor.word[1] = r[3];
	vendor.word[2] = r[2];
	for (unsigned i = 0; i < 3; i++)
		cpuid(0x80000002 + i, model.word + 4 * i);
	for (uint32_t cpu = 0; cpu < machine()->cpu_count; cpu++)
		text_print(t, "processor\t: %u\nvendor_id\t: %s\nmodel name\t: %s\ncpu MHz\t\t: %lu\n\n", cpu,
			   vendor.text, model.text, (unsigned long)(machine()->clock.tsc_per_sec / 1000000));
	return 0;
}

int show_meminfo(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_memory m;
	int status = info_one(INFO_MEMORY, 0, &m, sizeof(m));

	if (status < 0)
		return status;
	text_print(t, "MemTotal:       %lu kB\nMemFree:        %lu kB\nMemAvailable:   %lu kB\n",
		   (unsigned long)(m.total_bytes >> 10), (unsigned long)(m.free_bytes >> 10),
		   (unsigned long)((m.free_bytes + m.pool_bytes) >> 10));
	text_print(t, "Buffers:        0 kB\nCached:         0 kB\nSwapTotal:      0 kB\nSwapFree: "
		      "      0 kB\n");
	text_print(t, "KernelObjects:  %lu kB\nObjects:        %lu\n", (unsigned long)(m.kernel_bytes >> 10),
		   (unsigned long)m.objects);
	return 0;
}

/* Time used by all processes that are there, and their number. */
static int sum_processes(uint64_t *time_ns, uint64_t *count)
{
	static struct info_process chunk[CHUNK];
	uint64_t place = 0;

	*time_ns = *count = 0;
	do {
		int64_t got = info_chunk(INFO_PROCESSES, 0, &place, chunk, sizeof(chunk));

		if (got < 0)
			return (int)got;
		for (int64_t i = 0; i < got; i++)
			*time_ns += chunk[i].user_ns;
		*count += (uint64_t)got;
	} while (place);
	return 0;
}

/* One line for all processors: what processes used that have ended is idle time here. */
int show_system_stat(struct text *t, uint32_t id, uint32_t sub)
{
	uint64_t used, count, all = os_now_ns() * machine()->cpu_count;
	int status = sum_processes(&used, &count);

	if (status < 0)
		return status;
	text_print(t, "cpu  %lu 0 0 %lu 0 0 0 0 0 0\nbtime 0\nprocesses %lu\n", (unsigned long)(used / TICK_NS),
		   (unsigned long)((all > used ? all - used : 0) / TICK_NS), (unsigned long)count);
	return 0;
}

int show_version(struct text *t, uint32_t id, uint32_t sub)
{
	text_print(t, "Parley\n");
	return 0;
}

int show_boot_line(struct text *t, uint32_t id, uint32_t sub)
{
	text_print(t, "%s\n", machine()->cmdline);
	return 0;
}

int show_filesystems(struct text *t, uint32_t id, uint32_t sub)
{
	text_print(t, "nodev\tparley\n");
	return 0;
}
