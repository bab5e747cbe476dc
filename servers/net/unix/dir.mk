# Pipes, FIFOs and AF_UNIX sockets.
servers += unix
unix-src := $(sort $(wildcard servers/net/unix/*.c))
