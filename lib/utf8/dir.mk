# UTF-8 decoding and the width of characters.
utf8-src := $(sort $(wildcard lib/utf8/*.c))
