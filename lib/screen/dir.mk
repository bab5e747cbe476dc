# Drawing of terminals.
screen-src := $(sort $(wildcard lib/screen/*.c))
# The font is made by ports/rules.mk.
console-font := $(O)/font/console_font.c
