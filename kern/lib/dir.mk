kern-src += kern/lib/assert.c kern/lib/format.c kern/lib/printf.c kern/lib/string.c kern/lib/tree.c
rare-src += kern/lib/assert.c kern/lib/format.c kern/lib/printf.c
