/* SPDX-License-Identifier: Apache-2.0 */
/* Chats that become tickets, and what is replied to these. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"
#include "support/upstream.h"

TestSuite(sandbox_tickets, .fini = no_leaks);

#define BOX "/sandbox/messenger"
#define ACT "/desk/api/act"

/* A sandbox whose webhooks go to u, and a chat that an agent is in. */
struct rig {
	struct run run;
	struct upstream *u;
	struct arena *mem;
	const char *chat;
};

static const struct upstream_step takes[] = { { .times = -1 } };

static const char *
ask(struct rig *g, const char *method, const char *path, const char *body, int status,
    const char *member)
{
	CLEANUP(got_fini) struct got got;

	run_call(&g->run, method, path, NULL, body, &got);
	cr_expect_eq(got.status, status, "%s %s %s: %d %s", method, path,
	    body != NULL ? body : "", got.status, got.body.data);
	return arena_strdup(g->mem, js_str(got.json, member, ""));
}

static void
open_chat(struct rig *g, const char *contact)
{
	const char *user = ask(g, "POST", "/hyperchat/v1/users/",
	    arena_printf(g->mem, "{\"name\":\"Ann Lee\",\"contact\":\"%s\"}", contact),
	    200, "user.id");

	g->chat = ask(g, "POST", "/hyperchat/v1/chats/",
	    arena_printf(g->mem,
		"{\"creator\":\"%s\",\"room\":4,\"source\":3,\"history\":[{"
		"\"sender\":\"%s\",\"message\":\"late parcel\",\"created\":1},{"
		"\"sender\":\"assistant\",\"message\":\"Oh!\",\"created\":2}]}",
		user, user),
	    200, "chat.id");
	ask(g, "POST", ACT,
	    arena_printf(g->mem, "{\"do\":\"accept\",\"chat\":\"%s\",\"agent\":\"A1\"}",
		g->chat),
	    204, "");
}

static void
rig_start(struct rig *g, const struct upstream_step *steps, size_t n)
{
	g->mem = arena_new();
	g->u = upstream_new(steps, n);
	run_start(&g->run, upstream_url(g->u), PATIENCE_MS);
	open_chat(g, "ann@mail.example");
}

static void
rig_stop(struct rig *g)
{
	run_stop(&g->run);
	upstream_free(g->u);
	arena_free(g->mem);
}

static void
act(struct rig *g, const char *what, int status)
{
	ask(g, "POST", ACT,
	    arena_printf(g->mem, "{\"do\":\"%s\",\"chat\":\"%s\"}", what, g->chat),
	    status, "");
}

/* The place of this event among those of the webhooks; -1: it has not come. */
static int
place_of(struct rig *g, const char *trigger)
{
	size_t n = upstream_requests(g->u);

	for (size_t i = 0; i < n; i++)
		if (strstr(upstream_get(g->u, i)->body, trigger) != NULL)
			return (int)i;
	return -1;
}

Test(sandbox_tickets, when_a_chat_becomes_one)
{
	static const struct {
		const char *when;
		int first; /* of system:info before chats:close: 1; after: -1; 0: none */
	} t[] = { { "never", 0 }, { "first", 1 }, { "at_once", -1 }, { "late", -1 } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		size_t events = t[i].first == 0 ? 2 : 3; /* the first: accept */
		int close_at, info_at;
		struct rig g;

		rig_start(&g, takes, 1);
		ask(&g, "POST", BOX,
		    arena_printf(
			g.mem, "{\"tickets\":\"%s\",\"late_ms\":20}", t[i].when),
		    204, "");
		act(&g, "close", 204);
		upstream_wait(g.u, events);
		close_at = place_of(&g, "\"chats:close\"");
		info_at = place_of(&g, "\"system:info\"");
		cr_expect_gt(close_at, 0, "%s", t[i].when);
		if (t[i].first == 0)
			cr_expect_eq(info_at, -1, "%s", t[i].when);
		else
			cr_expect_eq(info_at < close_at ? 1 : -1, t[i].first,
			    "%s: %d, %d", t[i].when, info_at, close_at);
		rig_stop(&g);
	}
}

Test(sandbox_tickets, what_is_in_it)
{
	CLEANUP(got_fini) struct got got;
	struct rig g;
	js *ticket, *person;

	rig_start(&g, takes, 1);
	act(&g, "ticket", 200); /* of an open chat, too */
	act(&g, "close", 204);
	act(&g, "ticket", 200); /* the same, told again */
	upstream_wait(g.u, 4);
	run_call(&g.run, "GET", BOX, NULL, NULL, &got);
	cr_assert_eq(json_object_array_length(js_arr(got.json, "tickets")), 1);
	ticket = json_object_array_get_idx(js_arr(got.json, "tickets"), 0);
	person = json_object_array_get_idx(js_arr(got.json, "people"), 0);
	cr_expect_str_eq(js_str(ticket, "external_id", ""), g.chat);
	cr_expect_str_eq(js_str(ticket, "title", ""), "late parcel");
	cr_expect_eq(js_int(ticket, "queue", 0), 4);
	cr_expect_eq(js_int(ticket, "source", 0), 3);
	cr_expect_eq(js_int(ticket, "creator", 0), js_int(person, "id", -1));
	cr_expect_str_eq(js_str(person, "address", ""), "ann@mail.example");
	cr_expect_str_eq(json_object_to_json_string_ext(
			     js_arr(ticket, "history"), JSON_C_TO_STRING_PLAIN),
	    "[{\"user\":\"Ann Lee\",\"message\":\"late parcel\"},"
	    "{\"user\":\"assistant\",\"message\":\"Oh!\"}]");
	rig_stop(&g);
}

Test(sandbox_tickets, replies)
{
	static const char body[] =
	    "{\"events\":[{\"resource\":501,\"resource_data\":{\"creator\":{"
	    "\"identifier\":\"ann@mail.example\"}},\"action_data\":{\"text\":\"<p>On "
	    "its way</p>\"}}]}";
	static const struct upstream_step steps[] = {
		{ .times = 2 }, /* accept, ticket */
		{ .status = 503 },
		{ .times = -1 },
	};
	const struct upstream_request *r;
	struct rig g;

	rig_start(&g, steps, NELEMS(steps));
	act(&g, "ticket", 200);
	upstream_wait(g.u, 2);
	ask(&g, "POST", ACT,
	    "{\"do\":\"reply\",\"agent\":\"A1\",\"ticket\":501,\"text\":\"<p>On its "
	    "way</p>\"}",
	    204, "");
	upstream_wait(g.u, 4); /* it was refused, and came again */
	r = upstream_get(g.u, 3);
	cr_expect_str_eq(r->body, body);
	cr_expect_str_eq(upstream_get(g.u, 2)->body, body);
	cr_expect(upstream_has(
	    r, arena_printf(g.mem, "X-Hook-Signature: %s", g.run.opts.ticket_secret)));
	rig_stop(&g);
}

Test(sandbox_tickets, replies_that_cannot_be)
{
	static const struct {
		const char *name, *body;
	} t[] = {
		{ "no such ticket",
		    "{\"do\":\"reply\",\"agent\":\"A1\",\"ticket\":9,\"text\":\"x\"}" },
		{ "no such agent",
		    "{\"do\":\"reply\",\"agent\":\"A9\",\"ticket\":501,\"text\":\"x\"}" },
		{ "no text", "{\"do\":\"reply\",\"agent\":\"A1\",\"ticket\":501}" },
		{ "nobody asked",
		    "{\"do\":\"reply\",\"agent\":\"A1\",\"ticket\":502,"
		    "\"text\":\"x\"}" },
	};
	struct rig g;

	rig_start(&g, takes, 1);
	act(&g, "ticket", 200);
	open_chat(&g, "no address");
	act(&g, "ticket", 200);
	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_str_neq(
		    ask(&g, "POST", ACT, t[i].body, 409, "error"), "", "%s", t[i].name);
	rig_stop(&g);
}

Test(sandbox_tickets, webhooks_by_hand)
{
	static const struct {
		const char *name, *body, *header, *sent;
	} t[] = {
		{ "two events",
		    "{\"events\":[{\"ticket\":501,\"text\":\"one\"},"
		    "{\"ticket\":501,\"text\":\"two\",\"to\":\"b@c\"}]}",
		    "X-Hook-Signature: c2FuZGJveC10aWNrZXRz",
		    "\"identifier\":\"b@c\"}},\"action_data\":{\"text\":\"two\"}" },
		{ "another secret",
		    "{\"signature\":\"wrong\",\"events\":[{\"ticket\":501,\"text\":\"x\"}]}",
		    "X-Hook-Signature: somebody else's", "\"ann@mail.example\"" },
		{ "a secret of one's own",
		    "{\"signature\":\"abc\",\"events\":[{\"ticket\":501,\"text\":\"x\"}]}",
		    "X-Hook-Signature: abc", "\"x\"" },
		{ "no header", "{\"signature\":\"none\",\"events\":[]}", NULL,
		    "{\"events\":[]}" },
		{ "an event as it is", "{\"events\":[{\"resource\":\"#7\"},{\"a\":1}]}",
		    "X-Hook-Signature: c2FuZGJveC10aWNrZXRz",
		    "{\"events\":[{\"resource\":\"#7\"},{\"a\":1}]}" },
		{ "a body as it is", "{\"body\":\"no JSON\"}",
		    "X-Hook-Signature: c2FuZGJveC10aWNrZXRz", "no JSON" },
	};
	struct rig g;

	rig_start(&g, takes, 1);
	act(&g, "ticket", 200);
	upstream_wait(g.u, 2);
	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_request *r;

		ask(&g, "POST", BOX "/reply", t[i].body, 200, "body");
		r = upstream_get(g.u, 2 + i);
		cr_expect_not_null(
		    strstr(r->body, t[i].sent), "%s: %s", t[i].name, r->body);
		if (t[i].header != NULL)
			cr_expect(upstream_has(r, t[i].header), "%s: %s", t[i].name,
			    r->headers);
		else
			cr_expect(
			    !upstream_has_name(r, "X-Hook-Signature"), "%s", t[i].name);
	}
	ask(&g, "POST", BOX "/reply", "{}", 400, "");
	ask(&g, "POST", BOX "/reply", "{\"events\":[],\"times\":0}", 400, "");
	rig_stop(&g);
}

Test(sandbox_tickets, challenge)
{
	static const struct upstream_step steps[] = {
		{ .on = "POST", .times = -1 },
		{ .on = "GET", .body = "abc" },
		{ .on = "GET", .body = "abd" },
		{ .on = "GET", .status = 403, .body = "abc" },
	};
	static const bool good[] = { true, false, false };
	struct rig g;

	rig_start(&g, steps, NELEMS(steps));
	upstream_wait(g.u, 1);
	for (size_t i = 0; i < NELEMS(good); i++) {
		CLEANUP(got_fini) struct got got;

		run_call(&g.run, "POST", BOX "/challenge", NULL,
		    "{\"challenge\":\"abc\"}", &got);
		cr_expect_eq(js_bool(got.json, "ok", !good[i]), good[i], "%zu: %s", i,
		    got.body.data);
		cr_expect(
		    upstream_has(upstream_get(g.u, 1 + i), "X-Inbenta-Challenge: abc"));
	}
	rig_stop(&g);
}
