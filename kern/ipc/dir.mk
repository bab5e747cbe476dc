kern-src += $(sort $(wildcard kern/ipc/*.c))
rare-src += $(addprefix kern/ipc/,close.c divert.c forward.c withdraw.c)
