# Tests of the root server: a program that is started in place of the supervisor, and one in place of the image server.
programs += systest sysidle
systest-src := $(filter-out tests/sys/idle.c,$(sort $(wildcard tests/sys/*.c))) tests/lib/test.c tests/lib/options.c \
	       kern/lib/format.c kern/lib/string.c
sysidle-src := tests/sys/idle.c kern/lib/format.c kern/lib/string.c
