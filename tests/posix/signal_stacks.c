/* SPDX-License-Identifier: 0BSD */
/* signal_stacks.c: stacks, faults, and the registers of whoever was interrupted. */
#include "handlers.h"
#include "lib/test.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

/* Where nothing is; the compiler is not to know. */
static void write_to(volatile uintptr_t address) { *(volatile int *)address = 1; }

static volatile char *inside;
static sigjmp_buf back;

static void shows_stack(int sig)
{
	volatile char here;

	inside = &here;
	count++;
}

TEST(signal_stacks, run_on_the_alternate_stack)
{
	static char stack[65536];
	stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)}, old;

	EXPECT_OK(sigaltstack(&alt, &old));
	EXPECT_EQ(old.ss_flags, SS_DISABLE);
	handle(SIGUSR1, shows_stack, SA_ONSTACK);
	raise(SIGUSR1);
	EXPECT(inside >= stack && inside < stack + sizeof(stack));
	handle(SIGUSR1, shows_stack, 0);
	raise(SIGUSR1);
	EXPECT(inside < stack || inside >= stack + sizeof(stack));
	EXPECT_ERRNO(ENOMEM, sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = 100}, NULL));
	EXPECT_ERRNO(EINVAL, sigaltstack(&(stack_t){.ss_flags = 0x40}, NULL));
	EXPECT_OK(sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL));
}

static void jumps(int sig, siginfo_t *info, void *context)
{
	known = *info;
	siglongjmp(back, 1);
}

static int recurse(int n)
{
	volatile char pad[4096];

	pad[0] = (char)n;
	return n < 0 ? 0 : recurse(n + 1) + pad[0]; /* n is never negative before the stack ends */
}

TEST(signal_stacks, an_overflown_stack_can_be_left)
{
	static char stack[65536];
	stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK}, old;
	sigset_t now;

	action.sa_sigaction = jumps;
	ASSERT_OK(sigaltstack(&alt, NULL));
	ASSERT_OK(sigaction(SIGSEGV, &action, &old));
	for (int i = 0; i < 2; i++) {
		if (sigsetjmp(back, 1) == 0)
			recurse(0);
		sigprocmask(SIG_SETMASK, NULL, &now);
		EXPECT(!sigismember(&now, SIGSEGV));
	}
	EXPECT_EQ(known.si_signo, SIGSEGV);
	sigaction(SIGSEGV, &old, NULL);
	sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
}

TEST(signal_stacks, faults_tell_where)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO}, old;
	volatile int zero = 0, result = 1;
	volatile char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	action.sa_sigaction = jumps;
	sigaction(SIGSEGV, &action, &old);
	if (sigsetjmp(back, 1) == 0)
		write_to(64);
	EXPECT(known.si_addr == (void *)64);
	EXPECT_EQ(known.si_code, SEGV_MAPERR);
	if (sigsetjmp(back, 1) == 0)
		p[5] = 1;
	EXPECT(known.si_addr == (void *)(p + 5));
	EXPECT_EQ(known.si_code, SEGV_ACCERR);
	sigaction(SIGSEGV, &old, NULL);
	munmap((void *)p, 4096);
	sigaction(SIGFPE, &action, &old);
	if (sigsetjmp(back, 1) == 0)
		result = 1000 / zero;
	EXPECT_EQ(known.si_signo, SIGFPE);
	EXPECT_EQ(result, 1);
	sigaction(SIGFPE, &old, NULL);
}

/* The handler repairs what the instruction lacks, which is then made again. */
static void *repaired;
static void repairs(int sig, siginfo_t *info, void *context)
{
	mprotect(repaired, 4096, PROT_READ | PROT_WRITE);
	count++;
}

TEST(signal_stacks, an_instruction_can_be_repaired)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO}, old;

	repaired = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	action.sa_sigaction = repairs;
	count = 0;
	sigaction(SIGSEGV, &action, &old);
	*(volatile int *)repaired = 42;
	EXPECT_EQ(*(volatile int *)repaired, 42);
	EXPECT_EQ(count, 1);
	sigaction(SIGSEGV, &old, NULL);
	munmap(repaired, 4096);
}

static void clobbers(int sig)
{
	volatile double d[8];

	count++;
	for (int i = 0; i < 8; i++)
		d[i] = i * 1.5;
	__asm__ volatile("pcmpeqb %%xmm0, %%xmm0; pcmpeqb %%xmm7, %%xmm7; pcmpeqb %%xmm15, %%xmm15;"
			 "fldz; fstp %%st(0)" ::
			     : "xmm0", "xmm7", "xmm15");
	(void)d[3];
}

TEST(signal_stacks, registers_survive)
{
	struct itimerval t = {.it_value = {0, 50}, .it_interval = {0, 50}}, off = {{0, 0}, {0, 0}};
	uint64_t wrong = 0, rounds = 0;

	handle(SIGALRM, clobbers, 0);
	setitimer(ITIMER_REAL, &t, NULL);
	while (count < 200 && rounds++ < 50000000) {
		uint64_t a = rounds * 0x9e3779b97f4a7c15ull, x, y, z;

		__asm__ volatile("movq %3, %%xmm0; movq %3, %%xmm7; movq %3, %%xmm15; mov $40, %%ecx;"
				 "1: dec %%ecx; jnz 1b;"
				 "movq %%xmm0, %0; movq %%xmm7, %1; movq %%xmm15, %2"
				 : "=r"(x), "=r"(y), "=r"(z)
				 : "r"(a)
				 : "rcx", "xmm0", "xmm7", "xmm15");
		wrong += x != a || y != a || z != a;
	}
	setitimer(ITIMER_REAL, &off, NULL);
	EXPECT(count >= 200);
	EXPECT_EQ(wrong, 0);
}

static void moves_on(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	count++;
	u->uc_mcontext.gregs[REG_RIP] += 2; /* ud2 */
}

TEST(signal_stacks, a_context_can_be_changed)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO}, old;

	action.sa_sigaction = moves_on;
	count = 0;
	sigaction(SIGILL, &action, &old);
	__asm__ volatile("ud2");
	EXPECT_EQ(count, 1);
	sigaction(SIGILL, &old, NULL);
}
