/* SPDX-License-Identifier: 0BSD */
/* main.c: the devices that need no device: null, zero, full, random, urandom. */
#include "nodes.h"

static struct {
	const char *path;
	const struct srv_ops *ops;
	unsigned minor; /* of major 1, as everywhere */
	struct srv_node node;
} devices[] = {
    {"/dev/null", &null_ops, 3, {0}},	  {"/dev/zero", &zero_ops, 5, {0}},	 {"/dev/full", &full_ops, 7, {0}},
    {"/dev/random", &random_ops, 8, {0}}, {"/dev/urandom", &random_ops, 9, {0}},
};

#define DEVICES (sizeof(devices) / sizeof(devices[0]))

static struct srv_mount mounts[DEVICES];
static struct srv server = {.name = "null", .mounts = mounts, .mount_count = DEVICES};

int main(int argc, char **argv)
{
	for (unsigned i = 0; i < DEVICES; i++) {
		struct srv_node *node = &devices[i].node;

		srv_node_init(node, devices[i].ops, i + 1, S_IFCHR | 0666);
		node->rdevice = PROTO_DEVICE(1, devices[i].minor);
		mounts[i].prefix = devices[i].path;
		mounts[i].node = node;
	}
	return srv_run(&server) < 0;
}
