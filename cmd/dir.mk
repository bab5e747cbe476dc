# Commands that only Parley has.
posix-programs += pidin ns svc shutdown session on
pidin-src    := cmd/pidin.c cmd/lib/info.c
ns-src       := cmd/ns.c
svc-src      := cmd/svc.c
shutdown-src := cmd/shutdown.c
session-src  := cmd/session.c
on-src       := cmd/on.c
# Without a C library.
servers      += periodic
periodic-src := cmd/periodic.c
