/* SPDX-License-Identifier: 0BSD */
/* inet.c: addresses of the Internet as text, and back. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

/* One to four numbers, decimal, octal or hexadecimal; the last fills what is left. */
int inet_aton(const char *text, struct in_addr *address)
{
	unsigned long part[4], value = 0;
	char *end;
	int count = 0;

	do {
		if (count == 4 || *text < '0' || *text > '9')
			return 0;
		part[count++] = strtoul(text, &end, 0);
		text = end + 1;
	} while (*end == '.');
	if (*end && *end != ' ' && *end != '\t' && *end != '\n')
		return 0;
	for (int i = 0; i < count - 1; i++) {
		if (part[i] > 255)
			return 0;
		value |= part[i] << (24 - 8 * i);
	}
	if (part[count - 1] > 0xfffffffful >> (8 * (count - 1)))
		return 0;
	if (address)
		address->s_addr = htonl((uint32_t)(value | part[count - 1]));
	return 1;
}

in_addr_t inet_addr(const char *text)
{
	struct in_addr address;

	return inet_aton(text, &address) ? address.s_addr : INADDR_NONE;
}

char *inet_ntoa(struct in_addr address)
{
	static char text[INET_ADDRSTRLEN];

	return (char *)inet_ntop(AF_INET, &address, text, sizeof(text));
}

/* Four decimal numbers without anything else. */
static int parse_v4(const char *text, unsigned char *bytes)
{
	for (int i = 0; i < 4; i++) {
		unsigned int value = 0, digits = 0;

		for (; *text >= '0' && *text <= '9' && digits < 4; text++, digits++)
			value = value * 10 + (unsigned int)(*text - '0');
		if (!digits || digits > 3 || value > 255 ||
		    (digits > 1 && text[-(int)digits] == '0') || *text++ != (i < 3 ? '.' : '\0'))
			return 0;
		bytes[i] = (unsigned char)value;
	}
	return 1;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Up to four digits of *text into BYTES; how many there were. */
static int parse_group(const char **text, unsigned char *bytes)
{
	unsigned int value = 0;
	int digits = 0;

	for (; digits < 5 && hex(**text) >= 0; digits++, (*text)++)
		value = value * 16 + (unsigned int)hex(**text);
	bytes[0] = (unsigned char)(value >> 8);
	bytes[1] = (unsigned char)value;
	return digits;
}

/* Eight groups; `::` once stands for as many zeros as are missing; the last two may be as IPv4's.
 */
static int parse_v6(const char *text, unsigned char *bytes)
{
	int at = 0, gap = -1;

	if (text[0] == ':' && text[1] == ':') {
		gap = 0;
		text += 2;
	}
	while (*text) {
		const char *start = text;
		int digits;

		if (at == 16)
			return 0;
		digits = parse_group(&text, bytes + at);
		if (*text == '.' && at <= 12 && parse_v4(start, bytes + at)) {
			at += 4;
			break;
		}
		if (digits < 1 || digits > 4)
			return 0;
		at += 2;
		if (!*text)
			break;
		if (*text++ != ':' || !*text)
			return 0;
		if (*text == ':') {
			if (gap >= 0)
				return 0;
			gap = at;
			text++;
		}
	}
	if (gap < 0)
		return at == 16;
	if (at == 16)
		return 0;
	memmove(bytes + 16 - (at - gap), bytes + gap, (size_t)(at - gap));
	memset(bytes + gap, 0, (size_t)(16 - at));
	return 1;
}

int inet_pton(int family, const char *restrict text, void *restrict address)
{
	unsigned char bytes[16];

	switch (family) {
	case AF_INET:
		if (!parse_v4(text, bytes))
			return 0;
		memcpy(address, bytes, 4);
		return 1;
	case AF_INET6:
		if (!parse_v6(text, bytes))
			return 0;
		memcpy(address, bytes, 16);
		return 1;
	}
	errno = EAFNOSUPPORT;
	return -1;
}

/* The longest run of two zero groups or more: where it starts; *len is 0 when there is none. */
static int longest_gap(const unsigned char *bytes, int *len)
{
	int best = 0;

	*len = 0;
	for (int i = 0; i < 8; i++) {
		int run = 0;

		while (i + run < 8 && !bytes[2 * (i + run)] && !bytes[2 * (i + run) + 1])
			run++;
		if (run > 1 && run > *len) {
			best = i;
			*len = run;
		}
	}
	return best;
}

static void print_v6(const unsigned char *bytes, char *text)
{
	int gap_len, gap = longest_gap(bytes, &gap_len);
	int mapped = gap == 0 && gap_len == 5 && bytes[10] == 0xff && bytes[11] == 0xff;

	for (int i = 0; i < (mapped ? 6 : 8); i++) {
		if (gap_len && i == gap) {
			text += sprintf(text, "::");
			i += gap_len - 1;
			continue;
		}
		text += sprintf(text, "%s%x", i && !(gap_len && i == gap + gap_len) ? ":" : "",
				bytes[2 * i] << 8 | bytes[2 * i + 1]);
	}
	if (mapped)
		sprintf(text, ":%d.%d.%d.%d", bytes[12], bytes[13], bytes[14], bytes[15]);
}

const char *inet_ntop(int family, const void *restrict address, char *restrict text, socklen_t size)
{
	const unsigned char *bytes = address;
	char whole[INET6_ADDRSTRLEN + 8];

	if (family == AF_INET) {
		snprintf(whole, sizeof(whole), "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2],
			 bytes[3]);
	} else if (family == AF_INET6) {
		print_v6(bytes, whole);
	} else {
		errno = EAFNOSUPPORT;
		return NULL;
	}
	if (strlen(whole) >= size) {
		errno = ENOSPC;
		return NULL;
	}
	return strcpy(text, whole);
}
