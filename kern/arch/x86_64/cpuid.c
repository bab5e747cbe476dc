/* SPDX-License-Identifier: 0BSD */
/* cpuid.c: asking the processor what it can do: CPU_FEATURE_LIST becomes a table of questions.
 *
 * A leaf beyond the maximum answers with arbitrary data on Intel, so each question first checks
 * that its leaf exists.
 */
#include "arch/x86_64/cpuid.h"

#include "arch/x86_64/insn.h"
#include "arch/x86_64/registers.h"
#include "lib/bits.h"
#include "lib/printf.h"
#include "lib/string.h"

#define EXTENDED_FIRST 0x80000000
#define LEAF_ADDRESS   0x80000008
#define PHYS_BITS_MIN  36
#define PHYS_BITS_MAX  52

struct cpu_features cpu_features;

/* One bit of one register of one leaf, and where the answer goes. */
static const struct question {
	uint32_t leaf;
	uint8_t subleaf, reg, bit; /* reg: index into struct cpuid_regs */
	uint8_t at;		   /* offset in struct cpu_features */
	char name[20];
} questions[] = {
#define X(name, leaf, subleaf, reg, bit)                                                                               \
	{leaf, subleaf, offsetof(struct cpuid_regs, reg) / 4, bit, offsetof(struct cpu_features, name), #name},
    CPU_FEATURE_LIST(X)};

#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

static bool *answer_to(const struct question *q) { return (bool *)&cpu_features + q->at; }

static struct cpuid_regs ask(uint32_t leaf, uint32_t subleaf)
{
	uint32_t last = leaf >= EXTENDED_FIRST ? cpu_features.max_extended_leaf : cpu_features.max_leaf;

	return leaf <= last ? cpuid(leaf, subleaf) : (struct cpuid_regs){0};
}

/* Asks the processor that executes this. */
static bool has(const struct question *q)
{
	struct cpuid_regs regs = ask(q->leaf, q->subleaf);

	return (&regs.eax)[q->reg] >> q->bit & 1;
}

static void detect_names(void)
{
	struct cpuid_regs regs = cpuid(0, 0);

	cpu_features.max_leaf = regs.eax;
	memcpy(cpu_features.vendor, &regs.ebx, 4);
	memcpy(cpu_features.vendor + 4, &regs.edx, 4);
	memcpy(cpu_features.vendor + 8, &regs.ecx, 4);
	cpu_features.max_extended_leaf = cpuid(EXTENDED_FIRST, 0).eax;
	cpu_features.signature = ask(1, 0).eax;
}

/*
 * Intel's processors let user level read through supervisor mappings by speculation unless they say
 * otherwise; no other vendor's do (Intel, "Rogue Data Cache Load", CVE-2017-5754).
 */
static bool detect_needs_isolation(void)
{
	if (memcmp(cpu_features.vendor, "GenuineIntel", 12) != 0) return false;
	return !cpu_features.arch_capabilities || !(msr_read(MSR_ARCH_CAPABILITIES) & ARCH_CAP_RDCL_NO);
}

void cpu_features_detect(void)
{
	uint32_t bits;

	detect_names();
	for (unsigned i = 0; i < QUESTIONS; i++) *answer_to(&questions[i]) = has(&questions[i]);
	bits = ask(LEAF_ADDRESS, 0).eax & 0xff;
	cpu_features.phys_bits = (uint8_t)max(PHYS_BITS_MIN, min((int)bits, PHYS_BITS_MAX));
	cpu_features.needs_isolation = detect_needs_isolation();
}

bool cpu_features_match(void)
{
	for (unsigned i = 0; i < QUESTIONS; i++) {
		if (*answer_to(&questions[i]) && !has(&questions[i])) return false;
	}
	return true;
}

static void note_missing(bool present, const char *name, const char *consequence)
{
	if (!present) kprintf("cpu: no %s: %s\n", name, consequence);
}

void cpu_features_report(void)
{
	kprintf("cpu: %s, signature 0x%x, %u physical address bits\n", cpu_features.vendor, cpu_features.signature,
		cpu_features.phys_bits);
	kprintf("cpu:");
	for (unsigned i = 0; i < QUESTIONS; i++) {
		if (*answer_to(&questions[i])) kprintf(" %s", questions[i].name);
	}
	kprintf("\n");
	note_missing(cpu_features.smep, "SMEP", "the kernel could be made to run user code");
	note_missing(cpu_features.smap, "SMAP", "the kernel could be made to read user data");
	note_missing(cpu_features.umip, "UMIP", "programs can read descriptor table addresses");
	if (cpu_features.needs_isolation)
		kprintf("cpu: warning: this processor needs page-table isolation (Meltdown), which "
			"Parley does not have: any program can read all memory\n");
}
