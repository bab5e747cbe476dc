/* SPDX-License-Identifier: 0BSD */
/* endpoint.h: flags of endpoint_configure. */
#pragma once

enum {
	ENDPOINT_UNBLOCK = 1 << 0, /* received messages are withdrawn only through a notice to the server */
	ENDPOINT_FLAGS = 1
};
