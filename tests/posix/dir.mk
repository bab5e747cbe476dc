# The POSIX library's tests: one program that runs inside the system.
posix-programs += posixtest
posixtest-src = $(sort $(wildcard tests/posix/*.c tests/posix/lib/*.c))
