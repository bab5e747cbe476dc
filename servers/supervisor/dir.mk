# Starts and restarts services.
programs += supervisor
supervisor-src := $(sort $(wildcard servers/supervisor/*.c lib/load/*.c))
