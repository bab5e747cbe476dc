kern-src += $(sort $(wildcard kern/obj/*.c))
rare-src += $(addprefix kern/obj/,cspace.c feed.c irq.c object.c slot.c thread.c timer.c untyped.c)
