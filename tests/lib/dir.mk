# What test and benchmark programs share. The kernel's printf and string serve them as well.
test-lib-src := tests/lib/options.c tests/lib/test.c kern/lib/printf.c kern/lib/string.c
