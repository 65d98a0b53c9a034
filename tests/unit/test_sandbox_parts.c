/* SPDX-License-Identifier: Apache-2.0 */
/* The small parts of the sandbox: faults, dictated answers, events, segments, hosts. */
#include "config.h"

#include <pthread.h>
#include <string.h>

#include <criterion/criterion.h>
#include <json-c/json.h>

#include "base/arena.h"
#include "sandbox/events.h"
#include "sandbox/faults.h"
#include "sandbox/router.h"
#include "sandbox/scripts.h"
#include "sandbox/segments.h"
#include "sandbox/sessions.h"
#include "support/leaks.h"
#include "support/patience.h"

TestSuite(sandbox_parts, .fini = no_leaks);

static const struct fault_kind *
taken(struct faults *fs, const char *call)
{
	struct fault f;

	faults_take(fs, call, &f);
	return f.kind;
}

Test(sandbox_parts, faults_in_order)
{
	struct faults *fs = faults_new();
	struct fault cut = { .kind = fault_kind("cut") },
		     html = { .kind = fault_kind("html") };

	cr_assert(cut.kind != NULL && html.kind != NULL);
	cr_expect_null(fault_kind("nonsense"));
	cr_expect_null(taken(fs, "auth"));
	cr_assert(faults_arm(fs, "message", &cut, 2));
	cr_assert(faults_arm(fs, "*", &html, 1));
	cr_expect_eq(taken(fs, "auth"), html.kind, "the star is for all calls");
	cr_expect_null(taken(fs, "auth"));
	cr_expect_eq(taken(fs, "message"), cut.kind);
	cr_expect_eq(taken(fs, "message"), cut.kind);
	cr_expect_null(taken(fs, "message"));

	cr_assert(faults_arm(fs, "auth", &cut, -1));
	for (int i = 0; i < 5; i++)
		cr_expect_eq(taken(fs, "auth"), cut.kind);
	faults_clear(fs);
	cr_expect_null(taken(fs, "auth"));

	for (int i = 0; i < FAULTS_MAX; i++)
		cr_assert(faults_arm(fs, "auth", &cut, 1));
	cr_expect_not(faults_arm(fs, "auth", &cut, 1), "there is a limit");
	faults_free(fs);
}

/* What faults without a wait do to an answer. */
Test(sandbox_parts, fault_bends_reply)
{
	static const struct {
		const char *kind;
		int status, want;
		enum reply_way way;
		const char *body;
	} t[] = {
		{ "status", 0, 500, REPLY_SEND,
		    "{\"errors\":[{\"message\":\"Internal error\",\"code\":500}]}" },
		{ "status", 503, 503, REPLY_SEND,
		    "{\"errors\":[{\"message\":\"Internal error\",\"code\":503}]}" },
		{ "expired_session", 0, 400, REPLY_SEND,
		    "{\"errors\":[{\"message\":\"Session expired\",\"code\":400}]}" },
		{ "bad_secret", 0, 400, REPLY_SEND,
		    "{\"error\":{\"code\":400,\"message\":\"Secret token not valid\"}}" },
		{ "gateway_timeout", 0, 504, REPLY_SEND,
		    "{\"message\":\"Endpoint request timed out\"}" },
		{ "gateway_timeout", 200, 200, REPLY_SEND,
		    "{\"message\":\"Endpoint request timed out\"}" },
		{ "throttle", 0, 429, REPLY_SEND,
		    "{\"message\":\"Too Many Requests\"}" },
		{ "empty", 0, 200, REPLY_SEND, "" },
		{ "half_json", 0, 200, REPLY_SEND, "{\"answ" },
		{ "cut", 0, 200, REPLY_CUT, "{\"answers\":[" },
		{ "close", 0, 200, REPLY_HANG_UP, "{\"answers\":[" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct fault f = { .kind = fault_kind(t[i].kind),
			.status = t[i].status,
			.reset_s = 2 };
		struct reply r = { .body = BUF_INIT(1024) };
		struct request q = { .arena = arena_new() };

		cr_assert_not_null(f.kind, "%s", t[i].kind);
		reply_text(&r, 200, "application/json", "{\"answers\":[");
		fault_apply(&f, &q, &r);
		cr_expect_eq(r.status, t[i].want, "%s: %d", t[i].kind, r.status);
		cr_expect_eq(r.way, t[i].way, "%s", t[i].kind);
		cr_expect_str_eq(r.body.data, t[i].body, "%s", t[i].kind);
		if (t[i].want == 429)
			cr_expect(
			    r.n_headers == 1 && strcmp(r.headers[0].value, "2") == 0);
		buf_fini(&r.body);
		arena_free(q.arena);
	}
}

static const char *
answer(struct scripts *s, struct arena *a, const char *said, int *status)
{
	const char *json = scripts_take(s, said, a, status);

	return json != NULL ? json : "";
}

Test(sandbox_parts, scripts)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct scripts *s = scripts_new();
	int status = 0;

	cr_assert(scripts_add(s, "*", "any", 200, -1));
	cr_assert(scripts_add(s, "hi", "first", 201, 1));
	cr_assert(scripts_add(s, "hi", "then", 202, 2));
	cr_expect_str_eq(answer(s, a, "hi", &status), "first");
	cr_expect_eq(status, 201);
	cr_expect_str_eq(answer(s, a, "hi", &status), "then");
	cr_expect_str_eq(answer(s, a, "hi", &status), "then");
	cr_expect_str_eq(answer(s, a, "hi", &status), "any", "used up");
	cr_assert(scripts_add(s, "hi", "again", 200, 1));
	cr_expect_str_eq(
	    answer(s, a, "hi", &status), "again", "the list holds together");
	cr_expect_str_eq(
	    answer(s, a, "Hi", &status), "any", "words are taken as they are");
	scripts_clear(s);
	cr_expect_null(scripts_take(s, "hi", a, &status));
	for (int i = 0; i < SCRIPTS_MAX; i++)
		cr_assert(scripts_add(s, "x", "y", 200, 1));
	cr_expect_not(scripts_add(s, "x", "y", 200, 1));
	scripts_free(s);
}

/* How many events a reader gets, and the number of the first. */
static size_t
read_events(struct events *ev, int64_t since, bool all, int64_t *first)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(16 * 1024 * 1024);
	CLEANUP(js_putp) js *root = NULL;
	js *list;
	struct err e;

	events_list(ev, since, 0, all, 0, &b);
	cr_assert(js_parse(b.data, b.len, &root, &e), "%s", e.text);
	cr_assert_eq(js_int(root, "last", -1), events_last(ev));
	list = js_arr(root, "events");
	*first = json_object_array_length(list) > 0
	    ? js_int(json_object_array_get_idx(list, 0), "seq", -1)
	    : 0;
	return json_object_array_length(list);
}

/* In pages of 7000: all that are kept, which begin with number 4. */
static void
read_pages(struct events *ev)
{
	int64_t since = 0, last = events_last(ev), seen = 0;

	while (since < last) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(16 * 1024 * 1024);
		CLEANUP(js_putp) js *root = NULL;
		js *list;
		struct err e;

		events_list(ev, since, 0, true, 7000, &b);
		cr_assert(js_parse(b.data, b.len, &root, &e), "%s", e.text);
		list = js_arr(root, "events");
		cr_expect_eq(js_int(root, "first", 0), 4, "the oldest are gone");
		cr_assert_gt(json_object_array_length(list), 0);
		cr_expect_eq(js_int(json_object_array_get_idx(list, 0), "seq", -1),
		    since == 0 ? 4 : since + 1);
		seen += (int64_t)json_object_array_length(list);
		since = js_int(root, "last", 0);
	}
	cr_expect_eq(seen, EVENTS_KEPT);
}

Test(sandbox_parts, events)
{
	struct events *ev = events_new();
	int64_t first;
	js *o = json_object_new_object();

	cr_expect_eq(read_events(ev, 0, true, &first), 0);
	json_object_object_add(o, "body", json_object_new_string("a\"b"));
	cr_expect_eq(events_add(ev, "sms", "out", NULL, o), 1);
	cr_expect_eq(events_add(ev, "sms", "out", "+34600999999", NULL), 2);
	cr_expect_eq(events_add(ev, "sms", "clear", NULL, NULL), 3);
	cr_expect_eq(read_events(ev, 0, false, &first), 2, "foreign ones are left out");
	cr_expect_eq(read_events(ev, 0, true, &first), 3);
	cr_expect(read_events(ev, 1, false, &first) == 1 && first == 3);
	cr_expect(read_events(ev, 1, true, &first) == 2 && first == 2);
	cr_expect_eq(read_events(ev, 99, true, &first), 0);
	cr_expect_eq(read_events(ev, INT64_MAX, true, &first), 0);
	cr_expect_eq(read_events(ev, INT64_MIN, true, &first), 3);
	cr_expect_eq(read_events(ev, -5, true, &first), 3);

	for (int i = 0; i < EVENTS_KEPT; i++)
		events_add(ev, "sms", "clear", NULL, NULL);
	read_pages(ev);
	events_free(ev);
}

static void *
add_one(void *cls)
{
	events_add(cls, "sms", "clear", NULL, NULL);
	return NULL;
}

Test(sandbox_parts, events_are_waited_for, .init = not_for_ever)
{
	struct events *ev = events_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(4096);
	pthread_t t;

	cr_assert_eq(pthread_create(&t, NULL, add_one, ev), 0);
	events_list(ev, 0, EVENTS_WAIT_MAX_MS, false, 0, &b);
	cr_expect_not_null(strstr(b.data, "\"kind\":\"clear\""), "%s", b.data);
	pthread_join(t, NULL);

	buf_reset(&b);
	events_wake(ev);
	events_list(ev, 1, EVENTS_WAIT_MAX_MS, false, 0, &b);
	cr_expect_str_eq(b.data, "{\"events\":[],\"first\":1,\"last\":1}",
	    "woken, it does not wait");
	events_free(ev);
}

Test(sandbox_parts, sessions)
{
	static const char dictated[] =
	    "{\"answers\":[{\"options\":\"\"},{\"options\":[{\"value\":\"a\"},{\"value\":7},"
	    "{\"value\":null},{}]}]}";
	const struct session_settings settings = { .max_options = 3 };
	struct sessions *s = sessions_new();
	const struct know_entry *to;
	struct session *x;
	CLEANUP(js_putp) js *root = NULL;
	struct err e;

	sessions_add(s, "t1", &settings);
	cr_expect_null(session_enter(s, "t2"));
	x = session_enter(s, "t1");
	cr_assert_not_null(x);
	cr_expect_not(session_chooses(x, "a", &to), "nothing was asked");
	cr_assert(js_parse(dictated, strlen(dictated), &root, &e), "%s", e.text);
	session_ask_values(x, root);
	cr_expect(session_chooses(x, "a", &to) && to == NULL);
	cr_expect(session_chooses(x, "7", &to));
	cr_expect_not(session_chooses(x, "8", &to));
	session_ask_nothing(x);
	cr_expect_not(session_chooses(x, "a", &to));
	session_release(s);
	sessions_end(s, NULL);
	sessions_end(s, "t1");
	cr_expect_null(session_enter(s, "t1"));

	for (int i = 0; i < SESSIONS_MAX + 1; i++)
		sessions_add(s,
		    i == 0                  ? "first"
			: i == SESSIONS_MAX ? "last"
					    : "other",
		    &settings);
	x = session_enter(s, "last");
	cr_assert_not_null(x, "one gave way");
	session_release(s);
	sessions_free(s);
}

/*
 * Those vectors that are about counting: Smart Encoding is not the phone's business. The
 * phone counts by UTF-16 units; own-124 needs clusters of emoji kept in one segment.
 */
Test(sandbox_parts, segment_vectors)
{
	struct json_object *root =
	    json_object_from_file(TOP_SRCDIR "/tests/vectors/segment-vectors.json");
	struct json_object *list;
	size_t n = 0;

	cr_assert_not_null(root);
	list = json_object_object_get(root, "vectors");
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *v = json_object_array_get_idx(list, i);
		struct json_object *text = json_object_object_get(v, "text");
		const char *id = js_str(v, "id", "?");
		struct segments got;

		if (js_bool(v, "smart", false) || js_int(v, "segments", 0) == 0 ||
		    strcmp(id, "own-124") == 0)
			continue;
		got = segments_of(json_object_get_string(text),
		    (size_t)json_object_get_string_len(text));
		cr_expect_str_eq(got.alphabet, js_str(v, "encoding", ""), "%s", id);
		cr_expect_eq((int64_t)got.count, js_int(v, "segments", -1),
		    "%s: %zu (%s)", id, got.count, js_str(v, "desc", ""));
		n++;
	}
	cr_expect_geq(n, 90, "only %zu vectors were used", n);
	json_object_put(root);
}

Test(sandbox_parts, hosts)
{
	static const struct {
		const char *host;
		bool local, remote;
	} t[] = {
		{ "127.0.0.1", true, true },
		{ "127.0.0.1:8080", true, true },
		{ "127.8.9.1:80", true, true },
		{ "localhost:80", true, true },
		{ "LOCALHOST", true, true },
		{ "[::1]:80", true, true },
		{ "[::1]", true, true },
		{ "192.0.2.7:80", true, true }, /* the address listened on */
		{ "192.0.2.8:80", false, true },
		{ "[2001:db8::1]", false, true },
		{ "evil.example", false, false },
		{ "evil.example:80", false, false },
		{ "127.0.0.1.evil.example", false, false },
		{ "127.0.0.1@evil.example", false, false },
		{ "127.0.0.1:80@evil.example", false, false },
		{ "127.0.0.1:80x", false, false },
		{ "[::1", false, false },
		{ "[::1]x", false, false },
		{ "", false, false },
		{ ":80", false, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		cr_expect_eq(host_is_ours(t[i].host, "192.0.2.7", false), t[i].local,
		    "%s", t[i].host);
		cr_expect_eq(host_is_ours(t[i].host, "192.0.2.7", true), t[i].remote,
		    "remote %s", t[i].host);
	}
	cr_expect(origin_is_ours("http://127.0.0.1:81", "127.0.0.1", false));
	cr_expect_not(origin_is_ours("http://evil.example", "127.0.0.1", false));
	cr_expect_not(origin_is_ours("null", "127.0.0.1", false));
	cr_expect_not(origin_is_ours("https://127.0.0.1", "127.0.0.1", false));
}
