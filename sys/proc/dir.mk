# Processes, threads, signals, credentials: part of sys.
sys-src += $(sort $(wildcard sys/proc/*.c))
