kern-src += $(sort $(wildcard kern/start/*.c))
