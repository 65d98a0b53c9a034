/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <criterion/criterion.h>

#include "base/host.h"
#include "support/leaks.h"

TestSuite(host, .fini = no_leaks);

Test(host, loopback)
{
	static const struct {
		const char *host;
		bool want;
	} t[] = {
		{ "localhost", true },
		{ "LocalHost", true },
		{ "127.0.0.1", true },
		{ "127.255.1.2", true },
		{ "[::1]", true },
		{ "[0:0:0:0:0:0:0:1]", true },
		{ "128.0.0.1", false },
		{ "localhost.example", false },
		{ "127.0.0.1.example", false },
		{ "::1", false },
		{ "[::2]", false },
		{ "[]", false },
		{ "", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(host_is_loopback(t[i].host), t[i].want, "%s", t[i].host);
}

/* The address as the resolver would give it. */
static struct sockaddr_storage
address(const char *text)
{
	struct sockaddr_storage s = { 0 };
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		memcpy(&s, &v4, sizeof(v4));
	else if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1)
		memcpy(&s, &v6, sizeof(v6));
	else
		cr_assert_fail("%s is no address", text);
	return s;
}

/* Of each range the first and last address, and what lies next to it. */
Test(host, public_addresses)
{
	static const struct {
		const char *address;
		bool want;
	} t[] = {
		{ "0.0.0.0", false },
		{ "0.255.255.255", false },
		{ "1.0.0.0", true },
		{ "9.255.255.255", true },
		{ "10.0.0.0", false },
		{ "10.255.255.255", false },
		{ "11.0.0.0", true },
		{ "100.63.255.255", true },
		{ "100.64.0.0", false },
		{ "100.127.255.255", false },
		{ "100.128.0.0", true },
		{ "126.255.255.255", true },
		{ "127.0.0.1", false },
		{ "127.255.255.255", false },
		{ "128.0.0.0", true },
		{ "169.253.255.255", true },
		{ "169.254.169.254", false },
		{ "169.255.0.0", true },
		{ "172.15.255.255", true },
		{ "172.16.0.0", false },
		{ "172.31.255.255", false },
		{ "172.32.0.0", true },
		{ "192.0.0.1", false },
		{ "192.0.1.0", true },
		{ "192.0.2.1", false },
		{ "192.88.99.1", false },
		{ "192.167.255.255", true },
		{ "192.168.0.0", false },
		{ "192.168.255.255", false },
		{ "192.169.0.0", true },
		{ "198.17.255.255", true },
		{ "198.18.0.0", false },
		{ "198.19.255.255", false },
		{ "198.20.0.0", true },
		{ "198.51.100.7", false },
		{ "203.0.113.7", false },
		{ "223.255.255.255", true },
		{ "224.0.0.1", false },
		{ "239.255.255.255", false },
		{ "240.0.0.1", false },
		{ "255.255.255.255", false },
		{ "::", false },
		{ "::1", false },
		{ "::7f00:1", false },
		{ "::ffff:10.0.0.1", false },
		{ "::ffff:8.8.8.8", false },
		{ "64:ff9b::8.8.8.8", true },
		{ "64:ff9b::10.0.0.1", false },
		{ "64:ff9b::127.0.0.1", false },
		{ "64:ff9b:1::8.8.8.8", false },
		{ "100::1", false },
		{ "1fff:ffff::1", false },
		{ "2001::1", false },
		{ "2001:1ff:ffff::1", false },
		{ "2001:200::1", true },
		{ "2001:db8::1", false },
		{ "2001:db9::1", true },
		{ "2002:a00:1::1", false },
		{ "2003::1", true },
		{ "2600:1f00::1", true },
		{ "3ffe:ffff::1", true },
		{ "3fff:fff::1", false },
		{ "3fff:1000::1", true },
		{ "4000::1", false },
		{ "fc00::1", false },
		{ "fdff::1", false },
		{ "fe80::1", false },
		{ "fec0::1", false },
		{ "ff02::1", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct sockaddr_storage s = address(t[i].address);

		cr_expect_eq(host_is_public((struct sockaddr *)&s), t[i].want, "%s",
		    t[i].address);
	}
}

Test(host, what_is_no_address_of_the_internet)
{
	struct sockaddr_un here = { .sun_family = AF_UNIX };

	cr_expect_not(host_is_public((struct sockaddr *)&here));
}

Test(host, what_looks_public)
{
	static const struct {
		const char *host;
		bool want;
	} t[] = {
		{ "x.example", true },
		{ "cdn.x.example.", true },
		{ "8.8.8.8", true },
		{ "[2600:1f00::1]", true },
		{ "xn--nxasmq6b.gr", true },
		{ "10.x.example", true },
		{ "", false },
		{ ".", false },
		{ "localhost", false },
		{ "intranet", false },
		{ "intranet.", false },
		{ "a.localhost", false },
		{ "printer.LOCAL", false },
		{ "db.internal", false },
		{ "metadata.google.internal.", false },
		{ "router.home.arpa", false },
		{ "127.0.0.1", false },
		{ "10.0.0.1", false },
		{ "169.254.169.254", false },
		{ "192.168.1.1", false },
		{ "127.1", false },
		{ "x.0x7f", false },
		{ "2130706433", false },
		{ "1.2.3.4.", false },
		{ "[::1]", false },
		{ "[fd00::1]", false },
		{ "[::ffff:10.0.0.1]", false },
		{ "[2600::1", false },
		{ "[", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(host_looks_public(t[i].host), t[i].want, "%s", t[i].host);
}
