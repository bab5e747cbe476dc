# The portable parts of the kernel, compiled for the host, and their tests.
host-programs := hosttest fuzz_caps
hosttest-kern := $(filter-out kern/lib/string.c,$(filter kern/lib/%.c,$(kern-src))) kern/mm/frame.c \
		 $(patsubst %,kern/obj/%.c,slot object feed cspace untyped) \
		 kern/api/cspace.c kern/api/untyped.c kern/debug/check_slots.c
hosttest-src  += $(sort $(wildcard tests/host/*.c tests/host/shim/*.c)) tests/host/fuzz/caps.c $(hosttest-kern)
fuzz_caps-src := tests/host/fuzz/main.c tests/host/fuzz/caps.c tests/host/shim/arch.c tests/host/shim/caps.c \
		 tests/host/shim/memory.c tests/host/shim/objects.c $(hosttest-kern)
