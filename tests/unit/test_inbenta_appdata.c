/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "unit/inbenta_rig.h"

#include "base/limits.h"
#include "inbenta/appdata.h"
#include "support/leaks.h"
#include "support/log_capture.h"

TestSuite(appdata, .fini = no_leaks);

#define FILE_NAME "cached-appdata-Ab9"
#define FAILED_NAME FILE_NAME ".failed"
#define ON_GET "GET /bot/v1/app/data/twilio?name= "
#define AUTH \
	{ \
		.on = "POST /v1/auth", .body = RIG_TOKEN("access", "9999"), \
		.times = -1 \
	}
#define RESULTS(thanks, only) \
	"{\"results\":[{\"name\":\"translations\",\"value\":{\"en\":[{\"thanks\":\"" thanks \
	"\"}],\"es\":[{\"thanks\":\"¡" thanks "!\",\"yes\":\"Sí\"}]}},{\"name\":" \
	"\"settings\",\"value\":{\"only_chat_mode\":\"" only "\"}}]}"
#define DATA(thanks) \
	{ \
		.on = ON_GET, .body = RESULTS(thanks, "true") \
	}
#define IN_FILE(thanks) "{\"twilio\":" RESULTS(thanks, "true") "}"

/* A rig whose clock has the time of the machine, as files are dated by that. */
struct data_rig {
	struct rig r;
	struct inbenta_appdata *data;
};

static void
data_init(struct data_rig *d, const struct upstream_step *steps, size_t n)
{
	rig_init(&d->r, steps, n);
	d->r.clock.now_s = time(NULL);
	d->data = inbenta_appdata_new(d->r.store, &d->r.clock.clock);
}

static void
data_fini(struct data_rig *d)
{
	inbenta_appdata_free(d->data);
	rig_fini(&d->r);
}

/* As another process that shares the folder would be. */
static void
data_restart(struct data_rig *d)
{
	inbenta_appdata_free(d->data);
	d->data = inbenta_appdata_new(d->r.store, &d->r.clock.clock);
}

static void
data_later(struct data_rig *d, int64_t s)
{
	d->r.clock.now_s += s;
	d->r.clock.skip_ms += s * 1000;
}

static struct inbenta_setup
get_in(struct data_rig *d, const char *lang, int64_t ms)
{
	struct inbenta_call c = rig_call(&d->r);
	struct inbenta_setup s = { .n = 99 };

	c.until_ms = rig_until(&d->r, ms);
	inbenta_appdata_get(d->data, &c, lang, &s);
	return s;
}

/* The text of `thanks` in English; "" when none is set. */
static const char *
thanks(struct data_rig *d)
{
	struct inbenta_setup s = get_in(d, "en", PATIENCE_MS);

	return s.n == 1 ? s.texts[0].text : s.n == 0 ? "" : "?";
}

static size_t
asked(struct data_rig *d)
{
	return upstream_count(d->r.up, "GET ");
}

static void
file_path(const struct data_rig *d, char out[200])
{
	snprintf(out, 200, "%s/%s", d->r.dir.path, FILE_NAME);
}

/*
 * Files are dated by the machine's clock, which goes on while that of the rig stands still:
 * here by the latter, so many seconds ago. A file whose age counts in a test needs it.
 */
static void
date_file(const struct data_rig *d, const char *name, int64_t age_s)
{
	struct timespec times[2] = { { .tv_sec = d->r.clock.now_s - age_s },
		{ .tv_sec = d->r.clock.now_s - age_s } };
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", d->r.dir.path, name);
	cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0, "%s", name);
}

/* Writes the file as another process would have done so many seconds ago. */
static void
write_file(struct data_rig *d, const char *text, int64_t age_s)
{
	struct cache_stamp stamp;
	struct err e;

	cr_assert(cache_write(d->r.store, FILE_NAME, text, strlen(text), &stamp, &e),
	    "%s", e.text);
	date_file(d, FILE_NAME, age_s);
}

static void
expect_file(struct data_rig *d, const char *want, const char *name)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(100000);
	struct cache_stamp stamp;
	struct err e = { 0 };

	cr_expect(cache_read(d->r.store, FILE_NAME, &text, &stamp, &e), "%s: %s", name,
	    e.text);
	cr_expect_str_eq(text.data, want, "%s: %s", name, text.data);
}

Test(appdata, read_once_and_kept)
{
	static const struct upstream_step steps[] = { AUTH, DATA("Ta") };
	CLEANUP(data_fini) struct data_rig d;
	const struct upstream_request *seen;
	struct inbenta_setup s;
	struct stat st;
	char path[200];

	data_init(&d, steps, NELEMS(steps));
	s = get_in(&d, "es", PATIENCE_MS);
	cr_assert_eq(s.n, 2);
	cr_expect_str_eq(s.texts[0].label, "thanks");
	cr_expect_str_eq(s.texts[0].text, "¡Ta!");
	cr_expect_str_eq(s.texts[1].label, "yes");
	cr_expect_eq(s.only_chat, INBENTA_CHAT_ON);
	cr_expect_eq(get_in(&d, "ES", PATIENCE_MS).n, 2);
	s = get_in(&d, "fr", PATIENCE_MS);
	cr_expect_eq(s.n, 0);
	cr_expect_eq(s.only_chat, INBENTA_CHAT_ON);
	for (int i = 0; i < 20; i++)
		cr_expect_str_eq(thanks(&d), "Ta");
	cr_assert_eq(upstream_requests(d.r.up), 2);

	seen = upstream_get(d.r.up, 1);
	cr_expect_eq(strncmp(seen->line, ON_GET, strlen(ON_GET)), 0, "%s", seen->line);
	cr_expect(upstream_has(seen, "x-inbenta-key: " RIG_KEY));
	cr_expect(upstream_has(seen, "authorization: Bearer access"));
	cr_expect_not(upstream_has_name(seen, "x-inbenta-session"));
	cr_expect_not(upstream_has_name(seen, "content-type"));
	file_path(&d, path);
	cr_assert_eq(stat(path, &st), 0, "the file has the name operators know");
	cr_expect_eq(st.st_mode & 0777, 0600);
	expect_file(&d, IN_FILE("Ta"), "as the API answered it");
}

Test(appdata, kept_for_half_an_hour)
{
	static const struct upstream_step steps[] = { AUTH, DATA("one"), DATA("two") };
	CLEANUP(data_fini) struct data_rig d;

	data_init(&d, steps, NELEMS(steps));
	cr_expect_str_eq(thanks(&d), "one");
	d.r.clock.now_s += LIMIT_SETUP_AGE_S - 1;
	cr_expect_str_eq(thanks(&d), "one");
	d.r.clock.now_s += 1;
	cr_expect_str_eq(thanks(&d), "two");
	d.r.clock.now_s += LIMIT_SETUP_AGE_S - 1;
	cr_expect_str_eq(thanks(&d), "two");
	cr_expect_eq(asked(&d), 2);
}

/* What another process wrote, by its age. */
Test(appdata, shared_by_the_file)
{
	static const struct upstream_step steps[] = { AUTH, DATA("ours") };
	static const struct {
		const char *name;
		int64_t age_s;
		const char *want;
	} t[] = {
		{ "new", 0, "theirs" },
		{ "clocks that differ a little", -50, "theirs" },
		{ "a second before its end", LIMIT_SETUP_AGE_S - 2, "theirs" },
		{ "at its end", LIMIT_SETUP_AGE_S, "ours" },
		{ "dated in the future", -1000, "ours" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(data_fini) struct data_rig d;

		data_init(&d, steps, NELEMS(steps));
		write_file(&d, IN_FILE("theirs"), t[i].age_s);
		cr_expect_str_eq(thanks(&d), t[i].want, "%s", t[i].name);
		cr_expect_str_eq(thanks(&d), t[i].want, "%s", t[i].name);
		cr_expect_eq(asked(&d), t[i].want[0] == 'o', "%s", t[i].name);
	}
}

Test(appdata, a_file_that_another_process_renews)
{
	static const struct upstream_step steps[] = { AUTH, DATA("one") };
	CLEANUP(data_fini) struct data_rig d;

	data_init(&d, steps, NELEMS(steps));
	cr_expect_str_eq(thanks(&d), "one");
	write_file(&d, IN_FILE("two"), 0);
	cr_expect_str_eq(thanks(&d), "two");
	data_restart(&d);
	cr_expect_str_eq(thanks(&d), "two");
	cr_expect_eq(asked(&d), 1);
}

/* The remedy of operators works at the next message, also right after a failure. */
Test(appdata, a_removed_file_is_read_anew)
{
	static const struct upstream_step steps[] = { AUTH, DATA("one"), DATA("two"),
		{ .on = ON_GET, .status = 500 }, DATA("three") };
	CLEANUP(data_fini) struct data_rig d;
	char path[200];

	data_init(&d, steps, NELEMS(steps));
	file_path(&d, path);
	cr_expect_str_eq(thanks(&d), "one");
	cr_assert_eq(unlink(path), 0);
	cr_expect_str_eq(thanks(&d), "two");
	d.r.clock.now_s += LIMIT_SETUP_AGE_S;
	cr_expect_str_eq(thanks(&d), "two", "the API is down");
	cr_assert_eq(unlink(path), 0);
	cr_expect_str_eq(thanks(&d), "three");
	cr_expect_eq(asked(&d), 4);
}

Test(appdata, forgotten)
{
	static const struct upstream_step steps[] = { AUTH, DATA("one"), DATA("two"),
		DATA("three") };
	CLEANUP(data_fini) struct data_rig d;
	char path[200];

	data_init(&d, steps, NELEMS(steps));
	file_path(&d, path);
	cr_expect_not(inbenta_appdata_forget(d.data, &d.r.account));
	cr_expect_str_eq(thanks(&d), "one");
	cr_expect(inbenta_appdata_forget(d.data, &d.r.account));
	cr_expect_neq(access(path, F_OK), 0);
	cr_expect_not(inbenta_appdata_forget(d.data, &d.r.account));
	cr_expect_str_eq(thanks(&d), "two");
	data_restart(&d);
	cr_expect(inbenta_appdata_forget(d.data, &d.r.account), "what another wrote");
	cr_expect_str_eq(thanks(&d), "three");
	cr_expect_eq(asked(&d), 3);
}

Test(appdata, other_groups_stay_in_the_file)
{
	static const struct upstream_step steps[] = { AUTH, DATA("Ta") };
	CLEANUP(data_fini) struct data_rig d;

	data_init(&d, steps, NELEMS(steps));
	write_file(&d, "{\"whatsapp\":{\"results\":[1]}}", 0);
	cr_expect_str_eq(thanks(&d), "Ta");
	expect_file(&d,
	    "{\"whatsapp\":{\"results\":[1]},\"twilio\":" RESULTS("Ta", "true") "}",
	    "");
}

/* What the instance says it has not is remembered like what it has. */
Test(appdata, none)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		const char *file;
	} t[] = {
		{ "404", { .status = 404, .body = "{\"message\":\"Not Found\"}" },
		    NULL },
		{ "404, no body", { .status = 404 }, NULL },
		{ "404, HTML", { .status = 404, .body = "<html>" }, NULL },
		{ "400 with errors",
		    { .status = 400,
			.body = "{\"errors\":[{\"message\":\"no group\"}]}" },
		    NULL },
		{ "422 with an error",
		    { .status = 422, .body = "{\"error\":{\"message\":\"no\"}}" },
		    NULL },
		{ "200 with errors", { .body = "{\"errors\":[{\"code\":404}]}" },
		    NULL },
		{ "no results", { .body = "{\"results\":[]}" },
		    "{\"twilio\":{\"results\":[]}}" },
		{ "results an empty text", { .body = "{\"results\":\"\"}" }, NULL },
		{ "an object", { .body = "{}" }, NULL },
		{ "a list", { .body = "[]" }, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { AUTH, t[i].step, DATA("later") };
		CLEANUP(data_fini) struct data_rig d;

		steps[1].on = ON_GET;
		data_init(&d, steps, NELEMS(steps));
		for (int k = 0; k < 3; k++) {
			struct inbenta_setup s = get_in(&d, "en", PATIENCE_MS);

			cr_expect_eq(s.n, 0, "%s", t[i].name);
			cr_expect_eq(s.only_chat, INBENTA_CHAT_UNSET, "%s", t[i].name);
			if (k == 1)
				data_restart(&d);
		}
		cr_expect_eq(asked(&d), 1, "%s", t[i].name);
		expect_file(&d, "{\"twilio\":{\"results\":[]}}", t[i].name);
		date_file(&d, FILE_NAME, 0);
		d.r.clock.now_s += LIMIT_SETUP_AGE_S;
		cr_expect_str_eq(thanks(&d), "later", "%s", t[i].name);
	}
}

/* Nothing, or what was known before; and no second try before its time. */
Test(appdata, failures)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		size_t asks; /* by one get */
	} t[] = {
		{ "500", { .status = 500 }, 1 },
		{ "502 with errors", { .status = 502, .body = "{\"errors\":[{}]}" },
		    1 },
		{ "HTML", { .body = "<html>" }, 1 },
		{ "half", { .body = "{\"results\":[" }, 1 },
		{ "hang-up", { .how = UP_HANGUP }, 2 },
		{ "cut", { .how = UP_CUT, .cut = 3, .body = "{\"results\":[]}" }, 1 },
		{ "gateway",
		    { .status = 504,
			.body = "{\"message\":\"Endpoint request timed out\"}" },
		    1 },
		{ "denied", { .status = 403, .body = "{\"Message\":\"deny\"}" }, 2 },
		{ "throttled", { .status = 429, .headers = "Retry-After: 900\r\n" },
		    1 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { AUTH, t[i].step };
		CLEANUP(data_fini) struct data_rig d;
		size_t all;

		steps[1].on = ON_GET;
		steps[1].times = -1;
		data_init(&d, steps, NELEMS(steps));
		for (int k = 0; k < 3; k++)
			cr_expect_str_eq(thanks(&d), "", "%s", t[i].name);
		cr_expect_eq(asked(&d), t[i].asks, "%s: %zu", t[i].name, asked(&d));
		(void)rig_token(&d.r);
		all = upstream_requests(d.r.up);
		(void)rig_token(&d.r);
		cr_expect_eq(upstream_requests(d.r.up), all,
		    "%s: the access token is still good for others", t[i].name);

		write_file(&d, IN_FILE("before"), LIMIT_SETUP_AGE_S);
		date_file(&d, FAILED_NAME, 0);
		data_later(&d, LIMIT_SETUP_PAUSE_MS / 1000);
		for (int k = 0; k < 3; k++)
			cr_expect_str_eq(thanks(&d), "before", "%s", t[i].name);
		cr_expect_geq(asked(&d), t[i].asks + 1, "%s: once more", t[i].name);
		cr_expect_leq(asked(&d), 2 * t[i].asks, "%s: once more", t[i].name);
		expect_file(&d, IN_FILE("before"), t[i].name);
	}
}

Test(appdata, what_was_known_goes_on_when_the_api_is_down)
{
	static const struct upstream_step steps[] = { AUTH, DATA("one"),
		{ .on = ON_GET, .status = 500 }, DATA("two") };
	CLEANUP(data_fini) struct data_rig d;

	data_init(&d, steps, NELEMS(steps));
	cr_expect_str_eq(thanks(&d), "one");
	d.r.clock.now_s += 10 * LIMIT_SETUP_AGE_S;
	for (int i = 0; i < 3; i++)
		cr_expect_str_eq(thanks(&d), "one");
	cr_expect_eq(asked(&d), 2);
	data_later(&d, LIMIT_SETUP_PAUSE_MS / 1000);
	cr_expect_str_eq(thanks(&d), "two");
}

/* A CGI program serves one message: what failed is told to the next one. */
Test(appdata, a_failure_is_known_to_other_processes)
{
	static const struct upstream_step steps[] = { AUTH,
		{ .on = ON_GET, .status = 500 }, { .on = ON_GET, .status = 500 },
		DATA("one"), { .on = ON_GET, .status = 500 }, DATA("two") };
	CLEANUP(data_fini) struct data_rig d;
	char path[200];

	data_init(&d, steps, NELEMS(steps));
	file_path(&d, path);
	for (int i = 0; i < 3; i++) {
		cr_expect_str_eq(thanks(&d), "");
		date_file(&d, FAILED_NAME, 0);
		data_restart(&d);
	}
	cr_expect_eq(asked(&d), 1);
	write_file(&d, IN_FILE("old"), LIMIT_SETUP_AGE_S);
	cr_expect_str_eq(thanks(&d), "old", "what is there counts at once");
	cr_expect_eq(asked(&d), 1);

	data_restart(&d);
	data_later(&d, LIMIT_SETUP_PAUSE_MS / 1000);
	cr_expect_str_eq(thanks(&d), "old");
	date_file(&d, FAILED_NAME, 0);
	data_restart(&d);
	cr_expect_str_eq(thanks(&d), "old");
	cr_expect_eq(asked(&d), 2);
	data_restart(&d);
	cr_assert_eq(unlink(path), 0);
	cr_expect_str_eq(thanks(&d), "one", "the operator wants a try");

	data_later(&d, LIMIT_SETUP_AGE_S);
	cr_expect_str_eq(thanks(&d), "one");
	date_file(&d, FAILED_NAME, 0);
	data_restart(&d);
	cr_expect(inbenta_appdata_forget(d.data, &d.r.account));
	cr_expect_str_eq(thanks(&d), "two", "so does who forgets it");
	cr_expect_eq(asked(&d), 5);
}

/* How long the call that has just failed was given, by what the log says; -1: none failed. */
static long
given_ms(const char *log)
{
	const char *at = strstr(log, "no answer within ");

	return at != NULL ? strtol(at + 17, NULL, 10) : -1;
}

Test(appdata, time_it_takes)
{
	static const struct upstream_step steps[] = { AUTH,
		{ .on = ON_GET, .how = UP_STALL, .times = -1 } };
	static const struct {
		int64_t left_ms;
		long at_most;
		size_t asked;
	} t[] = {
		{ PATIENCE_MS, LIMIT_SETUP_MS, 1 },
		{ LIMIT_SETUP_MS - 500, LIMIT_SETUP_MS - 500, 1 },
		{ LIMIT_MIN_CALL_MS - 1, -1, 0 },
		{ -5, -1, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(data_fini) struct data_rig d;
		struct log_capture log;
		char *said;

		data_init(&d, steps, NELEMS(steps));
		(void)rig_token(&d.r);
		log = log_capture_begin();
		cr_expect_eq(get_in(&d, "en", t[i].left_ms).n, 0);
		said = log_capture_end(&log);
		cr_expect(given_ms(said) <= t[i].at_most, "row %zu: %s", i, said);
		cr_expect_eq(
		    given_ms(said) > 0, t[i].asked > 0, "row %zu: %s", i, said);
		cr_expect_eq(asked(&d), t[i].asked, "row %zu", i);
		free(said);
	}
}

/* A turn that had no time left is no failure: the next one asks. */
Test(appdata, no_time_no_pause)
{
	static const struct upstream_step steps[] = { AUTH, DATA("Ta") };
	CLEANUP(data_fini) struct data_rig d;

	data_init(&d, steps, NELEMS(steps));
	cr_expect_eq(get_in(&d, "en", 1).n, 0);
	cr_expect_str_eq(thanks(&d), "Ta");
}

Test(appdata, useless_files)
{
	static const struct upstream_step steps[] = { AUTH, DATA("Ta") };
	static const char *const t[] = { "", "\xff\xfe{{{", "{\"twilio\":{\"resu", "[]",
		"null", "{}", "{\"twilio\":null}" };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(data_fini) struct data_rig d;

		data_init(&d, steps, NELEMS(steps));
		write_file(&d, t[i], 0);
		cr_expect_str_eq(thanks(&d), "Ta", "%s", t[i]);
		cr_expect_str_eq(thanks(&d), "Ta", "%s", t[i]);
		data_restart(&d);
		cr_expect_str_eq(thanks(&d), "Ta", "%s: mended", t[i]);
		cr_expect_eq(asked(&d), 1, "%s", t[i]);
	}
}

/* What is in memory goes on when the file is damaged and the API is down. */
Test(appdata, a_file_that_is_damaged_later)
{
	static const struct upstream_step steps[] = { AUTH, DATA("one"),
		{ .on = ON_GET, .status = 500 }, DATA("two") };
	CLEANUP(data_fini) struct data_rig d;

	data_init(&d, steps, NELEMS(steps));
	cr_expect_str_eq(thanks(&d), "one");
	write_file(&d, "{", 0);
	for (int i = 0; i < 3; i++)
		cr_expect_str_eq(thanks(&d), "one");
	cr_expect_eq(asked(&d), 2, "read again, once");
	date_file(&d, FAILED_NAME, 0);
	data_later(&d, LIMIT_SETUP_PAUSE_MS / 1000);
	cr_expect_str_eq(thanks(&d), "two");
	expect_file(&d, IN_FILE("two"), "");
}

Test(appdata, files_that_cannot_be_written)
{
	static const struct upstream_step steps[] = { AUTH, DATA("Ta"), DATA("two") };
	static const char *const how[] = { "a folder stands there", "no folder",
		"no store" };

	for (size_t i = 0; i < NELEMS(how); i++) {
		CLEANUP(data_fini) struct data_rig d;
		char path[200];

		data_init(&d, steps, NELEMS(steps));
		file_path(&d, path);
		(void)rig_token(&d.r);
		if (i == 0) {
			cr_assert_eq(mkdir(path, 0700), 0);
		} else if (i == 1) {
			snprintf(path, sizeof(path), "%s/%s", d.r.dir.path, RIG_FILE);
			cr_assert_eq(unlink(path), 0);
			cr_assert_eq(rmdir(d.r.dir.path), 0);
		} else {
			inbenta_appdata_free(d.data);
			d.data = inbenta_appdata_new(NULL, &d.r.clock.clock);
		}
		for (int k = 0; k < 5; k++)
			cr_expect_str_eq(thanks(&d), "Ta", "%s", how[i]);
		cr_expect_eq(asked(&d), 1, "%s: kept in memory", how[i]);
		cr_expect(inbenta_appdata_forget(d.data, &d.r.account), "%s", how[i]);
		cr_expect_str_eq(thanks(&d), "two", "%s", how[i]);
		if (i == 1)
			cr_assert_eq(mkdir(d.r.dir.path, 0700), 0);
	}
}

Test(appdata, one_for_each_key)
{
	static const struct upstream_step steps[] = { AUTH, DATA("one"), DATA("two") };
	CLEANUP(data_fini) struct data_rig d;

	data_init(&d, steps, NELEMS(steps));
	cr_expect_str_eq(thanks(&d), "one");
	d.r.account.key = "other";
	cr_expect_str_eq(thanks(&d), "two");
	d.r.account.key = RIG_KEY;
	cr_expect_str_eq(thanks(&d), "one");
	cr_expect_eq(asked(&d), 2);
}
