/* SPDX-License-Identifier: 0BSD */
/* netinet/in.h: addresses of the Internet. */
#ifndef PARLEY_NETINET_IN_H
#define PARLEY_NETINET_IN_H

#include <sys/cdefs.h>
#include <sys/socket.h>
#include <stdint.h>
#include <machine/endian.h>

#ifndef _IN_ADDR_T_DECLARED
#define _IN_ADDR_T_DECLARED
typedef uint32_t in_addr_t;
#endif
#ifndef _IN_PORT_T_DECLARED
#define _IN_PORT_T_DECLARED
typedef uint16_t in_port_t;
#endif

struct in_addr {
	in_addr_t s_addr;
};

struct sockaddr_in {
	sa_family_t sin_family;
	in_port_t sin_port;
	struct in_addr sin_addr;
	unsigned char sin_zero[8];
};

struct in6_addr {
	union {
		uint8_t __bytes[16];
		uint16_t __halves[8];
		uint32_t __words[4];
	} __in6;
};
#define s6_addr	  __in6.__bytes
#define s6_addr16 __in6.__halves
#define s6_addr32 __in6.__words

struct sockaddr_in6 {
	sa_family_t sin6_family;
	in_port_t sin6_port;
	uint32_t sin6_flowinfo;
	struct in6_addr sin6_addr;
	uint32_t sin6_scope_id;
};

struct ipv6_mreq {
	struct in6_addr ipv6mr_multiaddr;
	unsigned int ipv6mr_interface;
};

struct ip_mreq {
	struct in_addr imr_multiaddr, imr_interface;
};

#define INADDR_ANY	 ((in_addr_t)0)
#define INADDR_LOOPBACK	 ((in_addr_t)0x7f000001)
#define INADDR_BROADCAST ((in_addr_t)0xffffffff)
#define INADDR_NONE	 ((in_addr_t)0xffffffff)
#define INET_ADDRSTRLEN	 16
#define INET6_ADDRSTRLEN 46
#define IN6ADDR_ANY_INIT                                                                                               \
	{                                                                                                              \
		{                                                                                                      \
			{                                                                                              \
				0                                                                                      \
			}                                                                                              \
		}                                                                                                      \
	}
#define IN6ADDR_LOOPBACK_INIT                                                                                          \
	{                                                                                                              \
		{                                                                                                      \
			{                                                                                              \
				0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1                                         \
			}                                                                                              \
		}                                                                                                      \
	}
#define IN_LOOPBACKNET	    127

#define IPPROTO_IP	    0
#define IPPROTO_ICMP	    1
#define IPPROTO_TCP	    6
#define IPPROTO_UDP	    17
#define IPPROTO_IPV6	    41
#define IPPROTO_ICMPV6	    58
#define IPPROTO_RAW	    255
#define IPPORT_RESERVED	    1024

#define IP_TOS		    1
#define IP_TTL		    2
#define IP_MULTICAST_IF	    32
#define IP_MULTICAST_TTL    33
#define IP_MULTICAST_LOOP   34
#define IP_ADD_MEMBERSHIP   35
#define IP_DROP_MEMBERSHIP  36
#define IPV6_UNICAST_HOPS   16
#define IPV6_MULTICAST_IF   17
#define IPV6_MULTICAST_HOPS 18
#define IPV6_MULTICAST_LOOP 19
#define IPV6_JOIN_GROUP	    20
#define IPV6_LEAVE_GROUP    21
#define IPV6_V6ONLY	    26

#define IN6_IS_ADDR_UNSPECIFIED(a)                                                                                     \
	((a)->s6_addr32[0] == 0 && (a)->s6_addr32[1] == 0 && (a)->s6_addr32[2] == 0 && (a)->s6_addr32[3] == 0)
#define IN6_IS_ADDR_LOOPBACK(a)                                                                                        \
	((a)->s6_addr32[0] == 0 && (a)->s6_addr32[1] == 0 && (a)->s6_addr32[2] == 0 && (a)->s6_addr32[3] == __htonl(1))
#define IN6_IS_ADDR_V4MAPPED(a)                                                                                        \
	((a)->s6_addr32[0] == 0 && (a)->s6_addr32[1] == 0 && (a)->s6_addr32[2] == __htonl(0xffff))
#define IN6_IS_ADDR_MULTICAST(a) ((a)->s6_addr[0] == 0xff)
#define IN6_IS_ADDR_LINKLOCAL(a) ((a)->s6_addr[0] == 0xfe && ((a)->s6_addr[1] & 0xc0) == 0x80)
#define IN6_IS_ADDR_SITELOCAL(a) ((a)->s6_addr[0] == 0xfe && ((a)->s6_addr[1] & 0xc0) == 0xc0)

#define htonl(x)		 __htonl(x)
#define htons(x)		 __htons(x)
#define ntohl(x)		 __ntohl(x)
#define ntohs(x)		 __ntohs(x)

extern const struct in6_addr in6addr_any, in6addr_loopback;

#endif
