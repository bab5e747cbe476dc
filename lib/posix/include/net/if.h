/* SPDX-License-Identifier: 0BSD */
/* net/if.h: names of network interfaces. */
#ifndef PARLEY_NET_IF_H
#define PARLEY_NET_IF_H

#include <sys/cdefs.h>
#include <sys/socket.h>

#define IF_NAMESIZE 16
#define IFNAMSIZ    IF_NAMESIZE

struct if_nameindex {
	unsigned int if_index;
	char *if_name;
};

struct ifreq {
	char ifr_name[IF_NAMESIZE];
	union {
		struct sockaddr ifru_addr;
		short ifru_flags;
		int ifru_ivalue, ifru_mtu;
	} ifr_ifru;
};
#define ifr_addr	ifr_ifru.ifru_addr
#define ifr_flags	ifr_ifru.ifru_flags
#define ifr_ifindex	ifr_ifru.ifru_ivalue
#define ifr_mtu		ifr_ifru.ifru_mtu

#define IFF_UP		0x001
#define IFF_BROADCAST	0x002
#define IFF_LOOPBACK	0x008
#define IFF_POINTOPOINT 0x010
#define IFF_RUNNING	0x040
#define IFF_PROMISC	0x100
#define IFF_MULTICAST	0x1000

__BEGIN_DECLS
unsigned int if_nametoindex(const char *name);
char *if_indextoname(unsigned int index, char *name);
struct if_nameindex *if_nameindex(void);
void if_freenameindex(struct if_nameindex *list);
__END_DECLS

#endif
