/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/host.h"

/* An IPv6 address in its brackets. */
static bool
read_v6(const char *host, struct in6_addr *out)
{
	char inner[INET6_ADDRSTRLEN];
	size_t n = strlen(host);

	if (n < 3 || host[0] != '[' || host[n - 1] != ']' || n - 2 >= sizeof(inner))
		return false;
	memcpy(inner, host + 1, n - 2);
	inner[n - 2] = '\0';
	return inet_pton(AF_INET6, inner, out) == 1;
}

bool
host_is_loopback(const char *host)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (strcasecmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return read_v6(host, &v6) && IN6_IS_ADDR_LOOPBACK(&v6);
}

/* The first `bits` of an address in network order. */
struct prefix {
	unsigned char bytes[16];
	unsigned bits;
};

static bool
is_in(const unsigned char *address, const struct prefix *p)
{
	unsigned whole = p->bits / 8, rest = p->bits % 8;
	unsigned mask = 0xffU << (8 - rest) & 0xffU;

	return memcmp(address, p->bytes, whole) == 0 &&
	    (rest == 0 || ((address[whole] ^ p->bytes[whole]) & mask) == 0);
}

static bool
is_in_any(const unsigned char *address, const struct prefix *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_in(address, &p[i]))
			return true;
	return false;
}

/* IANA's registry of special addresses, IPv4. */
static const struct prefix closed_v4[] = {
	{ { 0 }, 8 }, /* this network */
	{ { 10 }, 8 }, /* private */
	{ { 100, 64 }, 10 }, /* shared by the customers of a carrier */
	{ { 127 }, 8 }, /* loopback */
	{ { 169, 254 }, 16 }, /* link-local; a cloud's metadata */
	{ { 172, 16 }, 12 }, /* private */
	{ { 192, 0, 0 }, 24 }, /* protocols */
	{ { 192, 0, 2 }, 24 }, /* documents */
	{ { 192, 88, 99 }, 24 }, /* relays, given up */
	{ { 192, 168 }, 16 }, /* private */
	{ { 198, 18 }, 15 }, /* benchmarks */
	{ { 198, 51, 100 }, 24 }, /* documents */
	{ { 203, 0, 113 }, 24 }, /* documents */
	{ { 224 }, 4 }, /* multicast */
	{ { 240 }, 4 }, /* reserved, broadcast */
};

/* IPv6: what is public lies in 2000::/3, these excepted. */
static const struct prefix open_v6 = { { 0x20 }, 3 };
static const struct prefix closed_v6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 }, /* protocols, Teredo */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documents */
	{ { 0x20, 0x02 }, 16 }, /* 6to4: any IPv4 address */
	{ { 0x3f, 0xff, 0x00 }, 20 }, /* documents */
};
static const struct prefix translated = { { 0x00, 0x64, 0xff, 0x9b }, 96 };

static bool
v4_is_public(const unsigned char *address)
{
	return !is_in_any(address, closed_v4, NELEMS(closed_v4));
}

bool
host_is_public(const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	const unsigned char *b = v6.sin6_addr.s6_addr;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		return v4_is_public((const unsigned char *)&v4.sin_addr);
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&v6, address, sizeof(v6));
	if (is_in(b, &translated))
		return v4_is_public(b + 12);
	return is_in(b, &open_v6) && !is_in_any(b, closed_v6, NELEMS(closed_v6));
}

/* Last labels of names that mean nothing to anybody else. */
static const char *const local_labels[] = { "arpa", "corp", "home", "internal",
	"intranet", "lan", "local", "localdomain", "localhost", "private" };

static bool
name_looks_public(const char *host)
{
	size_t n = strlen(host);
	const char *label;
	char name[256];

	if (n > 0 && host[n - 1] == '.')
		n--;
	if (n == 0 || n >= sizeof(name))
		return false;
	memcpy(name, host, n);
	name[n] = '\0';
	label = strrchr(name, '.');
	/* A last label of digits alone, or 0x…, is an address in an odd notation. */
	if (label == NULL || label[1] == '\0' || (label[1] >= '0' && label[1] <= '9'))
		return false;
	for (size_t i = 0; i < NELEMS(local_labels); i++)
		if (strcasecmp(label + 1, local_labels[i]) == 0)
			return false;
	return true;
}

bool
host_looks_public(const char *host)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, host, &v4.sin_addr) == 1)
		return host_is_public((const struct sockaddr *)(const void *)&v4);
	if (host[0] == '[')
		return read_v6(host, &v6.sin6_addr) &&
		    host_is_public((const struct sockaddr *)(const void *)&v6);
	return name_looks_public(host);
}
