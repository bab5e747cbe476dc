# Servers that are killed while programs use them: runs inside the system.
posix-programs += restarttest
restarttest-src = $(sort $(wildcard tests/restart/*.c))
# One that dies of what it is sent.
servers += doomed
doomed-src := tests/restart/doomed/main.c
