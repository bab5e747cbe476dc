# The library of the bare ABI. What all programs need, and how they begin: the first program, and all others.
os-src      += lib/os/debug.c lib/os/print.c
os-boot-src += lib/os/start.S lib/os/start.c
os-crt-src  += lib/os/crt.S lib/os/crt.c lib/os/heap.c lib/os/number.c
