/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/inbenta_rig.h"

#include "base/limits.h"
#include "support/leaks.h"

TestSuite(auth, .fini = no_leaks);

/* Whether a get fails with the kind and the words. */
static bool
fails(struct rig *r, int64_t ms, enum err_kind kind, const char *words)
{
	struct inbenta_access got = { 0 };
	struct err e = { 0 };

	if (inbenta_auth_get(
		r->auth, r->http, &r->account, rig_until(r, ms), r->arena, &got, &e))
		return false;
	if (e.kind == kind && strstr(e.text, words) != NULL && got.token == NULL)
		return true;
	cr_log_error("%s: %s", err_kind_name(e.kind), e.text);
	return false;
}

Test(auth, asked_once_and_kept)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200") };
	CLEANUP(rig_fini) struct rig r;
	const struct upstream_request *seen;
	struct inbenta_access got;
	char path[200];
	struct stat st;
	struct err e;

	rig_init(&r, steps, NELEMS(steps));
	cr_assert(inbenta_auth_get(
	    r.auth, r.http, &r.account, rig_until(&r, PATIENCE_MS), r.arena, &got, &e));
	cr_expect_str_eq(got.token, "one");
	cr_expect_eq(
	    strncmp(got.chatbot, upstream_url(r.up), strlen(upstream_url(r.up))), 0);
	cr_expect_str_eq(got.chatbot + strlen(upstream_url(r.up)), "/bot");
	for (int i = 0; i < 20; i++)
		cr_expect_str_eq(rig_token(&r), "one");
	cr_assert_eq(upstream_requests(r.up), 1);
	seen = upstream_get(r.up, 0);
	cr_expect(upstream_has(seen, "x-inbenta-key: " RIG_KEY));
	cr_expect(upstream_has(seen, "content-type: application/json"));
	cr_expect_str_eq(seen->body, "{\"secret\":\"eyJ.se.cret\"}");
	rig_path(&r, path);
	cr_assert_eq(stat(path, &st), 0, "the file has the name operators know");
	cr_expect_eq(st.st_mode & 0777, 0600);
}

Test(auth, slashes_behind_the_address_do_no_harm)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200") };
	CLEANUP(rig_fini) struct rig r;
	char url[100];

	rig_init(&r, steps, NELEMS(steps));
	snprintf(url, sizeof(url), "%s//", upstream_url(r.up));
	r.account.url = url;
	cr_expect_str_eq(rig_token(&r), "one");
}

Test(auth, shared_by_the_file)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200") };
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	cr_expect_str_eq(rig_token(&r), "one");
	rig_restart(&r);
	cr_expect_str_eq(rig_token(&r), "one");
	cr_expect_eq(upstream_requests(r.up), 1);

	/* Another process has renewed it. */
	rig_write_file(&r,
	    "{\"accessToken\":\"two\",\"expiration\":1700009000,"
	    "\"apis\":{\"chatbot\":\"$URL/bot\"}}");
	cr_expect_str_eq(rig_token(&r), "two");
	/* An older one is not taken. */
	rig_write_file(&r,
	    "{\"accessToken\":\"old\",\"expiration\":1700000900,"
	    "\"apis\":{\"chatbot\":\"$URL/bot\"}}");
	cr_expect_str_eq(rig_token(&r), "two");
	cr_expect_eq(upstream_requests(r.up), 1);
}

Test(auth, a_removed_file_takes_the_token_with_it)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200"),
		RIG_AUTH("two", "1200") };
	CLEANUP(rig_fini) struct rig r;
	char path[200];

	rig_init(&r, steps, NELEMS(steps));
	cr_expect_str_eq(rig_token(&r), "one");
	rig_path(&r, path);
	cr_assert_eq(unlink(path), 0);
	cr_expect_str_eq(rig_token(&r), "two");
	cr_expect_str_eq(rig_token(&r), "two");
	cr_expect_eq(upstream_requests(r.up), 2);
}

/* Files that are of no use: the token in hand goes on; without one Inbenta is asked. */
Test(auth, useless_files)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200"),
		RIG_AUTH("two", "1200") };
	static const struct {
		const char *name, *text;
	} t[] = {
		{ "empty", "" },
		{ "garbage", "\xff\xfe{{{" },
		{ "half", "{\"accessToken\":\"x\",\"expira" },
		{ "expired",
		    "{\"accessToken\":\"x\",\"expiration\":1699999999,"
		    "\"apis\":{\"chatbot\":\"$URL/bot\"}}" },
		{ "at its end",
		    "{\"accessToken\":\"x\",\"expiration\":1700000004,"
		    "\"apis\":{\"chatbot\":\"$URL/bot\"}}" },
		{ "no APIs", "{\"accessToken\":\"x\",\"expiration\":1700009999}" },
		{ "an API we do not call",
		    "{\"accessToken\":\"x\",\"expiration\":1700009999,"
		    "\"apis\":{\"chatbot\":\"file:///etc/passwd\"}}" },
		{ "an API in plain text",
		    "{\"accessToken\":\"x\",\"expiration\":1700009999,"
		    "\"apis\":{\"chatbot\":\"http://10.0.0.1/\"}}" },
		{ "of another address",
		    "{\"accessToken\":\"x\",\"expiration\":1700009999,"
		    "\"apis\":{\"chatbot\":\"$URL/bot\"},\"auth_url\":\"https://x.example\"}" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;

		rig_init(&r, steps, NELEMS(steps));
		rig_write_file(&r, t[i].text);
		cr_expect_str_eq(rig_token(&r), "one", "%s", t[i].name);
		rig_write_file(&r, t[i].text);
		cr_expect_str_eq(rig_token(&r), "one", "%s", t[i].name);
		cr_expect_eq(upstream_requests(r.up), 1, "%s", t[i].name);
		rig_restart(&r);
		cr_expect_str_eq(rig_token(&r), "two", "%s", t[i].name);
		rig_restart(&r);
		cr_expect_str_eq(
		    rig_token(&r), "two", "%s: the file is mended", t[i].name);
	}
}

Test(auth, a_file_that_cannot_be_written)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200") };
	CLEANUP(rig_fini) struct rig r;
	char path[200];

	rig_init(&r, steps, NELEMS(steps));
	rig_path(&r, path);
	cr_assert_eq(mkdir(path, 0700), 0);
	for (int i = 0; i < 5; i++)
		cr_expect_str_eq(rig_token(&r), "one");
	cr_expect_eq(upstream_requests(r.up), 1, "the token is kept in memory");
}

/* As on a full disk: no file, and none can be made. */
Test(auth, a_folder_that_takes_no_file)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200") };
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	cr_assert_eq(rmdir(r.dir.path), 0);
	for (int i = 0; i < 5; i++)
		cr_expect_str_eq(rig_token(&r), "one");
	cr_expect_eq(upstream_requests(r.up), 1, "the token is kept in memory");
	cr_assert_eq(mkdir(r.dir.path, 0700), 0);
}

Test(auth, without_a_store)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200") };
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	inbenta_auth_free(r.auth);
	r.auth = inbenta_auth_new(NULL, &r.clock.clock);
	cr_expect_str_eq(rig_token(&r), "one");
	cr_expect_str_eq(rig_token(&r), "one");
	cr_expect_eq(upstream_requests(r.up), 1);
}

/* Scenario T2: 100 s before its end a token is refreshed. */
Test(auth, refresh_before_the_end)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200"),
		{ .on = "POST /v1/refreshToken",
		    .body = "{\"accessToken\":\"two\",\"expires_in\":1200}" } };
	CLEANUP(rig_fini) struct rig r;
	const struct upstream_request *seen;

	rig_init(&r, steps, NELEMS(steps));
	cr_expect_str_eq(rig_token(&r), "one");
	r.clock.now_s += 1200 - LIMIT_REFRESH_AHEAD_S - 1;
	cr_expect_str_eq(rig_token(&r), "one");
	cr_expect_eq(upstream_requests(r.up), 1);
	r.clock.now_s += 81;
	cr_expect_str_eq(rig_token(&r), "two");
	cr_expect_str_eq(rig_token(&r), "two");
	cr_assert_eq(upstream_requests(r.up), 2);
	seen = upstream_get(r.up, 1);
	cr_expect(upstream_has(seen, "authorization: Bearer one"));
	cr_expect(upstream_has(seen, "x-inbenta-key: " RIG_KEY));
	cr_expect_str_eq(seen->body, "");
	/* The APIs, which a refresh does not tell, are in the file too. */
	rig_restart(&r);
	cr_expect_str_eq(rig_token(&r), "two");
	cr_expect_eq(upstream_requests(r.up), 2);
}

Test(auth, a_refresh_that_fails)
{
	static const struct {
		const char *name;
		struct upstream_step refresh;
	} t[] = {
		{ "500", { .status = 500, .body = "{}" } },
		{ "401", { .status = 401, .body = "{\"message\":\"Unauthorized\"}" } },
		{ "no token in it", { .body = "{\"access_token\":\"x\"}" } },
		{ "empty token", { .body = "{\"accessToken\":\"\"}" } },
		{ "HTML", { .body = "<html>busy</html>" } },
		{ "hang-up", { .how = UP_HANGUP } },
		{ "silence", { .how = UP_STALL } },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { RIG_AUTH("one", "100"),
			RIG_AUTH("two", "1200"), t[i].refresh };
		CLEANUP(rig_fini) struct rig r;

		steps[2].on = "POST /v1/refreshToken";
		steps[2].times = -1;
		rig_init(&r, steps, NELEMS(steps));
		r.account.timeout_ms = SHORT_MS;
		cr_expect_str_eq(rig_token(&r), "one", "%s", t[i].name);
		cr_expect_str_eq(rig_token(&r), "two", "%s", t[i].name);
		cr_expect_str_eq(rig_token(&r), "two", "%s", t[i].name);
		rig_restart(&r);
		cr_expect_str_eq(
		    rig_token(&r), "two", "%s: kept in the file", t[i].name);
	}
}

/* Nothing new is to be had, but the old token has not ended yet. */
Test(auth, the_old_token_is_used_to_its_end)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "100"),
		{ .status = 503, .times = -1 } };
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	for (int i = 0; i < 10; i++)
		cr_expect_str_eq(rig_token(&r), "one");
	cr_expect_eq(upstream_requests(r.up), 3, "auth; then refresh and auth once");
	r.clock.skip_ms += 10000;
	cr_expect_str_eq(rig_token(&r), "one");
	cr_expect_eq(upstream_requests(r.up), 5, "tried again after a while");
	r.clock.now_s += 100;
	cr_expect(fails(&r, PATIENCE_MS, ERR_UPSTREAM, "status 503"));
}

Test(auth, an_expired_token_is_not_refreshed)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200"),
		RIG_AUTH("two", "1200") };
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	cr_expect_str_eq(rig_token(&r), "one");
	r.clock.now_s += 1200;
	cr_expect_str_eq(rig_token(&r), "two");
	cr_expect_eq(upstream_count(r.up, "POST /v1/refreshToken"), 0);
}

/* What a refusal means, and that nothing of it is kept. */
Test(auth, refusals)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum err_kind kind;
		const char *words;
	} t[] = {
		{ "bad secret",
		    { .status = 400,
			.body =
			    "{\"error\":{\"code\":400,\"message\":\"Secret token not "
			    "valid\"}}" },
		    ERR_DENIED, "api.secret" },
		{ "bad key",
		    { .status = 401, .body = "{\"message\":\"Unauthorized\"}" },
		    ERR_DENIED, "api.key" },
		{ "forbidden",
		    { .status = 403, .body = "{\"Message\":\"explicit deny\"}" },
		    ERR_DENIED, "api.key" },
		{ "wrong path",
		    { .status = 403,
			.body =
			    "{\"message\":\"'x' not a valid key=value pair (missing "
			    "equal-sign) in Authorization header\"}" },
		    ERR_CONFIG, "api.url" },
		{ "wrong path, as text",
		    { .status = 403, .body = "not a valid key=value pair" }, ERR_CONFIG,
		    "api.url" },
		{ "not found", { .status = 404, .body = "<html>" }, ERR_CONFIG,
		    "api.url" },
		{ "no chatbot",
		    { .body = "{\"accessToken\":\"x\",\"expires_in\":9,\"apis\":{}}" },
		    ERR_CONFIG, "no chatbot" },
		{ "chatbot without encryption",
		    { .body =
			    "{\"accessToken\":\"x\",\"expires_in\":9,\"apis\":{\"chatbot\":"
			    "\"http://bot.example/v1\"}}" },
		    ERR_CONFIG, "plain http" },
		{ "chatbot that is no URL",
		    { .body =
			    "{\"accessToken\":\"x\",\"expires_in\":9,\"apis\":{\"chatbot\":"
			    "\"file:///etc/passwd\"}}" },
		    ERR_CONFIG, "chatbot" },
		{ "another 400", { .status = 400, .body = "{}" }, ERR_UPSTREAM,
		    "status 400" },
		{ "500", { .status = 500, .body = "oops" }, ERR_UPSTREAM,
		    "status 500" },
		{ "redirect",
		    { .status = 302, .headers = "Location: http://127.0.0.1:1/\r\n" },
		    ERR_UPSTREAM, "status 302" },
		{ "throttled", { .status = 429, .headers = "Retry-After: 600\r\n" },
		    ERR_UPSTREAM, "status 429" },
		{ "HTML", { .body = "<html>hello</html>" }, ERR_UPSTREAM, "JSON" },
		{ "nothing", { .body = "" }, ERR_UPSTREAM, "JSON" },
		{ "half", { .body = "{\"accessToken\":\"x\"," }, ERR_UPSTREAM, "JSON" },
		{ "empty token", { .body = "{\"accessToken\":\"\"}" }, ERR_UPSTREAM,
		    "accessToken" },
		{ "hang-up", { .how = UP_HANGUP }, ERR_UPSTREAM, "inbenta auth" },
		{ "cut", { .how = UP_CUT, .body = "{\"accessToken\":\"x\"}", .cut = 5 },
		    ERR_UPSTREAM, "inbenta auth" },
		{ "silence", { .how = UP_STALL }, ERR_TIMEOUT, "no answer within" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { t[i].step, RIG_AUTH("good", "1200") };
		CLEANUP(rig_fini) struct rig r;
		char path[200];

		rig_init(&r, steps, NELEMS(steps));
		r.account.timeout_ms = t[i].kind == ERR_TIMEOUT ? SHORT_MS : 0;
		cr_expect(
		    fails(&r, PATIENCE_MS, t[i].kind, t[i].words), "%s", t[i].name);
		rig_path(&r, path);
		cr_expect_neq(access(path, F_OK), 0, "%s: no file", t[i].name);
		r.clock.skip_ms += 2000;
		cr_expect_str_eq(rig_token(&r), "good", "%s", t[i].name);
	}
}

Test(auth, a_wrong_secret_does_not_hammer)
{
	static const struct upstream_step steps[] = {
		{ .status = 400,
		    .body =
			"{\"error\":{\"code\":400,\"message\":\"Secret token not valid\"}}",
		    .times = -1 },
	};
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	for (int i = 0; i < 10; i++)
		cr_expect(fails(&r, PATIENCE_MS, ERR_DENIED, "mend api.secret"));
	cr_expect_eq(upstream_requests(r.up), 1);
	r.clock.skip_ms += 2000;
	cr_expect(fails(&r, PATIENCE_MS, ERR_DENIED, "mend api.secret"));
	cr_expect_eq(upstream_requests(r.up), 2);
}

Test(auth, credentials_that_are_empty)
{
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, NULL, 0);
	r.account.secret = "";
	cr_expect(fails(&r, PATIENCE_MS, ERR_CONFIG, "api.secret is empty"));
	r.account.key = "";
	cr_expect(fails(&r, PATIENCE_MS, ERR_CONFIG, "api.key is empty"));
	cr_expect_eq(upstream_requests(r.up), 0);
}

Test(auth, a_refused_token_is_not_used_again)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200"),
		RIG_AUTH("two", "1200"), { .status = 500, .times = -1 } };
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	cr_expect_str_eq(rig_token(&r), "one");
	inbenta_auth_refused(r.auth, &r.account, "one");
	cr_expect_str_eq(rig_token(&r), "two", "not the refused one out of the file");
	inbenta_auth_refused(r.auth, &r.account, "one");
	cr_expect_str_eq(
	    rig_token(&r), "two", "late news of the old one change nothing");
	inbenta_auth_refused(r.auth, &r.account, "two");
	cr_expect(fails(&r, PATIENCE_MS, ERR_UPSTREAM, "status 500"));
	cr_expect(fails(&r, PATIENCE_MS, ERR_UPSTREAM, "status 500"));
	/* Another process wrote the refused one again; then it got a new one. */
	rig_write_file(&r,
	    "{\"accessToken\":\"two\",\"expiration\":1700009000,"
	    "\"apis\":{\"chatbot\":\"$URL/bot\"}}");
	cr_expect(fails(&r, PATIENCE_MS, ERR_UPSTREAM, "status 500"));
	rig_write_file(&r,
	    "{\"accessToken\":\"three\",\"expiration\":1700009000,"
	    "\"apis\":{\"chatbot\":\"$URL/bot\"}}");
	cr_expect_str_eq(rig_token(&r), "three");
}

Test(auth, accounts_do_not_mix)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "1200"),
		RIG_AUTH("two", "1200"), RIG_AUTH("three", "1200") };
	CLEANUP(rig_fini) struct rig r;
	static char long_key[500], long_path[300];
	const char *first;

	rig_init(&r, steps, NELEMS(steps));
	first = rig_token(&r);
	r.account.key = "Other +/key=";
	cr_expect_str_neq(rig_token(&r), first);
	memset(long_key, 'k', sizeof(long_key) - 1);
	r.account.key = long_key;
	cr_expect_str_eq(rig_token(&r), "three");
	snprintf(long_path, sizeof(long_path), "%s/cached-accesstoken-Other key",
	    r.dir.path);
	cr_expect_eq(access(long_path, F_OK), 0);
	r.account.key = RIG_KEY;
	cr_expect_str_eq(rig_token(&r), first);
	cr_expect_eq(upstream_requests(r.up), 3);
}

static void *
get_in_thread(void *arg)
{
	return (void *)(intptr_t)(strcmp(rig_token(arg), "one") == 0);
}

Test(auth, who_waits_has_his_own_deadline)
{
	static const struct upstream_step steps[] = {
		{ .on = "POST /v1/auth",
		    .body = RIG_TOKEN("one", "1200"),
		    .held = true },
	};
	CLEANUP(rig_fini) struct rig r;
	struct rig late;
	pthread_t thread;
	void *good;

	rig_init(&r, steps, NELEMS(steps));
	late = r;
	late.http = http_new(r.shared);
	late.arena = arena_new();
	cr_assert_eq(pthread_create(&thread, NULL, get_in_thread, &r), 0);
	upstream_wait(r.up, 1);
	cr_expect(fails(&late, SHORT_MS, ERR_TIMEOUT, "another thread"));
	cr_expect(fails(&late, -1, ERR_TIMEOUT, "another thread"));
	upstream_release(r.up);
	pthread_join(thread, &good);
	cr_expect_not_null(good);
	cr_expect_eq(upstream_requests(r.up), 1);
	http_free(late.http);
	arena_free(late.arena);
}

/* Gets for the product; "" is what came, else the error's text. */
static const char *
get_for(struct rig *r, enum inbenta_api api, struct inbenta_access *got)
{
	static struct err e;

	e = (struct err){ 0 };
	*got = (struct inbenta_access){ 0 };
	r->account.api = api;
	r->account.name = api == INBENTA_TICKETING ? "chat.messenger" : "api";
	return inbenta_auth_get(r->auth, r->http, &r->account,
		   rig_until(r, PATIENCE_MS), r->arena, got, &e)
	    ? ""
	    : e.text;
}

/* One key for both products, one for each: by what the answer tells. */
Test(auth, products)
{
	static const struct upstream_step steps[] = {
		{ .on = "POST /v1/auth",
		    .body = "{\"accessToken\":\"t\",\"expires_in\":1200,\"apis\":"
			    "{\"ticketing\":\"$URL/tickets/\"}}" },
		{ .on = "POST /v1/auth",
		    .body = "{\"accessToken\":\"n\",\"expires_in\":1200,\"apis\":"
			    "{\"ticketing\":\"$URL/tickets/\"}}" },
		{ .on = "POST /v1/auth",
		    .body = "{\"accessToken\":\"b\",\"expires_in\":1200,\"apis\":"
			    "{\"chatbot\":\"$URL/bot\",\"ticketing\":\"ftp://x\"}}" },
	};
	CLEANUP(rig_fini) struct rig r;
	struct inbenta_access got;

	rig_init(&r, steps, NELEMS(steps));
	cr_expect_str_empty(get_for(&r, INBENTA_TICKETING, &got));
	cr_expect_str_eq(got.token, "t");
	cr_expect_null(got.chatbot);
	cr_expect_str_eq(got.ticketing + strlen(upstream_url(r.up)), "/tickets");
	cr_expect_str_eq(get_for(&r, INBENTA_CHATBOT, &got),
	    "inbenta auth: the key has no chatbot: mend api.key and api.secret");
	/* What is good for the one goes on. */
	cr_expect_str_empty(get_for(&r, INBENTA_TICKETING, &got));
	cr_expect_str_eq(got.token, "t");
	cr_expect_eq(upstream_requests(r.up), 2);

	r.clock.skip_ms += LIMIT_REFUSED_MS + 1;
	cr_expect_str_empty(get_for(&r, INBENTA_CHATBOT, &got));
	cr_expect_str_eq(got.token, "b");
	cr_expect_null(got.ticketing, "an address that nobody calls is none");
}

Test(auth, the_settings_of_another_account_are_named)
{
	static const struct upstream_step steps[] = {
		{ .on = "POST /v1/auth", .status = 404 },
	};
	CLEANUP(rig_fini) struct rig r;
	struct inbenta_access got;

	rig_init(&r, steps, NELEMS(steps));
	r.account.url_key = "chat.messenger.auth_url";
	cr_expect_str_eq(get_for(&r, INBENTA_TICKETING, &got),
	    "inbenta auth: status 404: chat.messenger.auth_url is not the address of "
	    "Inbenta's API");
	r.account.key = "";
	cr_expect_str_eq(get_for(&r, INBENTA_TICKETING, &got),
	    "inbenta auth: chat.messenger.key is empty");
}
