# Frames, address spaces, Extents, walks and copies.
kern-src += $(sort $(wildcard kern/mm/*.c))
