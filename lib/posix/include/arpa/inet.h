/* SPDX-License-Identifier: 0BSD */
/* arpa/inet.h: addresses of the Internet as text. */
#ifndef PARLEY_ARPA_INET_H
#define PARLEY_ARPA_INET_H

#include <sys/cdefs.h>
#include <netinet/in.h>

__BEGIN_DECLS
in_addr_t inet_addr(const char *text);
int inet_aton(const char *text, struct in_addr *address);
char *inet_ntoa(struct in_addr address);
const char *inet_ntop(int family, const void *__restrict address, char *__restrict text, socklen_t size);
int inet_pton(int family, const char *__restrict text, void *__restrict address);
__END_DECLS

#endif
