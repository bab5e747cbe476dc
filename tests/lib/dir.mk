#What test and benchmark programs share.The kernel's format and string serve them as well.
test-lib-src := $(sort $(wildcard tests/lib/*.c)) kern/lib/format.c kern/lib/string.c
