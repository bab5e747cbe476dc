/* SPDX-License-Identifier: 0BSD */
/* memory.h: protection of mapped pages. */
#pragma once

/* PROT_READ is implied by the others where the hardware cannot do without. */
enum {
	PROT_READ = 1 << 0,
	PROT_WRITE = 1 << 1,
	PROT_EXEC = 1 << 2,
	PROT_UNCACHED = 1 << 3,	    /* device registers */
	PROT_WRITECOMBINE = 1 << 4, /* framebuffers */
	PROT_ALL = 31
};
