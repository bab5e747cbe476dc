/* SPDX-License-Identifier: 0BSD */
/* syscall_each.h: expands SYSCALL(name, object, right, ...) for every call of syscall.def, whatever its
 * number of arguments. Included where SYSCALL is defined; not guarded, SYSCALL is gone afterwards. */
#ifdef SYSCALL
#define SYSCALL0 SYSCALL
#define SYSCALL1 SYSCALL
#define SYSCALL2 SYSCALL
#define SYSCALL3 SYSCALL
#define SYSCALL4 SYSCALL
#define SYSCALL5 SYSCALL
#define SYSCALL6 SYSCALL
#include <abi/syscall.def>
#undef SYSCALL0
#undef SYSCALL1
#undef SYSCALL2
#undef SYSCALL3
#undef SYSCALL4
#undef SYSCALL5
#undef SYSCALL6
#undef SYSCALL
#endif
