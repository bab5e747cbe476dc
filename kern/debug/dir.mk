kern-src += $(sort $(wildcard kern/debug/*.c))
