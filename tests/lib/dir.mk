# What test and benchmark programs share. The kernel's printf and string serve them as well.
test-lib-src := $(sort $(wildcard tests/lib/*.c)) kern/lib/printf.c kern/lib/string.c
