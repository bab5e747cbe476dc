# Starts and restarts services.
servers += supervisor
supervisor-src := $(sort $(wildcard servers/supervisor/*.c)) $(load-src)
