# Name spaces and path resolution: part of sys.
sys-src += $(sort $(wildcard sys/path/*.c))
