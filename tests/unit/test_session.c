/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "dialog/session.h"
#include "support/leaks.h"

TestSuite(session, .fini = no_leaks);

static void
expect_same_message(
    const char *name, const struct message *got, const struct message *want)
{
	cr_expect_str_eq(got->text, want->text, "%s", name);
	cr_assert_eq(got->n_media, want->n_media, "%s", name);
	for (size_t i = 0; i < want->n_media; i++)
		cr_expect_str_eq(got->media[i], want->media[i], "%s", name);
}

/* Of texts that may be absent. */
static void
expect_same_member(const char *name, const char *got, const char *want)
{
	cr_assert_eq(got != NULL, want != NULL, "%s", name);
	if (want != NULL)
		cr_expect_str_eq(got, want, "%s", name);
}

static void
expect_same_hold(const char *name, const struct hold *got, const struct hold *want)
{
	expect_same_member(name, got->code, want->code);
	expect_same_member(name, got->comment, want->comment);
	cr_expect_eq(got->rating, want->rating, "%s", name);
	cr_expect_eq(got->due_s, want->due_s, "%s", name);
	cr_expect_eq(got->tries, want->tries, "%s", name);
	cr_expect_eq(got->sending, want->sending, "%s", name);
}

static void
expect_same_form(
    const char *name, const struct bot_form *got, const struct bot_form *want)
{
	cr_assert_eq(got != NULL, want != NULL, "%s", name);
	if (want == NULL)
		return;
	cr_expect_str_eq(got->name, want->name, "%s", name);
	cr_expect_str_eq(got->contact, want->contact, "%s", name);
	cr_assert_eq(got->n, want->n, "%s", name);
	for (size_t i = 0; i < want->n; i++) {
		cr_expect_str_eq(got->fields[i].name, want->fields[i].name, "%s", name);
		cr_expect_str_eq(
		    got->fields[i].value, want->fields[i].value, "%s", name);
	}
}

static void
expect_same_agents(
    const char *name, const struct session *got, const struct session *want)
{
	cr_expect_eq(got->escalation.type, want->escalation.type, "%s", name);
	expect_same_form(name, got->escalation.form, want->escalation.form);
	expect_same_member(name, got->chat.id, want->chat.id);
	expect_same_member(name, got->chat.memory, want->chat.memory);
	cr_expect_eq(got->chat.talking, want->chat.talking, "%s", name);
	cr_expect_eq(got->chat.since_s, want->chat.since_s, "%s", name);
	cr_expect_eq(got->chat.notice_s, want->chat.notice_s, "%s", name);
	cr_expect_eq(got->chat.position, want->chat.position, "%s", name);
	cr_expect_eq(got->chat.position_ms, want->chat.position_ms, "%s", name);
	cr_expect_eq(got->chat.attended, want->chat.attended, "%s", name);
	cr_assert_eq(got->chat.n_joined, want->chat.n_joined, "%s", name);
	for (size_t i = 0; i < want->chat.n_joined; i++)
		cr_expect_str_eq(got->chat.joined[i], want->chat.joined[i], "%s", name);
	expect_same_member(name, got->ended, want->ended);
	expect_same_member(name, got->event.key, want->event.key);
	cr_assert_eq(got->event.n, want->event.n, "%s", name);
	for (size_t i = 0; i < want->event.n; i++)
		expect_same_message(
		    name, &got->event.messages[i], &want->event.messages[i]);
}

static void
expect_same_guards(
    const char *name, const struct session *got, const struct session *want)
{
	cr_expect_eq(got->flood.empty_ms, want->flood.empty_ms, "%s", name);
	cr_expect_eq(got->flood.over, want->flood.over, "%s", name);
	expect_same_member(name, got->loop.said, want->loop.said);
	expect_same_member(name, got->loop.got, want->loop.got);
	cr_expect_eq(got->loop.times, want->loop.times, "%s", name);
	cr_expect_eq(got->loop.since_s, want->loop.since_s, "%s", name);
}

static void
expect_same(const char *name, const struct session *got, const struct session *want)
{
	cr_expect_eq(got->env, want->env, "%s", name);
	cr_expect_eq(got->used_at, want->used_at, "%s", name);
	cr_expect_eq(got->greeted, want->greeted, "%s", name);
	expect_same_member(name, got->memory, want->memory);
	cr_expect_eq(got->negative_count, want->negative_count, "%s", name);
	cr_expect_eq(got->no_results, want->no_results, "%s", name);
	expect_same_member(name, got->from, want->from);
	expect_same_member(name, got->to, want->to);
	expect_same_member(name, got->url, want->url);
	cr_expect_eq(got->streak.n, want->streak.n, "%s", name);
	cr_expect_eq(got->streak.at_s, want->streak.at_s, "%s", name);
	expect_same_agents(name, got, want);
	expect_same_hold(name, &got->hold, &want->hold);
	expect_same_guards(name, got, want);
	cr_expect_eq(got->pending.retried, want->pending.retried, "%s", name);
	expect_same_member(name, got->pending.code, want->pending.code);
	cr_expect_eq(got->pending.kind, want->pending.kind, "%s", name);
	cr_expect_eq(got->pending.warned, want->pending.warned, "%s", name);
	cr_assert_eq(got->pending.n, want->pending.n, "%s", name);
	for (size_t i = 0; i < want->pending.n; i++) {
		const struct choice *g = &got->pending.choices[i];
		const struct choice *w = &want->pending.choices[i];

		cr_expect_str_eq(g->label, w->label, "%s", name);
		cr_expect_str_eq(g->value, w->value, "%s", name);
		cr_expect_eq(g->as_text, w->as_text, "%s", name);
		cr_expect_eq(g->polar, w->polar, "%s", name);
		expect_same_member(name, g->say, w->say);
		expect_same_member(name, g->html, w->html);
		cr_expect_eq(g->kind, w->kind, "%s", name);
		cr_expect_eq(g->rating, w->rating, "%s", name);
		cr_expect_eq(g->comment, w->comment, "%s", name);
		cr_expect_eq(g->negative, w->negative, "%s", name);
		cr_expect_eq(g->to_agent, w->to_agent, "%s", name);
	}
	cr_assert_eq(got->n_claims, want->n_claims, "%s", name);
	for (size_t i = 0; i < want->n_claims; i++) {
		cr_expect_str_eq(got->claims[i].sid, want->claims[i].sid, "%s", name);
		cr_assert_eq(got->claims[i].n, want->claims[i].n, "%s", name);
		for (size_t k = 0; k < want->claims[i].n; k++)
			expect_same_message(name, &got->claims[i].messages[k],
			    &want->claims[i].messages[k]);
	}
}

/* What is read back after writing. */
static struct session
again(struct arena *a, const struct session *s)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_RECORD);
	struct session got;
	struct err e;

	session_encode(s, &b);
	cr_assert(buf_ok(&b), "the record fits");
	cr_assert(session_decode(&got, a, b.data, b.len, &e), "%s", e.text);
	return got;
}

Test(session, round_trip)
{
	static const char *const media[] = { "https://x.example/a.png",
		"https://x.example/b" };
	static const struct message said[] = { { "one\n1) \"two\"", NULL, 0 },
		{ "caf\xc3\xa9 \\ \x01", NULL, 0 }, { "", media, 2 } };
	static const struct choice choices[] = {
		{ .label = "S\xc3\xad", .value = "{\"v\":1}", .polar = true },
		{ .label = "Otra cosa", .value = "", .as_text = true },
	};
	static const struct choice of_list[] = {
		{ .label = "Red",
		    .value = "",
		    .as_text = true,
		    .kind = CHOICE_LIST,
		    .say = "r\"1\"" },
		{ .label = "Other", .value = "x", .say = "" },
	};
	static const struct choice pages[] = {
		{ .label = "One",
		    .value = "c1",
		    .kind = CHOICE_PAGE,
		    .html = "<p>1</p>" },
		{ .label = "Two", .value = "", .kind = CHOICE_PAGE, .html = "" },
	};
	static const struct choice ratings[] = {
		{ .label = "Yes",
		    .value = "",
		    .polar = true,
		    .kind = CHOICE_RATING,
		    .rating = 1 },
		{ .label = "No",
		    .value = "",
		    .kind = CHOICE_RATING,
		    .rating = 2,
		    .comment = true,
		    .negative = true },
	};
	static const struct choice agent[] = {
		{ .label = "Talk", .value = "7", .to_agent = true },
		{ .label = "Yes", .value = "", .polar = true, .kind = CHOICE_WANTED },
		{ .label = "No", .value = "", .polar = true, .kind = CHOICE_UNWANTED },
	};
	static const struct bot_field fields[] = { { "ORDER", "a\"1\"" }, { "X", "" } };
	static const struct bot_form form = { "Ann", "", fields, 2 };
	static const struct {
		const char *name;
		struct session s;
	} t[] = {
		{ "a flood and a loop",
		    { .flood = { 1700000000123, true },
			.loop = { "0123", "4567", 5, 1700000000 } } },
		{ "an agent is asked for",
		    { .no_results = 2,
			.from = "whatsapp:+34600111222",
			.to = "MG\\",
			.pending = { .kind = PENDING_ESCALATION,
			    .choices = agent,
			    .n = 3 },
			.escalation = { ESCALATION_OFFER, &form } } },
		{ "no form yet",
		    { .pending = { .kind = PENDING_ESCALATION,
			  .choices = agent,
			  .n = 3 },
			.escalation = { ESCALATION_NO_RESULTS, NULL } } },
		{ "a chat",
		    { .chat = { .id = "C\"1",
			  .memory = "{\"u\":1}",
			  .talking = true,
			  .since_s = 1790000000,
			  .notice_s = 1790000060 } } },
		{ "a chat with an agent, and what was said last",
		    { .url = "https://x.example/a?b=\"1\"",
			.streak = { 15, 1790000061 },
			.chat = { .id = "C1",
			    .position = 2,
			    .position_ms = 1790000000123,
			    .attended = true,
			    .joined = { "A1", "A\"2" },
			    .n_joined = 2 },
			.event = { "key", said, 3 } } },
		{ "a chat that has ended",
		    { .ended = "C1", .event = { "k", NULL, 0 } } },
		{ "a chat that has just begun", { .chat = { .id = "C2" } } },
		{ "new", { .env = CONF_PRODUCTION } },
		{ "all of it",
		    { .env = CONF_DEVELOPMENT,
			.used_at = 1790000000,
			.memory = "{\"token\":\"x\"}",
			.pending = { .kind = PENDING_CHOICE,
			    .warned = true,
			    .choices = choices,
			    .n = 2 },
			.claims = { { .sid = "SM1", .messages = said, .n = 3 },
			    { .sid = "SM2" } },
			.n_claims = 2 } },
		{ "list that was answered wrongly",
		    { .pending = { .kind = PENDING_LIST,
			  .choices = of_list,
			  .n = 2,
			  .retried = true } } },
		{ "pages",
		    { .greeted = true,
			.pending = { .kind = PENDING_PAGES,
			    .choices = pages,
			    .n = 2 } } },
		{ "rating",
		    { .negative_count = 2,
			.pending = { .kind = PENDING_RATING,
			    .choices = ratings,
			    .n = 2,
			    .code = "cjE" } } },
		{ "comment",
		    { .pending = { .kind = PENDING_COMMENT },
			.hold = { .code = "cjE",
			    .rating = 2,
			    .comment = "",
			    .due_s = 1790000600 } } },
		{ "rating that could not be sent",
		    { .hold = { .code = "cjE",
			  .rating = -1,
			  .comment = "too \"late\"\n",
			  .due_s = 1790000600,
			  .tries = 4,
			  .sending = true } } },
		{ "polar, empty memory",
		    { .env = CONF_PREPRODUCTION,
			.memory = "",
			.pending = { .kind = PENDING_POLAR,
			    .choices = choices,
			    .n = 1 } } },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct session got = again(a, &t[i].s);

		expect_same(t[i].name, &got, &t[i].s);
	}
}

#define HEAD "{\"version\":5,\"used_at\":5,\"env\":\"production\""
#define NO_PENDING ",\"pending\":{\"kind\":\"none\",\"choices\":[]}"
#define NO_CLAIMS ",\"claims\":[]"
#define LABEL "\"label\":\"a\",\"value\":\"b\""
#define ONE(kind, members) \
	HEAD ",\"pending\":{\"kind\":\"" kind "\",\"choices\":[{" members \
	     "}]}" NO_CLAIMS "}"

Test(session, refuses)
{
	static const struct {
		const char *name, *record;
		bool ok;
	} t[] = {
		{ "smallest", HEAD NO_PENDING NO_CLAIMS "}", true },
		{ "a member of the future",
		    HEAD NO_PENDING NO_CLAIMS ",\"new\":{\"a\":1}}", true },
		{ "nothing", "", false },
		{ "not JSON",
		    "\x7f"
		    "ELF",
		    false },
		{ "a list", "[]", false },
		{ "no members", "{}", false },
		{ "cut", HEAD NO_PENDING NO_CLAIMS, false },
		{ "version 2",
		    "{\"version\":2,\"used_at\":5,\"env\":\"production\"" NO_PENDING
			NO_CLAIMS "}",
		    true },
		{ "version 3",
		    "{\"version\":3,\"used_at\":5,\"env\":\"production\"" NO_PENDING
			NO_CLAIMS "}",
		    true },
		{ "version 4",
		    "{\"version\":4,\"used_at\":5,\"env\":\"production\"" NO_PENDING
			NO_CLAIMS "}",
		    true },
		{ "a version of the future",
		    "{\"version\":6,\"used_at\":5,\"env\":\"production\"" NO_PENDING
			NO_CLAIMS "}",
		    false },
		{ "a chat", HEAD NO_PENDING ",\"chat\":{\"id\":\"C\"}" NO_CLAIMS "}",
		    true },
		{ "a chat without an id",
		    HEAD NO_PENDING ",\"chat\":{\"memory\":\"C\"}" NO_CLAIMS "}",
		    false },
		{ "a question beside a chat",
		    HEAD ",\"chat\":{\"id\":\"C\"},\"pending\":{\"kind\":\"choice\","
			 "\"choices\":[{\"kind\":\"option\"," LABEL "}]}" NO_CLAIMS "}",
		    false },
		{ "an agent is asked for",
		    HEAD ",\"escalation\":{\"type\":\"flag\"},\"pending\":{\"kind\":"
			 "\"escalation\",\"choices\":[{\"kind\":\"wanted\"," LABEL
			 "}]}" NO_CLAIMS "}",
		    true },
		{ "without a type", ONE("escalation", "\"kind\":\"wanted\"," LABEL),
		    false },
		{ "without its choices",
		    HEAD ",\"escalation\":{\"type\":\"flag\"},\"pending\":{\"kind\":"
			 "\"escalation\",\"choices\":[{\"kind\":\"option\"," LABEL
			 "}]}" NO_CLAIMS "}",
		    false },
		{ "a choice of it elsewhere",
		    ONE("choice", "\"kind\":\"unwanted\"," LABEL), false },
		{ "an escalation without its question",
		    HEAD NO_PENDING ",\"escalation\":{\"type\":\"flag\"}" NO_CLAIMS "}",
		    false },
		{ "an escalation of no known type",
		    HEAD NO_PENDING ",\"escalation\":{\"type\":\"joke\"}" NO_CLAIMS "}",
		    false },
		{ "a form without its fields",
		    HEAD ",\"escalation\":{\"type\":\"offer\",\"form\":{\"name\":\"\","
			 "\"contact\":\"\"}},\"pending\":{\"kind\":\"escalation\","
			 "\"choices\":[{\"kind\":\"wanted\"," LABEL "}]}" NO_CLAIMS "}",
		    false },
		{ "other version",
		    "{\"version\":1,\"used_at\":5,\"env\":\"production\"" NO_PENDING
			NO_CLAIMS "}",
		    false },
		{ "unknown environment",
		    "{\"version\":2,\"used_at\":5,\"env\":\"moon\"" NO_PENDING NO_CLAIMS
		    "}",
		    false },
		{ "no pending", HEAD NO_CLAIMS "}", false },
		{ "unknown kind",
		    HEAD ",\"pending\":{\"kind\":\"chat\",\"choices\":[]}" NO_CLAIMS
			 "}",
		    false },
		{ "choices without a question",
		    HEAD
		    ",\"pending\":{\"kind\":\"none\",\"choices\":[{\"label\":\"a\","
		    "\"value\":\"b\"}]}" NO_CLAIMS "}",
		    false },
		{ "question without choices",
		    HEAD ",\"pending\":{\"kind\":\"polar\",\"choices\":[]}" NO_CLAIMS
			 "}",
		    false },
		{ "one choice", ONE("choice", "\"kind\":\"option\"," LABEL), true },
		{ "choice without value",
		    ONE("choice", "\"kind\":\"option\",\"label\":\"a\""), false },
		{ "choice without kind", ONE("choice", LABEL), false },
		{ "choice of an unknown kind",
		    ONE("choice", "\"kind\":\"joke\"," LABEL), false },
		{ "page without html", ONE("pages", "\"kind\":\"page\"," LABEL),
		    false },
		{ "page", ONE("pages", "\"kind\":\"page\",\"html\":\"\"," LABEL),
		    true },
		{ "option with html",
		    ONE("choice", "\"kind\":\"option\",\"html\":\"\"," LABEL), false },
		{ "rating among options", ONE("choice", "\"kind\":\"rating\"," LABEL),
		    false },
		{ "rating without a code", ONE("rating", "\"kind\":\"rating\"," LABEL),
		    false },
		{ "comment without a rating",
		    HEAD ",\"pending\":{\"kind\":\"comment\",\"choices\":[]}" NO_CLAIMS
			 "}",
		    false },
		{ "comment",
		    HEAD ",\"pending\":{\"kind\":\"comment\",\"choices\":[]}"
			 ",\"hold\":{\"code\":\"c\",\"comment\":\"\"}" NO_CLAIMS "}",
		    true },
		{ "hold without a code",
		    HEAD NO_PENDING ",\"hold\":{\"comment\":\"\"}" NO_CLAIMS "}",
		    false },
		{ "hold is no object", HEAD NO_PENDING ",\"hold\":1" NO_CLAIMS "}",
		    false },
		{ "choice is no object",
		    HEAD
		    ",\"pending\":{\"kind\":\"choice\",\"choices\":[null]}" NO_CLAIMS
		    "}",
		    false },
		{ "no claims", HEAD NO_PENDING "}", false },
		{ "claim without sid",
		    HEAD NO_PENDING ",\"claims\":[{\"messages\":[]}]}", false },
		{ "claim with empty sid",
		    HEAD NO_PENDING ",\"claims\":[{\"sid\":\"\",\"messages\":[]}]}",
		    false },
		{ "claim without messages",
		    HEAD NO_PENDING ",\"claims\":[{\"sid\":\"a\"}]}", false },
		{ "text is a number",
		    HEAD NO_PENDING ",\"claims\":[{\"sid\":\"a\",\"messages\":[1]}]}",
		    false },
		{ "seventeen claims",
		    HEAD NO_PENDING ",\"claims\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}",
		    false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct session s = { .used_at = -1 };
		struct err e = { 0 };
		bool ok = session_decode(&s, a, t[i].record, strlen(t[i].record), &e);

		cr_expect_eq(ok, t[i].ok, "%s: %s", t[i].name, e.text);
		cr_expect_eq(e.kind, ok ? ERR_NONE : ERR_INPUT, "%s", t[i].name);
		cr_expect_eq(
		    s.used_at, ok ? 5 : -1, "%s: written on success only", t[i].name);
	}
}

/* n bytes of c. */
static const char *
fill(struct arena *a, size_t n, char c)
{
	char *s = arena_alloc(a, n + 1);

	memset(s, c, n);
	return s;
}

Test(session, replies_are_bounded)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct session s = { 0 }, got;
	const struct message big[1] = { { fill(a, LIMIT_CLAIM_BYTES / 3, 'b'), NULL,
	    0 } };
	const struct message small[1] = { { "small", NULL, 0 } };

	session_claim(&s, "oldest", NULL, big, 1);
	session_claim(&s, "old", NULL, small, 1);
	session_claim(&s, "mid", NULL, big, 1);
	session_claim(&s, "new", NULL, big, 1);
	got = again(a, &s);
	cr_assert_eq(got.n_claims, 4u, "no sid is lost");
	cr_expect_eq(session_find(&got, "new", NULL)->n, 1u);
	cr_expect_eq(session_find(&got, "mid", NULL)->n, 1u);
	cr_expect_eq(session_find(&got, "old", NULL)->n, 1u);
	cr_expect_eq(
	    session_find(&got, "oldest", NULL)->n, 0u, "its reply did not fit");
}

/* What is left of a form that is larger than a record takes. */
static const struct bot_form *
largest_form(struct arena *a)
{
	struct bot_field *fields = arena_alloc(a, LIMIT_AGENT_FIELDS * sizeof(*fields));
	struct bot_form form = { "Ann", "a@example.com", fields, LIMIT_AGENT_FIELDS };
	const struct bot_form *kept;

	for (size_t i = 0; i < LIMIT_AGENT_FIELDS; i++)
		fields[i] = (struct bot_field){ "n", fill(a, 150, '\x01') };
	kept = session_form(a, &form);
	cr_assert_not_null(kept);
	cr_expect_lt(kept->n, form.n);
	cr_expect_gt(kept->n, 5u);
	form.name = fill(a, LIMIT_AGENT_FORM, 'x');
	cr_expect_null(session_form(a, &form), "not even the name fits");
	cr_expect_null(session_form(a, NULL));
	return kept;
}

/* A rating and a question for an agent are never open at once; nor are that and a chat. */
Test(session, a_chat_and_a_rating_are_smaller_than_the_largest_record)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf chat = BUF_INIT(LIMIT_RECORD);
	CLEANUP(buf_fini) struct buf question = BUF_INIT(LIMIT_RECORD);
	struct session s = { .chat = { .id = fill(a, 256, '\x01'),
				 .memory = fill(a, 4096, '"'),
				 .since_s = INT64_MAX - 1,
				 .notice_s = INT64_MAX - 1 } };

	session_encode(&s, &chat);
	s = (struct session){ .escalation = { ESCALATION_OFFER, largest_form(a) } };
	session_encode(&s, &question);
	cr_expect_lt(chat.len, question.len);
	cr_expect_lt((size_t)6 * LIMIT_TRACK_CODE, question.len, "a rating's code");
}

/*
 * As much of everything as the other modules let in, all of it characters that a record
 * escapes: choices and pages count as written, texts of users have no control characters
 * but line ends and tabs, the bot's memory is JSON.
 */
Test(session, the_largest_record_fits)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	static const int64_t MOST =
	    INT64_MAX - 1; /* the highest itself counts as cut off */
	struct session s = {
		.used_at = MOST,
		.greeted = true,
		.memory = fill(a, 2 * (size_t)LIMIT_TOKEN + 128, '"'),
		.negative_count = MOST,
		.no_results = MOST,
		.from = fill(a, LIMIT_ADDRESS, '\x01'),
		.to = fill(a, LIMIT_ADDRESS, '\x01'),
		.escalation = { ESCALATION_NO_RESULTS, largest_form(a) },
		.hold = { .code = fill(a, LIMIT_TRACK_CODE, '\x01'),
		    .rating = MOST,
		    .comment = fill(a, LIMIT_USER_TEXT, '\n'),
		    .due_s = MOST,
		    .tries = MOST,
		    .sending = true },
	};
	struct message said[LIMIT_REPLY_MESSAGES] = { 0 };
	struct choice choices[1000];
	struct session got;
	size_t bytes = 0;

	s.pending = (struct pending){ .kind = PENDING_ESCALATION,
		.warned = true,
		.retried = true,
		.choices = choices };
	for (size_t n = 0; n < NELEMS(choices); s.pending.n = ++n) {
		choices[n] = (struct choice){
			.label = "\x01", .value = "", .kind = CHOICE_WANTED
		};
		bytes += session_choice_bytes(&choices[n]);
		if (bytes > LIMIT_PENDING_BYTES)
			break;
	}
	cr_assert_lt(s.pending.n, NELEMS(choices), "the limit counts, not the test");
	for (size_t i = 0; i < NELEMS(said); i++)
		said[i].text = fill(a, LIMIT_PART_UNITS, '\n');
	for (int i = 0; i < LIMIT_CLAIMS + LIMIT_KNOWN / 2; i++) {
		char *sid = arena_printf(a, "%0*d", LIMIT_SID, i);
		char *token = arena_printf(a, "%0*d", LIMIT_REPEAT_TOKEN, i);

		session_claim(&s, sid, token, said, NELEMS(said));
	}
	got = again(a, &s);
	cr_expect_eq(got.n_known, (size_t)LIMIT_KNOWN);
	cr_expect_eq(
	    got.claims[LIMIT_CLAIMS - 1].n, NELEMS(said), "the newest reply stays");
	cr_expect_eq(got.claims[0].n, 0u);
	cr_expect_eq(got.pending.n, s.pending.n);
	cr_expect_str_eq(got.hold.comment, s.hold.comment);
}

Test(session, choices_count_as_written)
{
	static const struct choice t[] = {
		{ .label = "", .value = "" },
		{ .label = "a\"b", .value = "\x01", .say = "\\", .as_text = true },
		{ .label = "a",
		    .value = "c",
		    .kind = CHOICE_PAGE,
		    .html = "<p>\n</p>" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf with = BUF_INIT(LIMIT_RECORD);
		CLEANUP(buf_fini) struct buf without = BUF_INIT(LIMIT_RECORD);
		struct choice two[2] = { t[i], t[i] };
		struct session s = {
			.pending = { .kind = PENDING_CHOICE, .choices = two, .n = 1 }
		};

		session_encode(&s, &without);
		s.pending.n = 2;
		session_encode(&s, &with);
		cr_expect_eq(session_choice_bytes(&t[i]), with.len - without.len,
		    "choice %zu", i);
	}
}
