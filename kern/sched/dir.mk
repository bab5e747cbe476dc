kern-src += $(sort $(wildcard kern/sched/*.c))
