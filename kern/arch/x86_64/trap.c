/* SPDX-License-Identifier: 0BSD */
/* trap.c: exceptions and interrupts.
 *
 * From user mode they arrive in trap_enter with the thread's registers stored. An exception becomes
 * a fault message (ipc/fault.h); an interrupt is served at once. In the kernel, interrupts arrive
 * only in windows and are noted; exceptions are bugs.
 */
#include "arch/x86_64/trap.h"

#include <abi/fault.h>
#include <abi/syscall.h>
#include "arch/x86_64/context.h"
#include "obj/irq.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/platform.h"
#include "arch/x86_64/vectors.h"
#include "debug/stretch.h"
#include "ipc/fault.h"
#include "lib/assert.h"
#include "lib/printf.h"
#include "mm/tlb.h"
#include "sched/exit.h"
#include "sched/lock.h"
#include "sched/sched.h"

_Static_assert(offsetof(struct thread, regs) == THREAD_REGS, "entry.S");
_Static_assert(offsetof(struct regs, w) == REGS_W, "entry.S");
_Static_assert(offsetof(struct regs, rbx) == REGS_RBX, "entry.S");
_Static_assert(offsetof(struct regs, vector) == REGS_VECTOR, "entry.S");
_Static_assert(offsetof(struct regs, rip) == REGS_RIP, "entry.S");
_Static_assert(offsetof(struct regs, rflags) == REGS_RFLAGS, "entry.S");
_Static_assert(offsetof(struct regs, rsp) == REGS_RSP, "entry.S");
_Static_assert(sizeof(struct regs) == REGS_SIZE, "entry.S");
_Static_assert(SYS_send == 0 && SYS_reply_receive == SYS_REPLY_RECEIVE && SYS_forward_receive == 2, "entry.S");
_Static_assert(offsetof(struct kernel_lock, owner) == KERNEL_LOCK_OWNER, "entry.S");
_Static_assert(offsetof(struct cpu, any_pending) == CPU_ANY_PENDING, "entry.S");
_Static_assert(offsetof(struct cpu, pending) == CPU_PENDING, "entry.S");

/* Intel SDM vol.3 6.14.1 */
struct gate {
	uint16_t offset_low, selector;
	uint8_t ist, type;
	uint16_t offset_middle;
	uint32_t offset_high, reserved;
};

#define GATE_INTERRUPT 0x8e
#define GATE_USER      0x60 /* descriptor privilege level 3 */

static struct gate idt[256] __attribute__((aligned(16)));

static void gate_set(unsigned vector, uint8_t ist, uint8_t type)
{
	uint64_t target = trap_stubs[vector];

	idt[vector] = (struct gate){(uint16_t)target,	      SEL_KERNEL_CODE,		ist, type,
				    (uint16_t)(target >> 16), (uint32_t)(target >> 32), 0};
}

void trap_init(void)
{
	for (unsigned v = 0; v < 256; v++) gate_set(v, 0, GATE_INTERRUPT);
	gate_set(3, 0, GATE_INTERRUPT | GATE_USER);
	gate_set(4, 0, GATE_INTERRUPT | GATE_USER);
	gate_set(VECTOR_NMI, IST_NMI, GATE_INTERRUPT);
	gate_set(VECTOR_DOUBLE_FAULT, IST_DOUBLE_FAULT, GATE_INTERRUPT);
	gate_set(VECTOR_MACHINE_CHECK, IST_MACHINE_CHECK, GATE_INTERRUPT);
}

void trap_init_cpu(void)
{
	struct table_pointer idtr = {sizeof(idt) - 1, (uint64_t)idt};

	__asm__ volatile("lidt %0" : : "m"(idtr));
	msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_SCE);
	msr_write(MSR_STAR, (uint64_t)SEL_STAR_USER << 48 | (uint64_t)SEL_KERNEL_CODE << 32);
	msr_write(MSR_LSTAR, (uint64_t)syscall_entry);
	msr_write(MSR_FMASK, RFLAGS_IF | RFLAGS_TF | RFLAGS_DF | RFLAGS_AC | RFLAGS_NT | RFLAGS_IOPL);
	msr_write(MSR_FS_BASE, 0);
	msr_write(MSR_KERNEL_GS_BASE, 0);
}

/* fault_kind by exception number; exceptions that cannot come from user mode are not listed. */
static const uint8_t fault_kinds[32] = {
    [0] = FAULT_DIVIDE,	     [1] = FAULT_DEBUG,	      [3] = FAULT_BREAKPOINT,  [4] = FAULT_OVERFLOW,
    [5] = FAULT_OVERFLOW,    [6] = FAULT_ILLEGAL,     [7] = FAULT_ILLEGAL,     [10] = FAULT_PROTECTION,
    [11] = FAULT_PROTECTION, [12] = FAULT_PROTECTION, [13] = FAULT_PROTECTION, [14] = FAULT_PAGE,
    [16] = FAULT_FLOAT,	     [17] = FAULT_ALIGNMENT,  [19] = FAULT_FLOAT,      [20] = FAULT_PROTECTION,
    [21] = FAULT_PROTECTION,
};

/* Page fault error code: Intel SDM vol.3 4.7. */
#define PF_WRITE (1 << 1)
#define PF_FETCH (1 << 4)

static void exception(struct thread *t)
{
	uint64_t code = t->regs.error;
	uint64_t address = 0;
	unsigned access = 0;

	if (t->regs.vector == 14) {
		address = cr2_read();
		access = code & PF_FETCH ? PROT_EXEC : code & PF_WRITE ? PROT_WRITE : PROT_READ;
	}
	fault_exception(t, fault_kinds[t->regs.vector], address, access, code);
}

void trap_interrupt(struct cpu *cpu, unsigned vector)
{
	cpu->counters.interrupts++;
	if (vector < VECTOR_LEGACY_END || vector == VECTOR_SPURIOUS) return;
	if (vector < VECTOR_DEVICE_END) {
		irq_dispatch(vector);
		return;
	}
	lapic_eoi();
	switch (vector) {
	case VECTOR_TIMER:
		cpu->timer_armed = DEADLINE_FOREVER;
		timeout_expire();
		break;
	case VECTOR_RESCHEDULE:
		cpu->resched = true;
		break;
	case VECTOR_SHOOTDOWN:
		tlb_serve();
		break;
	case VECTOR_HALT:
		cpu_halt_forever();
	default:
		kprintf("local APIC error %x\n", lapic_error_take());
	}
}

bool trap_serve_pending(struct cpu *cpu)
{
	cpu->any_pending = false;
	for (unsigned i = 4; i-- > 0;) {
		while (cpu->pending[i]) {
			unsigned bit = 63 - (unsigned)__builtin_clzll(cpu->pending[i]);

			cpu->pending[i] &= ~(1ull << bit);
			trap_interrupt(cpu, i * 64 + bit);
		}
	}
	return true;
}

_Noreturn void trap_enter(struct thread *t)
{
	struct cpu *cpu = this_cpu();

	KASSERT(!(__builtin_ia32_readeflags_u64() & (RFLAGS_AC | RFLAGS_DF)), "entry cleared what programs can set");
	stretch_begin(cpu, STRETCH_INTERRUPT + (unsigned)t->regs.vector);
	kernel_lock_take();
	if (t->regs.vector < VECTOR_LEGACY_FIRST) {
		cpu->counters.faults++;
		/* Also when it was taken off this CPU while it waited for the lock: a breakpoint does not come again. */
		if (t->state == THREAD_READY) exception(t);
	} else {
		trap_interrupt(cpu, (unsigned)t->regs.vector);
	}
	kernel_exit(cpu);
}

_Noreturn void trap_kernel_bug(const struct regs *r)
{
	panic("exception %lu in the kernel: error %lx at %p, address %lx, stack %p, rdi %lx rsi "
	      "%lx rax %lx rbx %lx",
	      r->vector, r->error, (void *)r->rip, cr2_read(), (void *)r->rsp, r->w[0], r->w[1], r->rax, r->rbx);
}

_Noreturn void trap_fatal(const uint64_t *frame)
{
	panic("double fault or machine check: error %lx at %p, stack %p, address %lx", frame[0], (void *)frame[1],
	      (void *)frame[4], cr2_read());
}
