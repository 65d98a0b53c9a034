/* SPDX-License-Identifier: Apache-2.0 */
/* HyperChat's webhooks: handshake, signature, repeats, and what goes wrong on demand. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>
#include <openssl/evp.h>

#include "base/crypto.h"
#include "base/xalloc.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"
#include "support/upstream.h"

TestSuite(sandbox_hooks, .init = not_for_ever, .fini = no_leaks);

#define HYPER "/sandbox/hyperchat"

static const struct upstream_step takes[] = { { .headers = "X-Hook-Secret: s3cret\r\n",
    .times = -1 } };

/* A sandbox whose webhooks go to u. */
struct rig {
	struct run run;
	struct upstream *u;
};

static void
rig_start(struct rig *g, const struct upstream_step *steps, size_t n)
{
	g->u = upstream_new(steps, n);
	run_start(&g->run, upstream_url(g->u), PATIENCE_MS);
}

static void
rig_stop(struct rig *g)
{
	run_stop(&g->run);
	upstream_free(g->u);
}

static void
ask(struct rig *g, const char *path, const char *body, int status, struct got *got)
{
	run_call(&g->run, "POST", path, NULL, body, got);
	cr_assert_eq(got->status, status, "%s %s: %d %s", path, body, got->status,
	    got->body.data);
}

static void
arrange(struct rig *g, const char *path, const char *body, int status)
{
	CLEANUP(got_fini) struct got got;

	ask(g, path, body, status, &got);
}

/* An event of the desk that is told whatever else there is: a new chat is not one. */
static void
make_event(struct rig *g)
{
	CLEANUP(got_fini) struct got user, chat;
	CLEANUP(buf_fini) struct buf b = BUF_INIT(512);

	ask(g, "/hyperchat/v1/users/", "{\"name\":\"Ann\"}", 200, &user);
	buf_printf(&b, "{\"creator\":\"%s\",\"room\":1,\"source\":3}",
	    js_str(user.json, "user.id", ""));
	ask(g, "/hyperchat/v1/chats/", b.data, 200, &chat);
	buf_reset(&b);
	buf_printf(
	    &b, "{\"do\":\"end\",\"chat\":\"%s\"}", js_str(chat.json, "chat.id", ""));
	arrange(g, "/desk/api/act", b.data, 204);
}

static void
to_hex(const unsigned char *mac, char out[65])
{
	for (size_t i = 0; i < HMAC_SHA256_SIZE; i++)
		snprintf(out + 2 * i, 3, "%02x", mac[i]);
}

static void
expect_signed(const struct upstream_request *r, const char *secret, const char *from,
    size_t len, const char *prefix, bool base64)
{
	unsigned char mac[HMAC_SHA256_SIZE], text[65];
	char line[256], hex[65];

	hmac_sha256(secret, strlen(secret), from, len, mac);
	to_hex(mac, hex);
	EVP_EncodeBlock(text, mac, sizeof(mac));
	snprintf(line, sizeof(line), "X-Hook-Signature: %s%s", prefix,
	    base64 ? (char *)text : hex);
	cr_expect(upstream_has(r, line), "%s\n%s", line, r->headers);
}

Test(sandbox_hooks, handshake)
{
	static const struct {
		const char *name, *body, *echo;
		int status;
		bool ok;
	} t[] = {
		{ "echoed", "{\"secret\":\"s3cret\"}", "X-Hook-Secret: s3cret\r\n", 200,
		    true },
		{ "another", "{\"secret\":\"s3cret\"}", "X-Hook-Secret: other\r\n", 200,
		    false },
		{ "none", "{}", "", 200, false },
		{ "refused", "{\"secret\":\"s3cret\"}", "X-Hook-Secret: s3cret\r\n",
		    403, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step step = { .status = t[i].status,
			.headers = t[i].echo };
		CLEANUP(got_fini) struct got got, state;
		struct rig g;

		rig_start(&g, &step, 1);
		ask(&g, HYPER "/handshake", t[i].body, 200, &got);
		cr_expect_eq(
		    js_bool(got.json, "ok", !t[i].ok), t[i].ok, "%s", t[i].name);
		cr_expect(upstream_has_name(upstream_get(g.u, 0), "X-Hook-Secret"));
		cr_expect_eq(upstream_get(g.u, 0)->body_len, 0, "%s", t[i].name);
		run_call(&g.run, "GET", HYPER, NULL, NULL, &state);
		cr_expect_eq(js_str(state.json, "hooks.secret", NULL) != NULL, t[i].ok,
		    "%s", t[i].name);
		rig_stop(&g);
	}
}

Test(sandbox_hooks, bad_handshake)
{
	struct rig g;

	rig_start(&g, takes, 1);
	arrange(&g, HYPER "/handshake", "{\"secret\":\"a b\"}", 400);
	arrange(&g, HYPER "/handshake", "{\"secret\":\"\"}", 400);
	cr_expect_eq(upstream_requests(g.u), 0);
	rig_stop(&g);
}

Test(sandbox_hooks, signature)
{
	static const struct {
		const char *hooks, *prefix;
		bool data, base64;
	} t[] = {
		{ "{\"secret\":\"k\"}", "", false, false },
		{ "{\"secret\":\"k\",\"over\":\"data\"}", "", true, false },
		{ "{\"secret\":\"k\",\"as\":\"base64\"}", "", false, true },
		{ "{\"secret\":\"k\",\"prefix\":true}", "sha256=", false, false },
		{ "{\"secret\":\"k\",\"over\":\"data\",\"as\":\"base64\","
		  "\"prefix\":true}",
		    "sha256=", true, true },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(512);
		const struct upstream_request *r;
		const char *from, *end;
		struct rig g;

		rig_start(&g, takes, 1);
		buf_printf(&b, "{\"hooks\":%s}", t[i].hooks);
		arrange(&g, HYPER, b.data, 204);
		make_event(&g);
		upstream_wait(g.u, 1);
		r = upstream_get(g.u, 0);
		from = r->body;
		end = from + r->body_len;
		cr_assert_not_null(
		    strstr(from, "{\"trigger\":\"chats:close\""), "%s", from);
		if (t[i].data) {
			from = strstr(from, "\"data\":") + 7;
			end = strstr(from, ",\"created_at\"");
		}
		expect_signed(
		    r, "k", from, (size_t)(end - from), t[i].prefix, t[i].base64);
		rig_stop(&g);
	}
}

Test(sandbox_hooks, settings_are_checked)
{
	static const char *const wrong[] = { "{\"over\":\"all\"}", "{\"as\":\"x\"}",
		"{\"secret\":1}", "{\"tries\":0}", "{\"retry_ms\":0}",
		"{\"triggers\":{}}", "{\"triggers\":[1]}" };
	struct rig g;

	rig_start(&g, takes, 1);
	for (size_t i = 0; i < NELEMS(wrong); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(512);

		buf_printf(&b, "{\"hooks\":%s}", wrong[i]);
		arrange(&g, HYPER, b.data, 400);
	}
	arrange(&g, HYPER "/odd", "{\"odd\":\"late\"}", 400);
	arrange(&g, HYPER "/odd", "{\"odd\":\"twice\",\"times\":0}", 400);
	arrange(&g, HYPER "/event", "{\"trigger\":\"x\"}", 400);
	arrange(&g, HYPER "/event", "{\"repeat\":7}", 404);
	arrange(&g, HYPER, "{\"hooks\":{\"triggers\":[]}}", 204);
	make_event(&g);
	arrange(&g, HYPER "/event", "{\"trigger\":\"x\",\"data\":{}}", 200);
	cr_expect_eq(upstream_requests(g.u), 1, "only the one by hand");
	rig_stop(&g);
}

/* An event that is not taken comes again, the same bytes, and not for ever. */
Test(sandbox_hooks, repeats)
{
	static const struct upstream_step steps[] = { { .status = 503, .times = 2 },
		{ .status = 200, .times = -1 } };
	CLEANUP(got_fini) struct got state;
	struct rig g;

	rig_start(&g, steps, NELEMS(steps));
	arrange(&g, HYPER, "{\"hooks\":{\"secret\":\"k\",\"retry_ms\":1}}", 204);
	make_event(&g);
	upstream_wait(g.u, 3);
	cr_expect_str_eq(upstream_get(g.u, 0)->body, upstream_get(g.u, 2)->body);
	arrange(&g, HYPER, "{\"hooks\":{\"tries\":1}}", 204);
	make_event(&g);
	upstream_wait(g.u, 4);
	run_call(&g.run, "GET", HYPER "?since=1", NULL, NULL, &state);
	cr_expect_eq(json_object_array_length(js_arr(state.json, "hooks.sent")), 1);
	rig_stop(&g);
}

Test(sandbox_hooks, odd_ones)
{
	static const struct {
		const char *odd;
		size_t n;
		const char *has, *has_not; /* in the first request */
	} t[] = {
		{ "twice", 2, "X-Hook-Signature", NULL },
		{ "delay", 1, "X-Hook-Signature", NULL },
		{ "unsigned", 1, NULL, "X-Hook-Signature" },
		{ "forged", 1, "X-Hook-Signature", NULL },
		{ "other_app", 1, NULL, NULL },
		{ "drop", 0, NULL, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(512);
		const struct upstream_request *r;
		struct rig g;

		rig_start(&g, takes, 1);
		arrange(&g, HYPER, "{\"hooks\":{\"secret\":\"k\"}}", 204);
		buf_printf(&b, "{\"odd\":\"%s\",\"trigger\":\"chats:close\",\"ms\":20}",
		    t[i].odd);
		arrange(&g, HYPER "/odd", b.data, 204);
		make_event(&g);
		if (t[i].n == 0) { /* the next one is as it should be */
			make_event(&g);
			upstream_wait(g.u, 1);
			cr_expect_eq(upstream_requests(g.u), 1, "%s", t[i].odd);
			rig_stop(&g);
			continue;
		}
		upstream_wait(g.u, t[i].n);
		r = upstream_get(g.u, 0);
		if (t[i].has != NULL)
			cr_expect(upstream_has_name(r, t[i].has), "%s", t[i].odd);
		if (t[i].has_not != NULL)
			cr_expect(!upstream_has_name(r, t[i].has_not), "%s", t[i].odd);
		cr_expect_eq(strstr(r->body, "another-application") != NULL,
		    strcmp(t[i].odd, "other_app") == 0, "%s", t[i].odd);
		if (t[i].n == 2)
			cr_expect_str_eq(r->body, upstream_get(g.u, 1)->body);
		rig_stop(&g);
	}
}

/* The customer's own message and the agent's, in order, and a hand-made one. */
Test(sandbox_hooks, by_hand)
{
	CLEANUP(got_fini) struct got got, again;
	struct rig g;

	rig_start(&g, takes, 1);
	arrange(&g, HYPER, "{\"hooks\":{\"secret\":\"k\"}}", 204);
	ask(&g, HYPER "/event",
	    "{\"trigger\":\"messages:new\",\"data\":{\"message\":{\"id\":\"m1\"}},"
	    "\"created_at\":5,\"appId\":\"a\",\"times\":2}",
	    200, &got);
	cr_expect_str_eq(js_str(got.json, "body", ""),
	    "{\"trigger\":\"messages:new\",\"appId\":\"a\",\"data\":{\"message\":"
	    "{\"id\":\"m1\"}},\"created_at\":5}");
	cr_expect_eq(upstream_requests(g.u), 2);
	expect_signed(upstream_get(g.u, 1), "k", upstream_get(g.u, 1)->body,
	    upstream_get(g.u, 1)->body_len, "", false);
	make_event(&g);
	upstream_wait(g.u, 3);
	ask(&g, HYPER "/event", "{\"repeat\":1}", 200, &again);
	cr_expect_str_eq(upstream_get(g.u, 3)->body, upstream_get(g.u, 2)->body);
	arrange(
	    &g, HYPER "/event", "{\"body\":\"{broken\",\"signature\":\"none\"}", 200);
	cr_expect_str_eq(upstream_get(g.u, 4)->body, "{broken");
	cr_expect(!upstream_has_name(upstream_get(g.u, 4), "X-Hook-Signature"));
	arrange(&g, HYPER "/event", "{\"body\":\"{}\",\"signature\":\"abc\"}", 200);
	cr_expect(upstream_has(upstream_get(g.u, 5), "X-Hook-Signature: abc"));
	rig_stop(&g);
}
