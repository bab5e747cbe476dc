# The POSIX library: what newlib leaves to us. base/ is what needs nothing of the system.
posix-src += $(sort $(wildcard lib/posix/*/*.[cS]) $(wildcard lib/load/*.c))
