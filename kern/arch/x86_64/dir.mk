kern-ld  := kern/arch/x86_64/linker.ld
kern-src += $(addprefix kern/arch/x86_64/, \
	arch_cpu.c clock.c context.c entry.S fpu.c tlb.c trap.c clock_reference.c console.c cpuid.c ioapic.c lapic.c paging.c pic.c \
	platform.c smp.c \
	boot/acpi.c boot/acpi_table.c boot/boot_info.c boot/boot_main.c boot/boot_memory.c \
	boot/multiboot2.c boot/pvh.c boot/start.S boot/trampoline.S)

# What reads foreign bytes is tested on the host, too.
hosttest-src += $(addprefix kern/arch/x86_64/, \
	cpuid.c boot/acpi.c boot/acpi_table.c boot/boot_info.c boot/multiboot2.c boot/pvh.c)
rare-src += $(filter-out %/tlb.c %/trap.c %/lapic.c %/ioapic.c,$(wildcard kern/arch/x86_64/*.c kern/arch/x86_64/boot/*.c))
