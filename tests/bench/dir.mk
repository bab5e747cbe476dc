# The kernel's benchmarks: one program, the first one, on the bare ABI.
programs += kbench
kbench-src = $(sort $(wildcard tests/bench/*.c)) $(test-lib-src)

# The POSIX benchmark: a program that runs inside the system.
posix-programs += posixbench
posixbench-src := tests/bench/posix/posixbench.c
