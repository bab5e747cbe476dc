kern-src += $(sort $(wildcard kern/ipc/*.c))
