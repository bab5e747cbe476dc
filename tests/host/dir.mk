# The portable parts of the kernel, compiled for the host, and their tests.
host-programs := hosttest fuzz_caps
host-kern     := $(filter-out kern/lib/string.c,$(filter kern/lib/%.c,$(kern-src))) \
		 $(patsubst %,kern/mm/%.c,copy extent frame range table vspace walk) \
		 $(patsubst %,kern/obj/%.c,cspace feed object slot untyped) \
		 kern/api/cspace.c kern/api/untyped.c kern/debug/check_slots.c
hosttest-src  += $(sort $(wildcard tests/host/*.c tests/host/shim/*.c)) tests/host/fuzz/caps.c $(host-kern)
hosttest-src  += tests/lib/options.c
hosttest-src  += kern/sched/timeout.c kern/sched/refill.c kern/obj/sched_context.c kern/debug/trace.c \
		 kern/ipc/sync_queue.c
fuzz_caps-src := $(wildcard tests/host/fuzz/*.c) $(patsubst %,tests/host/shim/%.c,arch caps memory mm objects time) \
		 $(host-kern) kern/debug/trace.c
host-programs += fuzz_ipc
fuzz_ipc-src  := $(wildcard tests/host/fuzz/ipc/*.c) tests/host/shim/memory.c \
		 $(filter-out kern/lib/string.c,$(filter kern/lib/%.c,$(kern-src))) \
		 $(filter kern/api/% kern/debug/% kern/ipc/% kern/mm/% kern/obj/%,$(filter %.c,$(kern-src))) \
		 $(patsubst %,kern/sched/%.c,exit preempt refill sched timeout)
