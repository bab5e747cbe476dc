# The kernel's benchmarks: one program, the first one, on the bare ABI.
programs += kbench
kbench-src = $(sort $(wildcard tests/bench/*.c)) $(test-lib-src)

# The POSIX benchmark: programs that run inside the system.
posix-programs += posixbench sinceboot
posixbench-src := tests/bench/posix/posixbench.c
sinceboot-src  := tests/bench/posix/sinceboot.c
