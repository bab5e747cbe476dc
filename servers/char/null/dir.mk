# Devices that need no device.
servers += null
null-src := $(sort $(wildcard servers/char/null/*.c))
