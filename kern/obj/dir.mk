kern-src += $(sort $(wildcard kern/obj/*.c))
