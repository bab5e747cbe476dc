# /proc.
programs += proc
proc-src := $(sort $(wildcard servers/proc/*.c))
