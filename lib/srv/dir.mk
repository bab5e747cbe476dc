# The server framework, and the small pure libraries that it stands on.
srv-src += $(sort $(wildcard lib/srv/*.c)) kern/lib/format.c kern/lib/string.c kern/lib/tree.c
