# The read-only root in the boot image.
servers += image
image-src := $(sort $(wildcard servers/fs/image/*.c))
