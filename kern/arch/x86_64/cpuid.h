/* SPDX-License-Identifier: 0BSD */
/* cpuid.h: what this processor can do, asked once.
 *
 * One list of (name, leaf, subleaf, register, bit) expands into the structure's members, their
 * detection and their names for the boot log (Intel SDM vol.2 CPUID; AMD APM vol.3 appendix E). The
 * kernel assumes that all CPUs are alike: the bootstrap CPU is asked, and each further CPU is
 * compared.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* X(name, leaf, subleaf, register, bit) */
#define CPU_FEATURE_LIST(X)                                                                                            \
	X(mce, 1, 0, edx, 7)                                                                                           \
	X(pge, 1, 0, edx, 13)                                                                                          \
	X(pat, 1, 0, edx, 16)                                                                                          \
	X(fxsr, 1, 0, edx, 24)                                                                                         \
	X(sse, 1, 0, edx, 25)                                                                                          \
	X(sse2, 1, 0, edx, 26)                                                                                         \
	X(sse3, 1, 0, ecx, 0)                                                                                          \
	X(ssse3, 1, 0, ecx, 9)                                                                                         \
	X(sse4_1, 1, 0, ecx, 19)                                                                                       \
	X(sse4_2, 1, 0, ecx, 20)                                                                                       \
	X(x2apic, 1, 0, ecx, 21)                                                                                       \
	X(popcnt, 1, 0, ecx, 23)                                                                                       \
	X(tsc_deadline, 1, 0, ecx, 24)                                                                                 \
	X(xsave, 1, 0, ecx, 26)                                                                                        \
	X(avx, 1, 0, ecx, 28)                                                                                          \
	X(rdrand, 1, 0, ecx, 30)                                                                                       \
	X(hypervisor, 1, 0, ecx, 31)                                                                                   \
	X(tsc_adjust, 7, 0, ebx, 1)                                                                                    \
	X(avx2, 7, 0, ebx, 5)                                                                                          \
	X(smep, 7, 0, ebx, 7)                                                                                          \
	X(avx512f, 7, 0, ebx, 16)                                                                                      \
	X(smap, 7, 0, ebx, 20)                                                                                         \
	X(umip, 7, 0, ecx, 2)                                                                                          \
	X(arch_capabilities, 7, 0, edx, 29)                                                                            \
	X(xsaveopt, 0xd, 1, eax, 0)                                                                                    \
	X(nx, 0x80000001, 0, edx, 20)                                                                                  \
	X(gb_pages, 0x80000001, 0, edx, 26)                                                                            \
	X(rdtscp, 0x80000001, 0, edx, 27)                                                                              \
	X(invtsc, 0x80000007, 0, edx, 8)

struct cpu_features {
	char vendor[13];   /* NUL-terminated, e.g. "GenuineIntel" */
	uint8_t phys_bits; /* MAXPHYADDR, 36..52 */
	uint32_t max_leaf;
	uint32_t max_extended_leaf;
	uint32_t signature;   /* leaf 1 eax: family, model, stepping */
	bool needs_isolation; /* user level can read kernel mappings (Meltdown): RDCL_NO is absent */
#define X(name, leaf, subleaf, reg, bit) bool name;
	CPU_FEATURE_LIST(X)
#undef X
};

/* Valid after cpu_features_detect(); constant from then on. */
extern struct cpu_features cpu_features;

/* Bootstrap CPU, once, early: needs nothing but a stack. */
void cpu_features_detect(void);

/* Tells the console what was found, and warns about what is missing. Bootstrap CPU. */
void cpu_features_report(void);

/* True when the calling CPU has every listed feature that the bootstrap CPU has. */
bool cpu_features_match(void);
