# The read-only root, out of the boot image.
servers += image
image-src := $(sort $(wildcard servers/fs/image/*.c))
