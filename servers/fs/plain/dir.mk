# A filesystem in memory, to be read.
servers += plain
plain-src := servers/fs/plain/main.c
