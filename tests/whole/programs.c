/* SPDX-License-Identifier: 0BSD */
/* programs.c: files that are no programs, or are broken ones. exec and posix_spawn say ENOEXEC, and who asked is as before. */
#include "../posix/lib/test.h"
#include "counts.h"

#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "/bin/pidin"

static char *image;
static size_t bytes;

static Elf64_Ehdr *header(void) { return (Elf64_Ehdr *)image; }

/* The first segment that is loaded. */
static Elf64_Phdr *segment(void)
{
	Elf64_Phdr *p = (Elf64_Phdr *)(image + header()->e_phoff);

	while (p->p_type != PT_LOAD)
		p++;
	return p;
}

static Elf64_Phdr *last_segment(void)
{
	Elf64_Phdr *p = (Elf64_Phdr *)(image + header()->e_phoff), *last = NULL;

	for (unsigned i = 0; i < header()->e_phnum; i++)
		if (p[i].p_type == PT_LOAD)
			last = &p[i];
	return last;
}

/* ---- mutilations ---- */

static void magic(void) { image[1] = 'e'; }
static void class(void) { header()->e_ident[EI_CLASS] = ELFCLASS32; }
static void byte_order(void) { header()->e_ident[EI_DATA] = ELFDATA2MSB; }
static void machine(void) { header()->e_machine = EM_AARCH64; }
static void relocatable(void) { header()->e_type = ET_REL; }
static void shared(void) { header()->e_type = ET_DYN; }
static void core(void) { header()->e_type = ET_CORE; }
static void no_headers(void) { header()->e_phnum = 0; }
static void many_headers(void) { header()->e_phnum = 0xffff; }
static void header_size(void) { header()->e_phentsize = 8; }
static void headers_beyond(void) { header()->e_phoff = bytes + 4096; }
static void headers_overflow(void) { header()->e_phoff = ~0ull - 8; }
static void file_beyond(void) { segment()->p_offset = bytes + 4096; }
static void file_larger(void) { segment()->p_filesz = segment()->p_memsz = bytes * 2; }
static void file_overflow(void) { segment()->p_offset = ~0ull - 4095; }
static void memory_smaller(void) { segment()->p_memsz = segment()->p_filesz - 1; }
static void memory_overflow(void) { last_segment()->p_memsz = ~0ull - 4096; }
static void kernel_address(void) { segment()->p_vaddr = 0xffffffff80000000ull; }
static void null_address(void) { segment()->p_vaddr = segment()->p_offset % 4096; }
static void offset_differs(void) { segment()->p_vaddr += 8; }
static void overlap(void) { last_segment()->p_vaddr = segment()->p_vaddr + (last_segment()->p_vaddr & 4095); }
static void entry_outside(void) { header()->e_entry = 0x7000000000ull; }
static void interpreter(void) { last_segment()[-1].p_type = PT_INTERP; }
static void cut_in_header(void) { bytes = 40; }
static void cut_in_headers(void) { bytes = sizeof(Elf64_Ehdr) + 20; }
static void cut_in_segment(void) { bytes = segment()->p_offset + segment()->p_filesz / 2; }
static void empty(void) { bytes = 0; }
static void text(void) { memset(image, 'x', bytes); }

static const struct mutilation {
	const char *name;
	void (*act)(void);
} table[] = {
#define M(name)                                                                                                        \
	{                                                                                                              \
#name, name                                                                                            \
	}
    M(magic),	       M(class),	  M(byte_order),    M(machine),	       M(relocatable),	   M(shared),
    M(core),	       M(no_headers),	  M(many_headers),  M(header_size),    M(headers_beyond),  M(headers_overflow),
    M(file_beyond),    M(file_larger),	  M(file_overflow), M(memory_smaller), M(memory_overflow), M(kernel_address),
    M(null_address),   M(offset_differs), M(overlap),	    M(entry_outside),  M(interpreter),	   M(cut_in_header),
    M(cut_in_headers), M(cut_in_segment), M(empty),	    M(text),
};

static void load(void)
{
	struct stat st;
	int fd = open(PROGRAM, O_RDONLY);

	ASSERT_OK(fd);
	ASSERT_OK(fstat(fd, &st));
	bytes = (size_t)st.st_size;
	image = malloc(bytes + 1);
	ASSERT(image != NULL);
	EXPECT_EQ(read(fd, image, bytes), (ssize_t)bytes);
	close(fd);
}

static void save(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	size_t done = 0;

	ASSERT_OK(fd);
	while (done < bytes) {
		ssize_t r = write(fd, image + done, bytes - done);

		ASSERT(r > 0);
		done += (size_t)r;
	}
	EXPECT_OK(close(fd));
	free(image);
}

static void handler(int number) { (void)number; }

/* What exec would have changed, had it gone past the point of no return. */
static void intact(char *own)
{
	struct sigaction a;

	EXPECT_STRING(own, "own memory");
	EXPECT_OK(sigaction(SIGUSR1, NULL, &a));
	EXPECT(a.sa_handler == handler);
	EXPECT_OK(fcntl(90, F_GETFD));
}

static void refuses_all(void)
{
	char *arguments[] = {"broken", NULL}, *environment[] = {NULL};
	char *own = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	strcpy(own, "own memory");
	signal(SIGUSR1, handler);
	EXPECT_EQ(dup3(1, 90, O_CLOEXEC), 90);
	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		pid_t pid;
		int r;

		load();
		table[i].act();
		save("broken");
		errno = 0;
		execve("./broken", arguments, environment);
		if (errno != ENOEXEC)
			printf("%s: %s\n", table[i].name, strerror(errno));
		EXPECT_EQ(errno, ENOEXEC);
		r = posix_spawn(&pid, "./broken", NULL, NULL, arguments, environment);
		if (r != ENOEXEC)
			printf("%s: spawn: %s\n", table[i].name, strerror(r));
		EXPECT_EQ(r, ENOEXEC);
		if (r == 0)
			waitpid(pid, NULL, 0);
		intact(own);
	}
}

static void in_a_child(void) { EXPECT_EQ(test_child(refuses_all), 0); }

TEST(programs, broken_ones_are_refused_and_leave_the_process_intact) { counts_leaves_nothing(in_a_child); }

static void runs_it(void)
{
	char *arguments[] = {"whole", NULL}, *environment[] = {NULL};
	int null = open("/dev/null", O_WRONLY);

	dup2(null, 1);
	execve("./whole", arguments, environment);
	_exit(1);
}

/* What the table mutilates is a program that runs. */
TEST(programs, the_whole_one_runs)
{
	load();
	save("whole");
	EXPECT_EQ(test_child(runs_it), 0);
}

/* Bytes of the headers changed at random: whatever comes of it, it ends, and nothing is left. */
static void random_headers(void)
{
	char *arguments[] = {"random", NULL}, *environment[] = {NULL};
	unsigned seed = 1;

	for (int i = 0; i < 60; i++) {
		int null, status;
		pid_t pid;

		load();
		for (int n = 0; n < 3; n++) {
			unsigned where;

			seed = seed * 1103515245 + 12345;
			where = (seed >> 8) % (unsigned)(sizeof(Elf64_Ehdr) + 4 * sizeof(Elf64_Phdr));
			image[where] = (char)(seed >> 24);
		}
		save("random");
		fflush(stdout);
		pid = fork();
		if (pid == 0) {
			null = open("/dev/null", O_WRONLY);
			dup2(null, 1);
			alarm(5);
			execve("./random", arguments, environment);
			_exit(0);
		}
		EXPECT_OK(pid);
		EXPECT_EQ(waitpid(pid, &status, 0), pid);
	}
}

TEST(programs, random_headers_leave_nothing) { counts_leaves_nothing(random_headers); }
