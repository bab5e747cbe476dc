kern-src += $(sort $(wildcard kern/api/*.c))
rare-src += $(addprefix kern/api/,cspace.c extent.c ioport.c irq.c registers.c sched.c system.c thread.c timer.c untyped.c vspace.c)
