# The portable parts of the kernel, compiled for the host, and their tests.
host-programs := hosttest fuzz_caps
host-kern     := $(filter-out kern/lib/string.c,$(filter kern/lib/%.c,$(kern-src))) \
		 $(patsubst %,kern/mm/%.c,copy extent frame range table vspace walk) \
		 $(patsubst %,kern/obj/%.c,cspace feed object slot untyped) \
		 kern/api/cspace.c kern/api/untyped.c kern/debug/check_slots.c \
		 tests/host/check/slots.c
hosttest-src  += $(sort $(wildcard tests/host/*.c tests/host/shim/*.c)) tests/host/fuzz/caps.c $(host-kern)
hosttest-src  += tests/lib/options.c lib/os/print.c
hosttest-src  += kern/sched/timeout.c kern/sched/refill.c kern/obj/sched_context.c kern/debug/trace.c \
		 kern/ipc/sync_queue.c
fuzz_caps-src := $(wildcard tests/host/fuzz/*.c) $(patsubst %,tests/host/shim/%.c,arch caps console memory mm objects time) \
		 $(host-kern) kern/debug/trace.c
host-programs += fuzz_ipc
fuzz_ipc-src  := $(wildcard tests/host/fuzz/ipc/*.c tests/host/check/*.c) tests/host/fuzz/run.c tests/host/shim/console.c tests/host/shim/memory.c \
		 $(filter-out kern/lib/string.c,$(filter kern/lib/%.c,$(kern-src))) \
		 $(filter kern/api/% kern/debug/% kern/ipc/% kern/mm/% kern/obj/%,$(filter %.c,$(kern-src))) \
		 $(patsubst %,kern/sched/%.c,exit preempt refill sched timeout)
# Servers on the framework, with `sys` and the kernel made up.
host-programs += fuzz_srv
fuzz_srv-src  := $(wildcard tests/host/fuzz/srv/*.c) tests/host/fuzz/run.c servers/fs/plain/main.c $(ram-src) $(unix-src) lib/os/number.c \
		 kern/lib/tree.c $(filter lib/srv/%,$(srv-src))
$(O)/host/lib/srv/%.o $(O)/host/servers/fs/plain/%.o $(O)/host/servers/fs/ram/%.o $(O)/host/servers/net/unix/%.o \
$(O)/host/tests/host/fuzz/srv/%.o: \
	host-shim = -Itests/host/fuzz/srv/include -Itests/host/shim -I. -fno-strict-aliasing
$(O)/host/servers/fs/plain/%.o: host-shim += -Dmain=plain_main -include tests/host/fuzz/srv/machine.h
$(O)/host/servers/fs/ram/%.o: host-shim += -Dmain=ram_main -include tests/host/fuzz/srv/machine.h
$(O)/host/servers/net/unix/%.o: host-shim += -Dmain=unix_main -include tests/host/fuzz/srv/machine.h
# The portable parts of sys.
host-programs += syshost
syshost-src   := $(sort $(wildcard tests/host/sys/*.c)) tests/host/harness.c kern/lib/tree.c \
		 $(patsubst %,sys/path/%.c,namespace resolve) $(patsubst %,sys/proc/%.c,cred pending)
# Pure libraries.
hosttest-src += $(patsubst %,lib/load/%.c,parse steps stack)
hosttest-src += $(sort $(vt-src) $(ldisc-src) $(kbd-src) $(screen-src))
# The terminal server, with the framework and `sys` made up.
host-programs += ttytest
ttytest-src   := $(wildcard tests/host/tty/*.c) tests/host/harness.c servers/char/tty/control.c \
		 servers/char/tty/pty.c $(ldisc-src)

# What stands on POSIX only, against the host's C library, under names of its own.
hosttest-src  += $(patsubst %,lib/posix/base/%.c,getopt group inet libgen mntent table timegm wordexp) \
		 lib/posix/dir/scan.c lib/posix/dir/walk.c
$(O)/host/lib/posix/%.o $(O)/host/tests/host/posix_%.o: host-shim = -D_GNU_SOURCE -include tests/host/shim/posix.h
# What of sys' memory makes no system call, over zones in the host's memory.
host-programs += memtest
memtest-src   := $(wildcard tests/host/mem/*.c) tests/host/harness.c kern/lib/tree.c \
		 $(patsubst %,sys/mem/%.c,frame heap pagemap region)
