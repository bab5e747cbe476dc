# Terminals.
servers += tty
tty-src = $(sort $(wildcard servers/char/tty/*.c) $(ldisc-src) $(vt-src) $(kbd-src) $(screen-src)) $(console-font)
