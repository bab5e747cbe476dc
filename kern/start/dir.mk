kern-src += $(sort $(wildcard kern/start/*.c))
rare-src += $(wildcard kern/start/*.c)
