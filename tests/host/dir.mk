# The portable parts of the kernel, compiled for the host, and their tests.
hosttest-src += $(sort $(wildcard tests/host/*.c tests/host/shim/*.c))
hosttest-src += $(filter-out kern/lib/string.c,$(filter kern/lib/%.c,$(kern-src)))
hosttest-src += tests/lib/options.c
hosttest-src += kern/sched/timeout.c kern/sched/refill.c kern/obj/sched_context.c kern/debug/trace.c \
		kern/ipc/sync_queue.c
hosttest-src += $(patsubst %,kern/mm/%.c,copy extent range table vspace walk)
hosttest-src += kern/mm/frame.c kern/obj/feed.c kern/obj/slot.c
