# Drawing of terminals.
screen-src := $(sort $(wildcard lib/screen/*.c))
