kern-src += $(sort $(wildcard kern/api/*.c))
