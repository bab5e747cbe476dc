/* SPDX-License-Identifier: 0BSD */
/* syscall.h: a typed stub for every system call but the four of message.h, expanded from
 * syscall.def.
 *
 *   int64_t os_<call>(cap_t object, arguments...);          calls on a capability
 *   int64_t os_<call>(arguments...);                        calls of type ANY
 *   int64_t os_<call>(..., struct os_words *out);           calls that answer words
 *
 * All answer 0 or more, or a negated error number. `out` is written in any case and means something
 * only on success. docs/abi has a page about each.
 */
#pragma once

#include <parley/call.h>

/* Which of two texts stands for an object type: that of calls on a capability, or that of ANY. */
#define OS_ON_ANY(on, any)	  any
#define OS_ON_UNTYPED(on, any)	  on
#define OS_ON_EXTENT(on, any)	  on
#define OS_ON_CSPACE(on, any)	  on
#define OS_ON_VSPACE(on, any)	  on
#define OS_ON_THREAD(on, any)	  on
#define OS_ON_SCHED(on, any)	  on
#define OS_ON_ENDPOINT(on, any)	  on
#define OS_ON_EVENT(on, any)	  on
#define OS_ON_TIMER(on, any)	  on
#define OS_ON_IRQ(on, any)	  on
#define OS_ON_CONNECTION(on, any) on
#define OS_ON_IOPORT(on, any)	  on
#define OS_ON_SYSTEM(on, any)	  on

#define OS_COMMA		  ,
/* First parameters, with and without others behind them, and rax. */
#define OS_ONLY(OBJECT)	     OS_ON_##OBJECT(cap_t object, void)
#define OS_ONLY_W(OBJECT)    OS_ON_##OBJECT(cap_t object OS_COMMA, ) struct os_words *out
#define OS_FIRST(OBJECT)     OS_ON_##OBJECT(cap_t object OS_COMMA, )
#define OS_RAX(name, OBJECT) os_call_rax(SYS_##name, 0, OS_ON_##OBJECT(object, 0))

/* One definition for each kind and number of arguments. */
#define OS_PLAIN0(name, OBJECT)                                                                                        \
	OS_INLINE int64_t os_##name(OS_ONLY(OBJECT)) { return os_call0(OS_RAX(name, OBJECT)); }
#define OS_PLAIN1(name, OBJECT, A, a)                                                                                  \
	OS_INLINE int64_t os_##name(OS_FIRST(OBJECT) A a) { return os_call1(OS_RAX(name, OBJECT), a); }
#define OS_PLAIN2(name, OBJECT, A, a, B, b)                                                                            \
	OS_INLINE int64_t os_##name(OS_FIRST(OBJECT) A a, B b) { return os_call2(OS_RAX(name, OBJECT), a, b); }
#define OS_PLAIN3(name, OBJECT, A, a, B, b, C, c)                                                                      \
	OS_INLINE int64_t os_##name(OS_FIRST(OBJECT) A a, B b, C c) { return os_call3(OS_RAX(name, OBJECT), a, b, c); }
#define OS_PLAIN4(name, OBJECT, A, a, B, b, C, c, D, d)                                                                \
	OS_INLINE int64_t os_##name(OS_FIRST(OBJECT) A a, B b, C c, D d)                                               \
	{                                                                                                              \
		return os_call4(OS_RAX(name, OBJECT), a, b, c, d);                                                     \
	}
#define OS_PLAIN5(name, OBJECT, A, a, B, b, C, c, D, d, E, e)                                                          \
	OS_INLINE int64_t os_##name(OS_FIRST(OBJECT) A a, B b, C c, D d, E e)                                          \
	{                                                                                                              \
		return os_call5(OS_RAX(name, OBJECT), a, b, c, d, e);                                                  \
	}
#define OS_PLAIN6(name, OBJECT, A, a, B, b, C, c, D, d, E, e, F, f)                                                    \
	OS_INLINE int64_t os_##name(OS_FIRST(OBJECT) A a, B b, C c, D d, E e, F f)                                     \
	{                                                                                                              \
		return os_call6(OS_RAX(name, OBJECT), a, b, c, d, e, f);                                               \
	}
#define OS_PLAINW0(name, OBJECT)                                                                                       \
	OS_INLINE int64_t os_##name(OS_ONLY_W(OBJECT))                                                                 \
	{                                                                                                              \
		*out = (struct os_words){{0}};                                                                         \
		return os_call_words(OS_RAX(name, OBJECT), out);                                                       \
	}
#define OS_PLAINW1(name, OBJECT, A, a)                                                                                 \
	OS_INLINE int64_t os_##name(OS_FIRST(OBJECT) A a, struct os_words *out)                                        \
	{                                                                                                              \
		*out = (struct os_words){{a}};                                                                         \
		return os_call_words(OS_RAX(name, OBJECT), out);                                                       \
	}
#define OS_PLAINW2(name, OBJECT, A, a, B, b)                                                                           \
	OS_INLINE int64_t os_##name(OS_FIRST(OBJECT) A a, B b, struct os_words *out)                                   \
	{                                                                                                              \
		*out = (struct os_words){{a, b}};                                                                      \
		return os_call_words(OS_RAX(name, OBJECT), out);                                                       \
	}
#define OS_PLAINW3(name, OBJECT, A, a, B, b, C, c)                                                                     \
	OS_INLINE int64_t os_##name(OS_FIRST(OBJECT) A a, B b, C c, struct os_words *out)                              \
	{                                                                                                              \
		*out = (struct os_words){{a, b, c}};                                                                   \
		return os_call_words(OS_RAX(name, OBJECT), out);                                                       \
	}
#define OS_PLAINW4(name, OBJECT, A, a, B, b, C, c, D, d)                                                               \
	OS_INLINE int64_t os_##name(OS_FIRST(OBJECT) A a, B b, C c, D d, struct os_words *out)                         \
	{                                                                                                              \
		*out = (struct os_words){{a, b, c, d}};                                                                \
		return os_call_words(OS_RAX(name, OBJECT), out);                                                       \
	}
/* Preemptible and waiting calls look the same from outside; message calls are in message.h. */
#define OS_LONG0 OS_PLAIN0
#define OS_LONG1 OS_PLAIN1
#define OS_LONG2 OS_PLAIN2
#define OS_LONG3 OS_PLAIN3
#define OS_LONG4 OS_PLAIN4
#define OS_LONG5 OS_PLAIN5
#define OS_WAIT0 OS_PLAIN0
#define OS_WAIT1 OS_PLAIN1
#define OS_WAIT2 OS_PLAIN2
#define OS_WAIT3 OS_PLAIN3
#define OS_WAIT4 OS_PLAIN4
#define OS_IPC0(name, OBJECT)

#define SYSCALL0(name, OBJECT, RIGHT, KIND, ...)		   OS_##KIND##0(name, OBJECT)
#define SYSCALL1(name, OBJECT, RIGHT, KIND, A, a, ...)		   OS_##KIND##1(name, OBJECT, A, a)
#define SYSCALL2(name, OBJECT, RIGHT, KIND, A, a, B, b, ...)	   OS_##KIND##2(name, OBJECT, A, a, B, b)
#define SYSCALL3(name, OBJECT, RIGHT, KIND, A, a, B, b, C, c, ...) OS_##KIND##3(name, OBJECT, A, a, B, b, C, c)
#define SYSCALL4(name, OBJECT, RIGHT, KIND, A, a, B, b, C, c, D, d, ...)                                               \
	OS_##KIND##4(name, OBJECT, A, a, B, b, C, c, D, d)
#define SYSCALL5(name, OBJECT, RIGHT, KIND, A, a, B, b, C, c, D, d, E, e, ...)                                         \
	OS_##KIND##5(name, OBJECT, A, a, B, b, C, c, D, d, E, e)
#define SYSCALL6(name, OBJECT, RIGHT, KIND, A, a, B, b, C, c, D, d, E, e, F, f, ...)                                   \
	OS_##KIND##6(name, OBJECT, A, a, B, b, C, c, D, d, E, e, F, f)
#include <abi/syscall.def>
#undef SYSCALL0
#undef SYSCALL1
#undef SYSCALL2
#undef SYSCALL3
#undef SYSCALL4
#undef SYSCALL5
#undef SYSCALL6
