# The line discipline.
ldisc-src = $(sort $(wildcard lib/ldisc/*.c)) $(utf8-src)
