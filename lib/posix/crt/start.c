/* SPDX-License-Identifier: 0BSD */
/* start.c: from the first instruction to main.
 *
 * The first thread needs three system calls and no message: its TLS block lies in the program's own
 * memory, the thread pointer and the divert entry are set, and everything else about the process stands
 * in the pages that it shares with `sys`.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>
#include <parley/syscall.h>
#include "posix/internal.h"
#include "posix/process.h"

int main(int argc, char **argv, char **envp);
_Noreturn void __libc_start(uint64_t *stack);

typedef void (*init_function)(int, char **, char **);
typedef void (*fini_function)(void);
extern const init_function __preinit_array_start[], __preinit_array_end[];
extern const init_function __init_array_start[], __init_array_end[];
extern const fini_function __fini_array_start[], __fini_array_end[];

const char *__progname;
const uint64_t *posix_auxv;

uint64_t posix_aux(uint64_t key, uint64_t otherwise)
{
	for (const uint64_t *aux = posix_auxv; aux[0] != AT_NULL; aux += 2) {
		if (aux[0] == key)
			return aux[1];
	}
	return otherwise;
}

unsigned long getauxval(unsigned long key) { return posix_aux(key, 0); }

static void run_fini(void)
{
	for (const fini_function *f = __fini_array_end; f > __fini_array_start;)
		(*--f)();
}

static void run_init(int argc, char **argv, char **envp)
{
	for (const init_function *f = __preinit_array_start; f < __preinit_array_end; f++)
		(*f)(argc, argv, envp);
	for (const init_function *f = __init_array_start; f < __init_array_end; f++)
		(*f)(argc, argv, envp);
}

static void name_program(char *path)
{
	char *name = path;

	for (char *at = path; *at; at++) {
		if (*at == '/')
			name = at + 1;
	}
	program_invocation_name = path;
	program_invocation_short_name = name;
	__progname = name;
}

_Noreturn void __libc_start(uint64_t *stack)
{
	int argc = (int)stack[0];
	char **argv = (char **)(stack + 1), **envp = argv + argc + 1, **end = envp;

	while (*end)
		end++;
	posix_auxv = (const uint64_t *)(end + 1);
	posix_umask = (mode_t)posix_aux(AT_PARLEY_UMASK, 022);
	posix_files_max = (uint32_t)posix_aux(AT_PARLEY_FILES, SLOT_OPEN_MAX);
	environ = envp;
	posix_start_first_thread();
	name_program(argc > 0 ? argv[0] : "");
	if ((uint64_t)__fini_array_end != (uint64_t)__fini_array_start)
		atexit(run_fini);
	run_init(argc, argv, envp);
	exit(main(argc, argv, envp));
}
