# The log.
servers += log
log-src := $(sort $(wildcard servers/log/*.c))
