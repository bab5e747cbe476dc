# The terminal emulator.
vt-src = $(sort $(wildcard lib/vt/*.c)) $(utf8-src)
