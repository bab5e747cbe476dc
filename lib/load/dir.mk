# Loading a program: for the supervisor; lib/posix has it too.
load-src := $(sort $(wildcard lib/load/*.c))
