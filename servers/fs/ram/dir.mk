# A filesystem in memory.
servers += ram
ram-src := $(sort $(wildcard servers/fs/ram/*.c))
