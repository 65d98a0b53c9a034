/* SPDX-License-Identifier: Apache-2.0 */
/* Messages in the queue: what becomes of each that a phone does not simply take. */
#include "config.h"

#include "base/log.h"
#include "channel/incoming.h"
#include "dialog/deliver.h"
#include "channel/letter.h"
#include "dialog/turn_note.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/log_capture.h"
#include "support/patience.h"
#include "unit/ways_rig.h"

static void
quiet(void)
{
	not_for_ever();
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

TestSuite(deliver, .init = quiet, .fini = no_leaks);

#define USER "+34600111222<+34900000000: "

/* Messages of the conversation, in the queue. */
static void
put(struct ways *r, const struct message *m, size_t n, const char *url)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct deliver_to to = { .env = CONF_PRODUCTION,
		.conv_id = WAYS_CONV,
		.to = r->s.from,
		.from = "+34900000000",
		.url = url,
		.now_s = r->s.clock.now_s };
	struct err e;

	cr_assert_eq(
	    queue_add(r->s.dialog.state, deliver_jobs(a, &to, m, n), n, NULL, &e),
	    QUEUE_OK, "%s", e.text);
}

static void
put_text(struct ways *r, const char *text)
{
	put(r, &(struct message){ .text = text }, 1, NULL);
}

static enum job_end
work_one(struct ways *r)
{
	enum job_end end = JOB_DONE;

	cr_assert(ways_work_one(r, &end), "nothing to work");
	return end;
}

/* The one job, or the one dead letter. */
static struct queue_row
only(struct ways *r, enum queue_box box, struct arena *a)
{
	struct queue_row row = { 0 };
	struct err e;
	size_t n;

	cr_assert(queue_list(r->s.dialog.state, box, 0, a, &row, 1, &n, &e));
	cr_assert_eq(n, 1u);
	return row;
}

Test(deliver, what_a_try_brings)
{
	static const struct {
		const char *name;
		enum out_result result;
		enum out_why why;
		int64_t after_ms;
		enum job_end end;
		bool unsure;
		int sent; /* once all is worked */
	} t[] = {
		{ "sent", OUT_SENT, OUT_WHY_NONE, 0, JOB_DONE, false, 1 },
		{ "too many", OUT_LATER, OUT_WHY_NONE, 7000, JOB_LATER, false, 1 },
		{ "not left", OUT_NOT_SENT, OUT_WHY_NONE, 0, JOB_LATER, false, 1 },
		{ "unknown", OUT_UNKNOWN, OUT_WHY_NONE, 0, JOB_LATER, true, 1 },
		{ "ours", OUT_REFUSED, OUT_WHY_OURS, 0, JOB_LATER, false, 1 },
		{ "opted out", OUT_REFUSED, OUT_WHY_OPTED_OUT, 0, JOB_DEAD, false, 0 },
		{ "window", OUT_REFUSED, OUT_WHY_WINDOW, 0, JOB_DEAD, false, 0 },
		{ "no phone", OUT_REFUSED, OUT_WHY_RECEIVER, 0, JOB_DEAD, false, 0 },
		{ "filtered", OUT_REFUSED, OUT_WHY_CONTENT, 0, JOB_DEAD, false, 0 },
		{ "long", OUT_REFUSED, OUT_WHY_LONG, 0, JOB_DEAD, false, 0 },
		{ "media of none", OUT_REFUSED, OUT_WHY_MEDIA, 0, JOB_DEAD, false, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct ways *r = ways_new();
		int64_t now_ms = (int64_t)r->s.clock.now_s * 1000;

		log_setup((enum log_level) - 1, LOG_KV); /* it says what to mend */
		r->out.unlucky = t[i].result != OUT_SENT;
		r->out.result = t[i].result;
		r->out.why = t[i].why;
		r->out.after_ms = t[i].after_ms;
		r->out.lists = true;
		put_text(r, "m");
		cr_expect_eq(work_one(r), t[i].end, "%s", t[i].name);
		if (t[i].end == JOB_LATER) {
			struct queue_row row = only(r, QUEUE_LIVE, a);

			cr_expect_eq(row.unsure, t[i].unsure, "%s", t[i].name);
			cr_expect_str_eq(row.why, "fake trouble", "%s", t[i].name);
			cr_expect_geq(
			    row.due_ms - now_ms, t[i].after_ms, "%s", t[i].name);
		}
		if (t[i].end == JOB_DEAD)
			cr_expect_not_null(
			    strstr(only(r, QUEUE_DEAD, a).why, "fake trouble"), "%s",
			    t[i].name);
		(void)ways_work(r);
		cr_expect_eq(r->out.sent, t[i].sent, "%s", t[i].name);
		ways_free(r);
	}
}

Test(deliver, the_operator_is_told_what_to_mend)
{
	struct ways *r = ways_new();
	struct log_capture log;
	char *said;

	r->out.unlucky = 1;
	r->out.result = OUT_REFUSED;
	r->out.why = OUT_WHY_OURS;
	log_turn("5f0c");
	put_text(r, "m");
	log_turn("");
	log = log_capture_begin();
	cr_expect_eq(work_one(r), JOB_LATER);
	said = log_capture_end(&log);
	log_turn("");
	cr_expect_not_null(strstr(said, " error dialog "), "%s", said);
	cr_expect_not_null(strstr(said, " id=5f0c "), "of what it answers: %s", said);
	cr_expect_not_null(strstr(said, "fake trouble"), "%s", said);
	free(said);
	r->out.disabled = true;
	r->s.clock.now_s += 10;
	log = log_capture_begin();
	cr_expect_eq(work_one(r), JOB_LATER, "credentials may come back");
	said = log_capture_end(&log);
	cr_expect_not_null(strstr(said, "no credentials"), "%s", said);
	free(said);
	r->out.disabled = false;
	(void)ways_work(r);
	cr_expect_eq(r->out.sent, 1);
	ways_free(r);
}

Test(deliver, in_order_though_one_has_to_wait)
{
	static const struct message m[] = { { .text = "1" }, { .text = "2" },
		{ .text = "3" } };
	struct ways *r = ways_new();

	r->out.unlucky = 3;
	r->out.result = OUT_LATER;
	r->out.after_ms = 2000;
	put(r, m, NELEMS(m), NULL);
	cr_expect_eq(ways_work(r), 6);
	cr_expect_str_eq(r->out.did, USER "1;" USER "2;" USER "3;");
	ways_free(r);
}

Test(deliver, one_in_doubt_is_looked_up)
{
	static const struct {
		const char *name;
		enum out_found found;
		int sent;
		const char *did;
	} t[] = {
		{ "it had arrived", OUT_FOUND, 0, "find +34600111222: m;" },
		{ "it had not", OUT_ABSENT, 1, "find +34600111222: m;" USER "m;" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct ways *r = ways_new();

		r->out.unlucky = 1;
		r->out.result = OUT_UNKNOWN;
		r->out.found = t[i].found;
		put_text(r, "m");
		(void)ways_work(r);
		cr_expect_eq(r->out.sent, t[i].sent, "%s", t[i].name);
		cr_expect_str_eq(r->out.did, t[i].did, "%s", t[i].name);
		cr_expect_eq(ways_counts(r).dead, 0, "%s", t[i].name);
		ways_free(r);
	}
}

/* As long as nobody knows, nothing is sent, nor is what stands behind it. */
Test(deliver, doubt_lasts)
{
	static const enum out_found none[] = { OUT_EARLY, OUT_NO_ANSWER };
	static const struct message m[] = { { .text = "1" }, { .text = "2" } };

	for (size_t i = 0; i < NELEMS(none); i++) {
		struct ways *r = ways_new();
		int64_t began_s = r->s.clock.now_s;

		r->out.unlucky = 1;
		r->out.result = OUT_UNKNOWN;
		r->out.found = none[i];
		r->out.after_ms = 60000;
		put(r, m, NELEMS(m), NULL);
		for (int k = 0; k < 5; k++) {
			cr_expect_eq(work_one(r), JOB_LATER);
			r->s.clock.now_s += 120;
		}
		cr_expect_eq(r->out.tried, 1);
		cr_expect_eq(r->out.sent, 0);
		cr_expect_eq(r->out.from_s, began_s, "the time of the one try");
		cr_expect_eq(r->out.to_s, began_s);
		r->out.found = OUT_ABSENT;
		(void)ways_work(r);
		cr_expect_eq(r->out.sent, 2);
		ways_free(r);
	}
}

/* The second of two with the same text is not taken for the first, nor sent twice. */
Test(deliver, the_same_text_twice)
{
	static const bool arrives[] = { true, false };

	for (size_t i = 0; i < NELEMS(arrives); i++) {
		struct ways *r = ways_new();

		r->out.lists = true;
		r->out.arrives = arrives[i];
		put_text(r, "same");
		put_text(r, "same");
		put_text(r, "same");
		cr_expect_eq(work_one(r), JOB_DONE);
		r->out.unlucky = 1;
		r->out.result = OUT_UNKNOWN;
		cr_expect_eq(work_one(r), JOB_LATER);
		(void)ways_work(r);
		cr_expect_eq(r->out.sent, 3, "arrives %d: %s", arrives[i], r->out.did);
		cr_expect_eq(r->out.tried, arrives[i] ? 3 : 4);
		ways_free(r);
	}
}

/* A second try that is in doubt is another time than the first's. */
Test(deliver, in_doubt_again)
{
	struct ways *r = ways_new();
	int64_t first_s = r->s.clock.now_s;

	r->out.unlucky = 2;
	r->out.result = OUT_UNKNOWN;
	r->out.found = OUT_ABSENT;
	put_text(r, "m");
	cr_expect_eq(work_one(r), JOB_LATER);
	r->s.clock.now_s = first_s + 300;
	cr_expect_eq(work_one(r), JOB_LATER);
	cr_expect_eq(r->out.from_s, first_s);
	r->s.clock.now_s = first_s + 600;
	r->out.found = OUT_FOUND;
	cr_expect_eq(work_one(r), JOB_DONE);
	cr_expect_eq(r->out.from_s, first_s + 300);
	cr_expect_eq(r->out.to_s, first_s + 300);
	cr_expect_eq(r->out.tried, 2);
	ways_free(r);
}

static void
die_in_a_send(struct ways *r)
{
	r->out.during = ways_die;
	(void)ways_work(r);
}

/* Nobody could write down when that was: any time since the message was made. */
Test(deliver, in_doubt_since_a_process_died)
{
	struct ways *r = ways_new();
	int64_t made_s = r->s.clock.now_s;

	put_text(r, "m");
	r->s.clock.now_s = made_s + 100;
	r->out.lists = true;
	ways_killed(r, die_in_a_send);
	r->out.during = NULL;
	r->s.clock.now_s = made_s + 200;
	cr_expect_eq(work_one(r), JOB_DONE);
	cr_expect_eq(r->out.from_s, made_s);
	cr_expect_eq(r->out.to_s, made_s + 200);
	cr_expect_str_eq(r->out.did, USER "m;find +34600111222: m;");
	ways_free(r);
}

static const char *const urls[] = { "https://a.example/1.jpg",
	"https://a.example/2.jpg" };

Test(deliver, files_that_are_not_taken_become_links)
{
	const struct message m[] = {
		{ .text = "Look", .media = urls, .n_media = NELEMS(urls) },
		{ .text = "after" },
	};
	struct ways *r = ways_new();

	r->out.unlucky = 1;
	r->out.result = OUT_REFUSED;
	r->out.why = OUT_WHY_MEDIA;
	put(r, m, NELEMS(m), NULL);
	(void)ways_work(r);
	cr_expect_str_eq(r->out.did,
	    USER "Look\nhttps://a.example/1.jpg\nhttps://a.example/2.jpg;" USER
		 "after;");
	cr_expect_eq(ways_counts(r).dead, 0);
	ways_free(r);
}

Test(deliver, links_that_are_refused_too)
{
	const struct message m = { .text = "", .media = urls, .n_media = 1 };
	struct ways *r = ways_new();

	r->out.unlucky = -1;
	r->out.result = OUT_REFUSED;
	r->out.why = OUT_WHY_MEDIA;
	put(r, &m, 1, NULL);
	(void)ways_work(r);
	cr_expect_eq(r->out.tried, 2, "once with, once without");
	cr_expect_eq(ways_counts(r).dead, 1);
	ways_free(r);
}

Test(deliver, links_below_a_text_that_fills_its_message)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	char *text = arena_alloc(a, 1601);
	struct message m = { .text = text, .media = urls, .n_media = 1 };
	struct ways *r = ways_new();

	memset(text, 'x', 1600);
	text[1600] = '\0';
	r->out.unlucky = 1;
	r->out.result = OUT_REFUSED;
	r->out.why = OUT_WHY_MEDIA;
	put(r, &m, 1, NULL);
	(void)ways_work(r);
	cr_expect_eq(r->out.sent, 2, "in two messages");
	cr_expect_str_eq(r->out.list[1].text, urls[0]);
	ways_free(r);
}

Test(deliver, status_callback)
{
	static const struct {
		const char *url, *want;
	} t[] = {
		{ NULL, "" },
		{ "https://bot.example/hook", "https://bot.example/hook?status=1" },
		{ "https://bot.example/hook?a=b",
		    "https://bot.example/hook?a=b&status=1" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct ways *r = ways_new();

		put(r, &(struct message){ .text = "m" }, 1, t[i].url);
		(void)ways_work(r);
		cr_expect_str_eq(r->out.callback, t[i].want);
		ways_free(r);
	}
}

static const struct bot_answer hello[] = {
	{ .kind = BOT_ANSWER, .html = "Hello", .related_title = "" }
};
static const struct bot_result says_hello = { BOT_ANSWERED, hello, 1, NULL };

/* The address that a message came to hears what becomes of its reply. */
Test(deliver, status_callback_of_a_late_reply)
{
	struct ways *r = ways_new();

	r->url = "https://bot.example/hook";
	r->s.bot.says = &says_hello;
	r->s.bot.during = ways_takes_long;
	r->s.bot.arg = r;
	(void)call(r, "SM1", "q");
	(void)ways_work(r);
	cr_expect_str_eq(r->out.callback, "https://bot.example/hook?status=1");
	ways_free(r);
}

Test(deliver, a_letter_as_it_was_written)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct letter l = { .env = CONF_PREPRODUCTION,
		.m = { .to = "whatsapp:+34600111222",
		    .from = "whatsapp:+34900000000",
		    .text = "\"a\"\n\xe2\x82\xac\\",
		    .media = urls,
		    .n_media = NELEMS(urls),
		    .status_callback = "https://bot.example/?status=1" },
		.made_s = 1700000000,
		.ref = "5f0c",
		.from_s = 1700000001,
		.to_s = 1700000002 };
	struct letter got;
	struct err e;

	cr_assert(letter_read(&got, letter_write(a, &l), a, &e), "%s", e.text);
	cr_expect_eq(got.env, l.env);
	cr_expect_str_eq(got.m.to, l.m.to);
	cr_expect_str_eq(got.m.from, l.m.from);
	cr_expect_str_eq(got.m.text, l.m.text);
	cr_assert_eq(got.m.n_media, l.m.n_media);
	cr_expect_str_eq(got.m.media[1], urls[1]);
	cr_expect_str_eq(got.m.status_callback, l.m.status_callback);
	cr_expect_eq(got.made_s, l.made_s);
	cr_expect_str_eq(got.ref, l.ref);
	cr_expect_eq(got.from_s, l.from_s);
	cr_expect_eq(got.to_s, l.to_s);
}

Test(deliver, bodies_that_nobody_has_written)
{
	static const char *const bodies[] = {
		"", "garbage", "{}", "[]",
		"{\"env\":\"moon\",\"to\":\"+1\",\"from\":\"+2\",\"text\":\"\","
		"\"made_s\":1,\"sid\":\"\",\"user\":\"u\",\"files\":[]}",
		"{\"env\":\"production\",\"to\":\"+1\",\"from\":\"+2\",\"text\":\"\","
		"\"made_s\":1,\"media\":[1],\"sid\":1}",
		"{\"env\":\"production\",\"to\":\"+1\",\"from\":\"+2\",\"text\":\"\"}"
	};
	static const char *const kinds[] = { "send", "turn" };

	for (size_t k = 0; k < NELEMS(kinds); k++) {
		struct ways *r = ways_new();

		for (size_t i = 0; i < NELEMS(bodies); i++) {
			const struct new_job job = {
				.lane = WAYS_CONV, .kind = kinds[k], .body = bodies[i]
			};
			struct err e;

			cr_assert_eq(
			    queue_add(r->s.dialog.state, &job, 1, NULL, &e), QUEUE_OK);
			cr_expect_eq(work_one(r), JOB_DEAD, "%s %zu", kinds[k], i);
		}
		cr_expect_eq(r->out.tried, 0);
		cr_expect_eq(r->s.bot.asked, 0);
		ways_free(r);
	}
}

Test(deliver, a_message_of_a_user_as_it_was_written)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct inbound_id joined[] = { { "SM0", "t0" }, { "SM00", NULL } };
	const struct incoming_place files[] = { { "https://f.example/1", "image/png" },
		{ "", "" } };
	const struct inbound in = { .sid = "SM1",
		.conv_id = "c",
		.user_id = "twilio-1-2",
		.from = "+34600111222",
		.to = "+34900000000",
		.text = " \"hi\"\r\nthere ",
		.pick = "p1",
		.n_media = 3,
		.files = files,
		.n_files = NELEMS(files),
		.url = "https://bot.example/",
		.opt_out = OPT_OUT_HELP,
		.joined = joined,
		.n_joined = NELEMS(joined) };
	enum conf_env env;
	struct inbound got;
	const char *ref, *body;
	struct err e;

	log_turn("5f0c");
	body = turn_note_write(a, CONF_PREPRODUCTION, &in);
	log_turn("");
	cr_assert(turn_note_read(&got, &env, &ref, body, a, &e), "%s", e.text);
	cr_expect_str_eq(ref, "5f0c");
	cr_expect_eq(env, CONF_PREPRODUCTION);
	cr_expect_str_eq(got.sid, in.sid);
	cr_expect_str_eq(got.user_id, in.user_id);
	cr_expect_str_eq(got.from, in.from);
	cr_expect_str_eq(got.to, in.to);
	cr_expect_str_eq(got.text, "\"hi\"\nthere", "cleaned");
	cr_expect_str_eq(got.pick, in.pick);
	cr_expect_str_eq(got.url, in.url);
	cr_expect_eq(got.opt_out, OPT_OUT_HELP);
	cr_assert_eq(got.n_joined, 2u);
	cr_expect_str_eq(got.joined[0].sid, "SM0");
	cr_expect_str_eq(got.joined[0].token, "t0");
	cr_expect_str_eq(got.joined[1].sid, "SM00");
	cr_expect_null(got.joined[1].token);
	cr_expect_eq(got.n_media, 3u);
	cr_assert_eq(got.n_files, 2u);
	cr_expect_str_eq(got.files[0].url, files[0].url);
	cr_expect_str_eq(got.files[0].claimed, files[0].claimed);
	cr_expect_str_eq(got.files[1].url, "");
}
