# /proc.
servers += proc
proc-src := $(sort $(wildcard servers/proc/*.c))
