# Pipes, FIFOs and AF_UNIX sockets.
programs += unix
unix-src := $(sort $(wildcard servers/net/unix/*.c))
