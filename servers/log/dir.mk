# The log.
programs += log
log-src := $(sort $(wildcard servers/log/*.c))
