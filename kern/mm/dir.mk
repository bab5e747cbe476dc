# Frames, address spaces, Extents, walks and copies.
kern-src += $(sort $(wildcard kern/mm/*.c))
rare-src += kern/mm/vspace.c kern/mm/table.c
