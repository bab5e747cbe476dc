# Servers and the protocols that they speak, in one program on the bare kernel.
programs += stest
stest-src = lib/os/number.c $(sort $(wildcard tests/servers/*.c)) $(test-lib-src) \
	    $(filter-out kern/lib/format.c kern/lib/string.c,$(srv-src)) \
	    $(filter-out %/main.c,$(null-src)) $(filter-out %/main.c $(srv-src),$(ram-src)) $(filter-out %/main.c,$(tty-src))
