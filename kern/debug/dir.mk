kern-src += $(sort $(wildcard kern/debug/*.c))
rare-src += $(wildcard kern/debug/*.c)
