/* SPDX-License-Identifier: Apache-2.0 */
/* The stand-in for Messenger, asked by REST: accounts, people, tickets, hours, surveys. */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"
#include "support/tmpdir.h"

static struct run run;
static struct arena *mem;

static void
setup(void)
{
	run_start(&run, NULL, PATIENCE_MS);
	run_login(&run);
	run_office_login(&run);
	mem = arena_new();
}

static void
teardown(void)
{
	arena_free(mem);
	run_stop(&run);
#ifdef HAVE_LSAN
	no_leaks();
#endif
}

TestSuite(sandbox_office, .init = setup, .fini = teardown);

#define V1 "/inbenta/ticketing/v1/"
#define BOX "/sandbox/messenger"

/* headers NULL: the usual ones. The answer's member, copied; "" when it is no text. */
static const char *
ask_as(const char *headers, const char *method, const char *path, const char *body,
    int status, const char *member)
{
	CLEANUP(got_fini) struct got g;

	run_call(&run, method, path, headers, body, &g);
	cr_expect_eq(g.status, status, "%s %s %s: %d %s", method, path,
	    body != NULL ? body : "", g.status, g.body.data);
	return arena_strdup(mem, js_str(g.json, member, ""));
}

static const char *
ask(const char *method, const char *path, const char *body, int status,
    const char *member)
{
	return ask_as(NULL, method, path, body, status, member);
}

/* The whole answer as text. */
static const char *
text_of(const char *path)
{
	CLEANUP(got_fini) struct got g;

	run_call(&run, "GET", path, NULL, NULL, &g);
	cr_assert_eq(g.status, 200, "%s: %d %s", path, g.status, g.body.data);
	return arena_strdup(mem, g.body.data);
}

static void
has(const char *text, const char *part)
{
	cr_expect_not_null(strstr(text, part), "%s is not in %s", part, text);
}

static const char *
form_headers(void)
{
	return arena_printf(mem,
	    "Content-Type: application/x-www-form-urlencoded\nx-inbenta-key: %s\n"
	    "Authorization: Bearer %s",
	    run.opts.office_key, run.office_token);
}

static void
add_ann(void)
{
	ask("POST", BOX,
	    "{\"people\":[{\"name\":\"Ann\",\"address\":\"Ann+x@mail.example\","
	    "\"extra\":[{\"id\":1,\"content\":\"gold\"},{\"id\":2,\"content\":\"1-2\"}]"
	    "}]}",
	    204, "");
}

Test(sandbox_office, accounts)
{
	const struct {
		const char *name, *path, *key, *secret;
		int status;
		bool chatbot, ticketing;
	} t[] = {
		{ "the bot's", "/inbenta/v1/auth", run.opts.api_key,
		    run.opts.api_secret, 200, true, false },
		{ "Messenger's", "/inbenta/v1/auth", run.opts.office_key,
		    run.opts.office_secret, 200, false, true },
		{ "at its own address", "/messenger/v1/auth", run.opts.office_key,
		    run.opts.office_secret, 200, false, true },
		{ "the bot's is not known there", "/messenger/v1/auth",
		    run.opts.api_key, run.opts.api_secret, 401, false, false },
		{ "the other's secret", "/inbenta/v1/auth", run.opts.office_key,
		    run.opts.api_secret, 400, false, false },
		{ "no such key", "/inbenta/v1/auth", "x", run.opts.api_secret, 401,
		    false, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;

		run_call(&run, "POST", t[i].path,
		    arena_printf(mem,
			"Content-Type: application/json\nx-inbenta-key: %s", t[i].key),
		    arena_printf(mem, "{\"secret\":\"%s\"}", t[i].secret), &g);
		cr_expect_eq(g.status, t[i].status, "%s: %d", t[i].name, g.status);
		cr_expect_eq(js_str(g.json, "apis.chatbot", NULL) != NULL, t[i].chatbot,
		    "%s", t[i].name);
		cr_expect_eq(js_str(g.json, "apis.ticketing", NULL) != NULL,
		    t[i].ticketing, "%s", t[i].name);
	}
}

Test(sandbox_office, tokens)
{
	const struct {
		const char *name, *path, *key, *token;
		int status;
	} t[] = {
		{ "all good", V1 "users?address=a%40b", run.opts.office_key,
		    run.office_token, 200 },
		{ "the bot's token", V1 "users?address=a%40b", run.opts.office_key,
		    run.token, 403 },
		{ "the bot's key", V1 "users?address=a%40b", run.opts.api_key,
		    run.office_token, 403 },
		{ "the bot's both", V1 "users?address=a%40b", run.opts.api_key,
		    run.token, 403 },
		{ "ours at the bot", "/inbenta/chatbot/v1/app/data/twilio?name=",
		    run.opts.office_key, run.office_token, 403 },
		{ "no such key", V1 "users?address=a%40b", "x", run.office_token, 401 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;

		run_call(&run, "GET", t[i].path,
		    arena_printf(mem, "x-inbenta-key: %s\nAuthorization: Bearer %s",
			t[i].key, t[i].token),
		    NULL, &g);
		cr_expect_eq(g.status, t[i].status, "%s: %d", t[i].name, g.status);
	}
	ask_as(arena_printf(mem, "x-inbenta-key: %s\nAuthorization: Bearer %s",
		   run.opts.office_key, run.office_token),
	    "POST", "/messenger/v1/refreshToken", NULL, 200, "");
	ask("POST", "/sandbox/expire", "{\"what\":\"token\"}", 204, "");
	ask("GET", V1 "settings/work-timetable", NULL, 403, "");
}

Test(sandbox_office, one_key_for_both)
{
	struct run both;
	CLEANUP(got_fini) struct got g;

	run_start(&both, NULL, PATIENCE_MS);
	both.opts.office_key = both.opts.api_key;
	run_login(&both);
	run_call(&both, "GET", V1 "settings/work-timetable",
	    arena_printf(mem, "x-inbenta-key: %s\nAuthorization: Bearer %s",
		both.opts.api_key, both.token),
	    NULL, &g);
	cr_expect_eq(g.status, 200, "%d", g.status);
	run_stop(&both);
}

Test(sandbox_office, people_are_found)
{
	static const struct {
		const char *name, *query, *found;
		int status;
	} t[] = {
		{ "by the address", "address=Ann%2Bx%40mail.example", "\"gold\"", 200 },
		{ "in small letters", "address=ann%2bx%40mail.example", "\"gold\"",
		    200 },
		{ "a plus that is a blank", "address=Ann+x@mail.example",
		    "{\"data\":[]}", 200 },
		{ "nobody", "address=b%40mail.example", "{\"data\":[]}", 200 },
		{ "no address", "", "", 400 },
	};

	add_ann();
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;

		run_call(&run, "GET", arena_printf(mem, V1 "users?%s", t[i].query),
		    NULL, NULL, &g);
		cr_expect_eq(g.status, t[i].status, "%s: %d", t[i].name, g.status);
		cr_expect_not_null(
		    strstr(g.body.data, t[i].found), "%s: %s", t[i].name, g.body.data);
	}
}

Test(sandbox_office, people_are_made)
{
	static const struct {
		const char *name, *body;
		int status;
	} t[] = {
		{ "good", "{\"name\":\"Ben\",\"address\":\"ben@mail.example\"}", 200 },
		{ "again", "{\"name\":\"Ben\",\"address\":\"BEN@mail.example\"}", 409 },
		{ "no name", "{\"address\":\"c@mail.example\"}", 400 },
		{ "no address", "{\"name\":\"C\"}", 400 },
		{ "no address of e-mail", "{\"name\":\"C\",\"address\":\"c\"}", 400 },
		{ "no JSON", "name=C", 400 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;

		run_call(&run, "POST", V1 "users", NULL, t[i].body, &g);
		cr_expect_eq(g.status, t[i].status, "%s: %d", t[i].name, g.status);
		cr_expect_eq(
		    js_int(g.json, "uuid", 0) > 0, t[i].status == 200, "%s", t[i].name);
	}
}

Test(sandbox_office, what_a_put_leaves_out_is_lost)
{
	static const char path[] = V1 "users/77";
	static const char whole[] = "{\"extra\":[{\"id\":2,\"content\":\"3-4\"},"
				    "{\"id\":1,\"content\":\"gold\"}]}";
	const char *state;

	add_ann();
	ask("PUT", path, whole, 200, "");
	state = text_of(BOX);
	has(state, "\"3-4\"");
	has(state, "\"gold\"");
	ask("PUT", path, "{\"extra\":[{\"id\":2,\"content\":\"5-6\"}]}", 200, "");
	state = text_of(BOX);
	has(state, "\"5-6\"");
	cr_expect_null(strstr(state, "\"gold\""), "%s", state);
	ask("PUT", path, "{\"extra\":[{\"content\":\"5-6\"}]}", 400, "");
	ask("PUT", path, "{}", 400, "");
	ask("PUT", V1 "users/9999", whole, 404, "");
}

Test(sandbox_office, a_put_may_have_to_be_a_form)
{
	static const char path[] = V1 "users/77";
	static const char json[] = "{\"extra\":[{\"id\":2,\"content\":\"3-4\"}]}";
	static const char form[] = "extra%5B0%5D%5Bid%5D=2&extra%5B0%5D%5Bcontent%5D="
				   "7-8&extra[1][id]=1&extra[1][content]=gold+one";
	const char *state;

	add_ann();
	ask_as(form_headers(), "PUT", path, form, 400, "");
	ask("POST", BOX, "{\"put_takes\":\"form\"}", 204, "");
	ask("PUT", path, json, 415, "");
	ask_as(form_headers(), "PUT", path, form, 200, "");
	state = text_of(BOX);
	has(state, "\"7-8\"");
	has(state, "\"gold one\"");
	ask_as(form_headers(), "PUT", path, "extra[1][id]=1", 400, "");
	ask("POST", BOX, "{\"put_takes\":\"xml\"}", 400, "");
}

#define TICKET(more) "{\"title\":\"late\",\"message\":\"late\"" more "}"
#define NUMBERS ",\"creator\":77,\"source\":3,\"queue\":4"

Test(sandbox_office, tickets_of_a_connector)
{
	static const struct {
		const char *name, *body;
		int status;
	} t[] = {
		{ "good", TICKET(NUMBERS), 200 },
		{ "with all there is",
		    TICKET(NUMBERS ",\"autoclassify\":true,\"history\":{\"messages\":["
				   "{\"message\":\"hi\",\"user\":\"U\"}]}"),
		    200 },
		{ "no creator", TICKET(",\"source\":3,\"queue\":4"), 400 },
		{ "nobody", TICKET(",\"creator\":9,\"source\":3,\"queue\":4"), 400 },
		{ "a text for a number",
		    TICKET(",\"creator\":77,\"source\":3,\"queue\":\"4\""), 400 },
		{ "a line without user",
		    TICKET(
			NUMBERS ",\"history\":{\"messages\":[{\"message\":\"hi\"}]}"),
		    400 },
		{ "a history that is a list", TICKET(NUMBERS ",\"history\":[]"), 400 },
		{ "no title", "{\"message\":\"late\"" NUMBERS "}", 400 },
		{ "no message", "{\"title\":\"late\"" NUMBERS "}", 400 },
	};
	size_t made = 0;

	add_ann();
	for (size_t i = 0; i < NELEMS(t); i++) {
		const char *number =
		    ask("POST", V1 "tickets", t[i].body, t[i].status, "full_uuid");

		made += t[i].status == 200;
		cr_expect_str_eq(number,
		    t[i].status == 200 ? arena_printf(mem, "#A-%zu", 500 + made) : "",
		    "%s", t[i].name);
	}
	has(text_of(BOX), "\"history\":[{\"message\":\"hi\",\"user\":\"U\"}]");
	has(text_of("/desk/api/state"), "\"person\":{\"id\":77");
	ask("GET", V1 "tickets", NULL, 400, "");
	has(text_of(V1 "tickets?external_id=C1"), "{\"data\":[]}");
}

Test(sandbox_office, hours)
{
	static const struct {
		const char *name, *set, *told;
		bool open;
	} t[] = {
		{ "none", "\"none\"", "{\"weeks\":[],\"holidays\":[]}", true },
		{ "open", "\"open\"",
		    "\"queueId\":1,\"Monday\":[{\"from\":\"00:00\",\"to\":\"24:00\"}]",
		    true },
		{ "closed", "\"closed\"", "\"queueId\":1,\"Monday\":[]", false },
		{ "as it is said", "{\"weeks\":7}", "{\"weeks\":7}", true },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		ask("POST", BOX, arena_printf(mem, "{\"hours\":%s}", t[i].set), 204,
		    "");
		has(text_of(V1 "settings/work-timetable"), t[i].told);
		has(text_of("/desk/api/state"),
		    t[i].open ? "\"open\":true" : "\"open\":false");
	}
	ask("POST", BOX, "{\"hours\":\"lunch\"}", 400, "");
	ask("POST", "/desk/api/act", "{\"do\":\"open\",\"on\":false}", 204, "");
	has(text_of(V1 "settings/work-timetable"), "\"Sunday\":[]");
	ask("DELETE", BOX, NULL, 204, "");
	has(text_of(V1 "settings/work-timetable"), "\"weeks\":[]");
}

Test(sandbox_office, the_switch_forgets_what_was_kept)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	const char *kept = arena_printf(mem, "%s/cached-cm-data-abc", dir.path);
	const char *other = arena_printf(mem, "%s/cached-appdata-abc", dir.path);

	cr_assert_eq(close(creat(kept, 0600)), 0);
	cr_assert_eq(close(creat(other, 0600)), 0);
	run.opts.hours_cache = arena_printf(mem, "%s/cached-cm-data-*", dir.path);
	ask("POST", "/desk/api/act", "{\"do\":\"open\",\"on\":false}", 204, "");
	cr_expect_neq(access(kept, F_OK), 0);
	cr_expect_eq(access(other, F_OK), 0);
	ask("POST", "/desk/api/act", "{\"do\":\"open\"}", 204, "");
}

/* Begins survey 1 about ticket 501; its token. */
static const char *
begin_survey(void)
{
	return ask_as(form_headers(), "POST", V1 "surveys/1/start",
	    "sourceType=ticket&sourceId=501", 200, "response.token");
}

static const char *
handed_in(const char *token, const char *answers)
{
	return arena_printf(mem, "%s&token=%s", answers, token);
}

Test(sandbox_office, surveys_in_a_conversation)
{
	const char *token, *other;
	size_t i;
	static const struct {
		const char *name, *path, *body;
		int status;
	} bad[] = {
		{ "no such survey", V1 "surveys/2/start",
		    "sourceType=ticket&sourceId=501", 404 },
		{ "no number", V1 "surveys/1x/start", "sourceType=ticket&sourceId=501",
		    404 },
		{ "about nothing", V1 "surveys/1/start", "sourceId=501", 400 },
		{ "no such ticket", V1 "surveys/1/start",
		    "sourceType=ticket&sourceId=9", 404 },
		{ "no token", V1 "surveys/1/submit", "field_answers[12]=helped", 400 },
	};

	add_ann();
	ask("POST", V1 "tickets", TICKET(NUMBERS), 200, "");
	for (i = 0; i < NELEMS(bad); i++)
		ask_as(form_headers(), "POST", bad[i].path, bad[i].body, bad[i].status,
		    "");
	token = begin_survey();
	other = begin_survey();
	cr_expect_str_neq(token, other);
	ask_as(form_headers(), "POST", V1 "surveys/1/submit",
	    handed_in(token, "field_answers[99]=x"), 400, "");
	ask_as(form_headers(), "POST", V1 "surveys/1/submit",
	    handed_in(token, "field_answers[12]=helped&x=y"), 400, "");
	ask_as(form_headers(), "POST", V1 "surveys/1/submit",
	    handed_in(token, "field_answers%5B12%5D=helped&field_answers[14]=a+b"), 200,
	    "");
	ask_as(form_headers(), "POST", V1 "surveys/1/submit",
	    handed_in(token, "field_answers[12]=helped"), 400, "");
	has(text_of(BOX), "\"answers\":{\"12\":\"helped\",\"14\":\"a b\"}");
	ask("POST", "/desk/api/act", "{\"do\":\"survey\",\"on\":false}", 204, "");
	ask_as(form_headers(), "POST", V1 "surveys/1/start",
	    "sourceType=ticket&sourceId=501", 404, "");
}

Test(sandbox_office, surveys_of_a_test)
{
	add_ann();
	ask("POST", V1 "tickets", TICKET(NUMBERS), 200, "");
	ask("POST", BOX, "{\"surveys\":[{\"id\":7,\"member\":\"data\",\"pages\":[]}]}",
	    204, "");
	cr_expect_str_neq(ask_as(form_headers(), "POST", V1 "surveys/7/start",
			      "sourceType=ticket&sourceId=501", 200, "data.token"),
	    "");
	ask("POST", BOX, "{\"surveys\":[{\"id\":\"7\"}]}", 400, "");
	ask("POST", BOX, "{\"surveys\":7}", 400, "");
}

#define HYPER "/hyperchat/v1/surveys/"

Test(sandbox_office, surveys_by_a_link)
{
	const char *url, *token;

	add_ann();
	ask("POST", V1 "tickets", TICKET(NUMBERS), 200, "");
	ask("GET", HYPER "1?sourceType=ticket&sourceId=9", NULL, 404, "");
	ask("GET", HYPER "1?sourceId=501", NULL, 400, "");
	url = ask(
	    "GET", HYPER "1?sourceType=ticket&sourceId=501", NULL, 200, "survey.url");
	token = strstr(url, "/survey/?t=");
	cr_assert_not_null(token, "%s", url);
	token += strlen("/survey/?t=");
	has(text_of(arena_printf(mem, "/survey/api/state?t=%s", token)),
	    "\"done\":false");
	ask("POST", "/survey/api/answers",
	    arena_printf(
		mem, "{\"token\":\"%s\",\"answers\":{\"12\":\"helped\"}}", token),
	    204, "");
	ask("POST", "/survey/api/answers",
	    arena_printf(mem, "{\"token\":\"%s\",\"answers\":{}}", token), 409, "");
	has(text_of(arena_printf(mem, "/survey/api/state?t=%s", token)),
	    "\"done\":true");
	has(text_of("/desk/api/state"), "\"way\":\"link\"");
	ask("GET", "/survey/api/state?t=x", NULL, 404, "");

	ask("POST", "/sandbox/hyperchat", "{\"survey_in_body\":true}", 204, "");
	ask("GET", HYPER "1?sourceType=ticket&sourceId=501", NULL, 400, "");
	ask("GET", HYPER "1", "{\"sourceType\":\"ticket\",\"sourceId\":501}", 200, "");
}

Test(sandbox_office, trouble_on_demand)
{
	ask("POST", "/sandbox/fault",
	    "{\"call\":\"ms.timetable\",\"fault\":\"status\",\"status\":503}", 204, "");
	ask("GET", V1 "settings/work-timetable", NULL, 503, "");
	ask("GET", V1 "settings/work-timetable", NULL, 200, "");
	ask("POST", "/sandbox/fault", "{\"call\":\"ms\",\"fault\":\"html\"}", 204, "");
	ask("GET", V1 "users?address=a%40b", NULL, 200, "");
	has(text_of("/sandbox/calls"), "\"call\":\"ms.users.find\"");
	ask("GET", V1 "nothing", NULL, 403, "");
	ask("GET", V1 "users/77/nothing", NULL, 403, "");
}
