# The root server: process 1. Its other folders add to sys-src.
programs += sys
sys-src += $(sort $(wildcard sys/main/*.c sys/mem/*.c sys/boot/*.c)) kern/lib/format.c kern/lib/string.c kern/lib/tree.c
