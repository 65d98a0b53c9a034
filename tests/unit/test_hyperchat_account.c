/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/hyperchat_rig.h"

#include "base/limits.h"
#include "support/leaks.h"

TestSuite(hyperchat_account, .fini = no_leaks);

Test(hyperchat_account, base)
{
	static const struct {
		const char *server;
		int64_t port;
		const char *base;
	} t[] = {
		{ "https://hyperchat-eu.inbenta.chat", 443,
		    "https://hyperchat-eu.inbenta.chat:443/v1/" },
		{ "https://hyperchat-eu.inbenta.chat:8000", 443,
		    "https://hyperchat-eu.inbenta.chat:8000/v1/" },
		{ "https://hyperchat-eu.inbenta.chat", 8000,
		    "https://hyperchat-eu.inbenta.chat:8000/v1/" },
		{ "https://hyperchat-eu.inbenta.chat/", 0,
		    "https://hyperchat-eu.inbenta.chat:443/v1/" },
		{ "https://h.example:8000///", 1, "https://h.example:8000/v1/" },
		{ "h.example", 443, "https://h.example:443/v1/" },
		{ "h.example:8000/", 443, "https://h.example:8000/v1/" },
		{ "h.example:", 5, "https://h.example:5/v1/" },
		{ "http://127.0.0.1:80", 443, "http://127.0.0.1:80/v1/" },
		{ "https://[::1]:8000", 443, "https://[::1]:8000/v1/" },
		{ "https://[fe80::1]", 9, "https://[fe80::1]:9/v1/" },
		{ "[::1]", 0, "https://[::1]:443/v1/" },
		{ "https://h.example/chat/", 0, "https://h.example:443/chat/v1/" },
		{ "https://h.example:1/v1/", 0, "https://h.example:1/v1/" },
		{ "https://h.example/a:b", 0, "https://h.example:443/a:b/v1/" },
		{ "HTTPS://h.example:65535", 0, "HTTPS://h.example:65535/v1/" },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct hyperchat_setup setup = { .app_id = "a",
			.secret = "s",
			.server = t[i].server,
			.server_port = t[i].port,
			.timeout_ms = 7 };
		struct hyperchat_account got;
		struct err e = { 0 };

		cr_assert(hyperchat_account_make(a, &setup, &got, &e), "%s: %s",
		    t[i].server, e.text);
		cr_expect_str_eq(got.base, t[i].base, "%s", t[i].server);
		cr_expect_str_eq(got.region, "us");
		cr_expect_eq(got.timeout_ms, 7);
	}
}

Test(hyperchat_account, refused)
{
	static char too_long[LIMIT_URL];
	static const struct {
		const char *app_id, *secret, *server, *key;
	} t[] = {
		{ "", "s", "h.example", "chat.chat.appId" },
		{ NULL, "s", "h.example", "chat.chat.appId" },
		{ "a", "", "h.example", "chat.chat.secret" },
		{ "a", "s\r\nx: y", "h.example", "chat.chat.secret" },
		{ "a b", "s", "h.example", "chat.chat.appId" },
		{ "a", "s", "", "chat.chat.server" },
		{ "a", "s", NULL, "chat.chat.server" },
		{ "a", "s", "<server>", "chat.chat.server" },
		{ "a", "s", "https://", "chat.chat.server" },
		{ "a", "s", "https://:8000", "chat.chat.server" },
		{ "a", "s", "https:///x", "chat.chat.server" },
		{ "a", "s", "https://h:0", "chat.chat.server" },
		{ "a", "s", "https://h:65536", "chat.chat.server" },
		{ "a", "s", "https://h:99999999999999999999", "chat.chat.server" },
		{ "a", "s", "https://h:80x", "chat.chat.server" },
		{ "a", "s", "https://[::1]x:", "chat.chat.server" },
		{ "a", "s", "https://user:pw@h", "chat.chat.server" },
		{ "a", "s", "https://h/?x", "chat.chat.server" },
		{ "a", "s", "https://h#x", "chat.chat.server" },
		{ "a", "s", "https://h h", "chat.chat.server" },
		{ "a", "s", too_long, "chat.chat.server" },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();

	memset(too_long, 'h', sizeof(too_long) - 1);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct hyperchat_setup setup = { .app_id = t[i].app_id,
			.secret = t[i].secret,
			.server = t[i].server };
		struct hyperchat_account got = { .base = "untouched" };
		struct err e = { 0 };

		cr_assert_not(hyperchat_account_make(a, &setup, &got, &e), "%zu: %s", i,
		    got.base);
		cr_expect_eq(e.kind, ERR_CONFIG, "%zu", i);
		cr_expect_eq(strncmp(e.text, t[i].key, strlen(t[i].key)), 0, "%zu: %s",
		    i, e.text);
		cr_expect_null(strstr(e.text, "pw"), "%s", e.text);
		cr_expect_str_eq(got.base, "untouched");
	}
}

Test(hyperchat_account, the_region_is_as_configured)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct hyperchat_setup setup = {
		.app_id = "a", .secret = "s", .server = "h", .region = "eu"
	};
	struct hyperchat_account got;
	struct err e = { 0 };

	cr_assert(hyperchat_account_make(a, &setup, &got, &e), "%s", e.text);
	cr_expect_str_eq(got.region, "eu");
}
