# Tests of the whole system by a program that runs inside it.
posix-programs += wholetest
wholetest-src = $(sort $(wildcard tests/whole/*.c tests/posix/lib/*.c tests/posix/main.c))
