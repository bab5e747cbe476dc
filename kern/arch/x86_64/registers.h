/* SPDX-License-Identifier: 0BSD */
/* registers.h: numbers of model-specific registers and bits of control registers (Intel SDM vol.3 2.5,
 * vol.4 2.1). Usable from assembler.
 */
#pragma once

#define MSR_APIC_BASE	      0x1b
#define APIC_BASE_X2APIC      (1 << 10)
#define APIC_BASE_ENABLE      (1 << 11)
#define MSR_TSC_ADJUST	      0x3b
#define MSR_ARCH_CAPABILITIES 0x10a
#define ARCH_CAP_RDCL_NO      (1 << 0)
#define MSR_PAT		      0x277
#define MSR_TSC_DEADLINE      0x6e0
#define MSR_X2APIC_FIRST      0x800
#define MSR_EFER	      0xc0000080
#define EFER_SCE	      (1 << 0)
#define EFER_LME	      (1 << 8)
#define EFER_NXE	      (1 << 11)
#define MSR_STAR	      0xc0000081
#define MSR_LSTAR	      0xc0000082
#define MSR_FMASK	      0xc0000084
#define MSR_FS_BASE	      0xc0000100
#define MSR_GS_BASE	      0xc0000101
#define MSR_KERNEL_GS_BASE    0xc0000102

#define CR0_PE		      (1 << 0)
#define CR0_MP		      (1 << 1)
#define CR0_EM		      (1 << 2)
#define CR0_TS		      (1 << 3)
#define CR0_NE		      (1 << 5)
#define CR0_WP		      (1 << 16)
#define CR0_AM		      (1 << 18)
#define CR0_NW		      (1 << 29)
#define CR0_CD		      (1 << 30)
#define CR0_PG		      0x80000000

#define CR4_PAE		      (1 << 5)
#define CR4_MCE		      (1 << 6)
#define CR4_PGE		      (1 << 7)
#define CR4_OSFXSR	      (1 << 9)
#define CR4_OSXMMEXCPT	      (1 << 10)
#define CR4_UMIP	      (1 << 11)
#define CR4_OSXSAVE	      (1 << 18)
#define CR4_SMEP	      (1 << 20)
#define CR4_SMAP	      (1 << 21)

#define RFLAGS_NONE	      (1 << 1) /* always 1 */
#define RFLAGS_TF	      (1 << 8)
#define RFLAGS_IF	      (1 << 9)
#define RFLAGS_DF	      (1 << 10)
#define RFLAGS_IOPL	      (3 << 12)
#define RFLAGS_NT	      (1 << 14)
#define RFLAGS_AC	      (1 << 18)
