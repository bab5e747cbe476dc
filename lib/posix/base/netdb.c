/* SPDX-License-Identifier: 0BSD */
/* netdb.c: hosts and services, as far as they are numbers. There is no network yet and so nobody to
 * ask for a name: a name is answered by EAI_NONAME. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One answer and the address that it points to. */
struct answer {
	struct addrinfo info;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
};

static int parse_port(const char *service, in_port_t *port)
{
	unsigned long value;
	char *end;

	*port = 0;
	if (!service)
		return 0;
	value = strtoul(service, &end, 10);
	if (!*service || *end)
		return EAI_SERVICE;
	if (value > 65535)
		return EAI_SERVICE;
	*port = htons((uint16_t)value);
	return 0;
}

/* The address that NODE is in FAMILY, with its port. */
static int parse_node(struct answer *to, int family, const char *node, int passive, in_port_t port)
{
	if (family == AF_INET) {
		to->address.v4.sin_family = AF_INET;
		to->address.v4.sin_port = port;
		to->info.ai_addrlen = sizeof(to->address.v4);
		if (!node)
			to->address.v4.sin_addr.s_addr = htonl(passive ? INADDR_ANY : INADDR_LOOPBACK);
		else if (!inet_aton(node, &to->address.v4.sin_addr))
			return EAI_NONAME;
		return 0;
	}
	to->address.v6.sin6_family = AF_INET6;
	to->address.v6.sin6_port = port;
	to->info.ai_addrlen = sizeof(to->address.v6);
	if (!node)
		to->address.v6.sin6_addr = passive ? in6addr_any : in6addr_loopback;
	else if (inet_pton(AF_INET6, node, &to->address.v6.sin6_addr) != 1)
		return EAI_NONAME;
	return 0;
}

/* One more answer in front of *list, when NODE is an address of FAMILY. */
static int add(struct addrinfo **list, const struct addrinfo *hints, int family, const char *node, in_port_t port)
{
	struct answer *answer = calloc(1, sizeof(*answer));
	int error;

	if (!answer)
		return EAI_MEMORY;
	error = parse_node(answer, family, node, hints->ai_flags & AI_PASSIVE, port);
	if (error) {
		free(answer);
		return error;
	}
	answer->info.ai_family = family;
	answer->info.ai_socktype = hints->ai_socktype ? hints->ai_socktype : SOCK_STREAM;
	answer->info.ai_protocol = hints->ai_protocol;
	answer->info.ai_addr = &answer->address.any;
	answer->info.ai_next = *list;
	*list = &answer->info;
	return 0;
}

int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints,
		struct addrinfo **restrict result)
{
	static const struct addrinfo none;
	struct addrinfo *list = NULL;
	in_port_t port;
	int error;

	hints = hints ? hints : &none;
	if (!node && !service)
		return EAI_NONAME;
	if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET && hints->ai_family != AF_INET6)
		return EAI_FAMILY;
	error = parse_port(service, &port);
	if (!error && hints->ai_family != AF_INET)
		error = add(&list, hints, AF_INET6, node, port);
	if ((!error || error == EAI_NONAME) && hints->ai_family != AF_INET6)
		error = add(&list, hints, AF_INET, node, port);
	if (!list)
		return error;
	*result = list;
	return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
	while (list) {
		struct addrinfo *next = list->ai_next;

		free(list);
		list = next;
	}
}

const char *gai_strerror(int error)
{
	switch (error) {
	case EAI_BADFLAGS:
		return "Bad flags";
	case EAI_NONAME:
		return "Name or service not known";
	case EAI_AGAIN:
		return "Temporary failure in name resolution";
	case EAI_FAIL:
		return "Failure in name resolution";
	case EAI_FAMILY:
		return "Address family not supported";
	case EAI_SOCKTYPE:
		return "Socket type not supported";
	case EAI_SERVICE:
		return "Service not supported for this socket type";
	case EAI_MEMORY:
		return "Out of memory";
	case EAI_SYSTEM:
		return strerror(errno);
	case EAI_OVERFLOW:
		return "Buffer too small";
	}
	return "Unknown error";
}

const char *hstrerror(int h_error)
{
	static const char *const text[] = {"No error", "Unknown host", "Try again", "Failure in name resolution",
					   "No address of this host"};

	return (unsigned)h_error <= NO_DATA ? text[h_error] : "Unknown error";
}

int getnameinfo(const struct sockaddr *restrict address, socklen_t length, char *restrict host, socklen_t host_size,
		char *restrict service, socklen_t service_size, int flags)
{
	const void *bytes;
	in_port_t port;

	if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
		bytes = &((const struct sockaddr_in *)address)->sin_addr;
		port = ((const struct sockaddr_in *)address)->sin_port;
	} else if (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
		bytes = &((const struct sockaddr_in6 *)address)->sin6_addr;
		port = ((const struct sockaddr_in6 *)address)->sin6_port;
	} else {
		return EAI_FAMILY;
	}
	if (host && flags & NI_NAMEREQD)
		return EAI_NONAME;
	if (host && !inet_ntop(address->sa_family, bytes, host, host_size))
		return EAI_OVERFLOW;
	if (service && snprintf(service, service_size, "%d", ntohs(port)) >= (int)service_size)
		return EAI_OVERFLOW;
	return 0;
}
