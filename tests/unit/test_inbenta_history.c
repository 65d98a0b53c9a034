/* SPDX-License-Identifier: Apache-2.0 */
/* What was said before, and when. */
#include "config.h"

#include "unit/inbenta_rig.h"

#include "base/limits.h"
#include "base/log.h"
#include "inbenta/history.h"
#include "inbenta/moment.h"
#include "support/leaks.h"

TestSuite(history, .fini = no_leaks);

/* Moments checked against `date -u -d TEXT +%s`. */
Test(history, moments)
{
	static const struct {
		const char *text;
		int64_t at;
	} t[] = {
		{ "2024-05-01 10:00:00", 1714557600 },
		{ "  2024-05-01  10:00:00  ", 1714557600 },
		{ "2024-05-01T10:00:00", 1714557600 },
		{ "2024-05-01t10:00:00z", 1714557600 },
		{ "2024-05-01T10:00:00Z", 1714557600 },
		{ "2024-05-01 10:00:00 UTC", 1714557600 },
		{ "2024-05-01 10:00:00 gmt", 1714557600 },
		{ "2024-05-01T10:00:00.999Z", 1714557600 },
		{ "2024-05-01T10:00:00,5+00:00", 1714557600 },
		{ "2024-05-01T12:00:00+02:00", 1714557600 },
		{ "2024-05-01 12:00:00 +0200", 1714557600 },
		{ "2024-05-01T12:00:00+02", 1714557600 },
		{ "2024-05-01T05:30:00-04:30", 1714557600 },
		{ "2024-05-01T10:00", 1714557600 },
		{ "2024-05-01", 1714521600 },
		{ "2024-05-01 ", 1714521600 },
		{ "2024-02-29 23:59:60", 1709251199 },
		{ "1970-01-01 00:00:01", 1 },
		{ "2000-02-29 00:00:00", 951782400 },
		{ "2099-12-31 23:59:59", 4102444799 },
		{ "9999-12-31T23:59:59Z", 253402300799 },
		{ "", 0 },
		{ "now", 0 },
		{ "1714557600", 0 },
		{ "01/05/2024 10:00", 0 },
		{ "2023-02-29 10:00:00", 0 },
		{ "2100-02-29 10:00:00", 0 },
		{ "2024-13-01 10:00:00", 0 },
		{ "2024-00-10 10:00:00", 0 },
		{ "2024-04-31 10:00:00", 0 },
		{ "2024-04-00 10:00:00", 0 },
		{ "2024-05-01 24:00:00", 0 },
		{ "2024-05-01 10:60:00", 0 },
		{ "2024-05-01 10:00:61", 0 },
		{ "2024-05-01 10", 0 },
		{ "2024-05-01 1:00:00", 0 },
		{ "2024-05-01T", 0 },
		{ "2024-05-01T10:00:00 CET", 0 },
		{ "2024-05-01T10:00:00+16:00", 0 },
		{ "2024-05-01T10:00:00+02:60", 0 },
		{ "2024-05-01T10:00:00+2", 0 },
		{ "2024-05-01T10:00:00+02:00x", 0 },
		{ "1969-12-31 23:59:59", 0 },
		{ "1970-01-01T00:00:00+02:00", 0 },
		{ "-024-05-01 10:00:00", 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(inbenta_moment(t[i].text), t[i].at, "%s: %lld", t[i].text,
		    (long long)inbenta_moment(t[i].text));
}

static void
seen(struct buf *out, const struct inbenta_history *h)
{
	for (size_t i = 0; i < h->n; i++)
		buf_printf(out, "%s %lld %s\n", h->lines[i].by_bot ? "bot" : "user",
		    (long long)h->lines[i].said_at, h->lines[i].text);
}

Test(history, lines)
{
	static const struct {
		const char *json, *want; /* NULL: it is none */
	} t[] = {
		{ "[{\"user\":\"guest\",\"message\":\"hello\",\"datetime\":"
		  "\"2024-05-01 10:00:00\"},{\"user\":\"bot\",\"message\":\"<p>Hi!</p>\","
		  "\"datetime\":\"2024-05-01T10:00:01Z\"}]",
		    "user 1714557600 hello\nbot 1714557601 <p>Hi!</p>\n" },
		{ "[]", "" },
		{ "[{\"user\":\"bot\"},{\"user\":\"bot\",\"message\":\"\"},{\"user\":"
		  "\"guest\",\"message\":\" \\n\\t\"},{\"user\":\"x\",\"message\":null},"
		  "{\"message\":{}},null,7,\"text\",[],{\"message\":true}]",
		    "" },
		{ "[{\"message\":\"a\"},{\"user\":7,\"message\":8},{\"user\":\"Bot\","
		  "\"message\":[\"\",\"b\"],\"datetime\":0},{\"user\":\"bot\",\"message\":"
		  "\"c\",\"datetime\":\"soon\"}]",
		    "user 0 a\nuser 0 8\nbot 0 b\nbot 0 c\n" },
		{ "{}", NULL },
		{ "{\"errors\":[]}", NULL },
		{ "null", NULL },
		{ "\"\"", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf out = BUF_INIT(10000);
		CLEANUP(js_putp) js *root = NULL;
		struct inbenta_history got = { 0 };
		struct err e = { 0 };

		cr_assert(js_parse(t[i].json, strlen(t[i].json), &root, &e));
		cr_assert_eq(inbenta_history_read(&got, root, a, &e), t[i].want != NULL,
		    "%s: %s", t[i].json, e.text);
		seen(&out, &got);
		if (t[i].want != NULL)
			cr_expect_str_eq(out.data, t[i].want, "%s", out.data);
		else
			cr_expect_eq(e.kind, ERR_UPSTREAM);
	}
}

/* Lines of these sizes, oldest first: how many are kept, and how long the first of them is. */
Test(history, the_newest_are_kept)
{
	static const struct {
		const char *name;
		size_t many, each, last; /* `many` lines of `each` bytes, then one */
		size_t want, first;
	} t[] = {
		{ "all", LIMIT_HISTORY_LINES - 1, 10, 1, LIMIT_HISTORY_LINES, 10 },
		{ "one line too many", LIMIT_HISTORY_LINES, 10, 1, LIMIT_HISTORY_LINES,
		    10 },
		{ "all bytes", 1, LIMIT_HISTORY_BYTES - 1, 1, 2,
		    LIMIT_HISTORY_BYTES - 1 },
		{ "a byte too many", 1, LIMIT_HISTORY_BYTES, 1, 1, 1 },
		{ "the last is too long", 3, 10, LIMIT_HISTORY_BYTES + 5, 1,
		    LIMIT_HISTORY_BYTES },
	};
	static char text[LIMIT_HISTORY_BYTES + 10];

	log_setup(LOG_ERROR, LOG_KV);
	memset(text, 'x', sizeof(text) - 1);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf json = BUF_INIT(1000000);
		CLEANUP(js_putp) js *root = NULL;
		struct inbenta_history got = { 0 };
		struct err e = { 0 };

		buf_str(&json, "[");
		for (size_t k = 0; k < t[i].many; k++)
			buf_printf(&json, "{\"message\":\"%.*s\"},{\"message\":\" \"},",
			    (int)t[i].each, text);
		buf_printf(&json, "{\"message\":\"%.*s\"},{}]", (int)t[i].last, text);
		cr_assert(js_parse(json.data, json.len, &root, &e), "%s", e.text);
		cr_assert(inbenta_history_read(&got, root, a, &e), "%s", e.text);
		cr_assert_eq(got.n, t[i].want, "%s: %zu", t[i].name, got.n);
		cr_expect_eq(strlen(got.lines[0].text), t[i].first, "%s", t[i].name);
	}
}

Test(history, the_call)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum err_kind kind; /* ERR_NONE: it worked */
		const char *words;
	} t[] = {
		{ "lines", { .body = "[{\"user\":\"guest\",\"message\":\"a\"}]" },
		    ERR_NONE, "" },
		{ "no list", { .body = "{}" }, ERR_UPSTREAM, "no list" },
		{ "no JSON", { .body = "<html>" }, ERR_UPSTREAM, "history" },
		{ "expired",
		    { .status = 400,
			.body =
			    "{\"errors\":[{\"message\":\"Session expired\",\"code\":"
			    "400}]}" },
		    ERR_UPSTREAM, "session expired" },
		{ "gateway",
		    { .status = 504,
			.body = "{\"message\":\"Endpoint request timed out\"}" },
		    ERR_TIMEOUT, "gateway" },
		{ "404", { .status = 404 }, ERR_UPSTREAM, "404" },
		{ "500", { .status = 500 }, ERR_UPSTREAM, "500" },
		{ "refused", { .status = 403, .times = -1 }, ERR_DENIED, "api.key" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { RIG_AUTH("access", "1200"),
			t[i].step };
		struct inbenta_history got = { 0 };
		const struct upstream_request *seen;
		CLEANUP(rig_fini) struct rig r;
		struct inbenta_call c;
		struct err e = { 0 };

		steps[0].times = -1;
		steps[1].on = "GET /bot/v1/conversation/history ";
		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		cr_expect_eq(inbenta_history_get(&c, "s1", &got, &e),
		    t[i].kind == ERR_NONE, "%s: %s", t[i].name, e.text);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_not_null(strstr(e.text, t[i].words), "%s", e.text);
		cr_expect_eq(got.n, t[i].kind == ERR_NONE, "%s", t[i].name);
		seen = upstream_get(r.up, 1);
		cr_expect(upstream_has(seen, "x-inbenta-session: Bearer s1"));
		cr_expect(upstream_has(seen, "x-inbenta-key: " RIG_KEY));
		cr_expect_str_eq(seen->body, "");
	}
}
