# The kernel's tests: one program, the first one, on the bare ABI. One file per suite.
programs += ktest
ktest-src = $(sort $(wildcard tests/kern/*.c)) $(test-lib-src)
