/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the agents' side calls us with, through the whole of web, with HyperChat's real proofs
 * and a real state: what is believed, what is kept, what is said to whom is refused.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/secrets.h"
#include "base/crypto.h"
#include "base/log.h"
#include "store/queue_look.h"
#include "store/state.h"
#include "support/leaks.h"
#include "support/log_capture.h"
#include "support/web_fixture.h"
#include "unit/web_scene.h"
#include "web/pace.h"

TestSuite(hook, .fini = no_leaks);

#define CREDENTIALS \
	"enabled = true; appId = \"APP\"; secret = \"app-secret\"; " \
	"server = \"http://127.0.0.1:9\"; "
#define EVENT(text) \
	"{\"trigger\":\"messages:new\",\"appId\":\"APP\",\"created_at\":1714557700," \
	"\"data\":{\"message\":{\"id\":\"" text \
	"\",\"chat\":\"C1\",\"sender\":\"A1\"," \
	"\"type\":\"text\",\"message\":\"" text "\"}}}"

struct hook {
	struct scene scene;
	struct state *state;
	struct pace unproven;
	char answer[8192];
	char *log; /* of the last request */
};

/* chat: what stands in chat = { } besides the credentials; NULL: agents are off. */
static void
hook_init(struct hook *h, const char *chat)
{
	char text[512], path[300];
	struct state_opts o = { .path = path };
	const struct stage_file file = { "conf/custom/chat.cfg", text };
	struct dialog *d = &h->scene.stage.dialog;
	struct err e = { 0 };

	*h = (struct hook){ 0 };
	snprintf(text, sizeof(text), "chat = { %s%s };\n",
	    chat != NULL ? CREDENTIALS : "", chat != NULL ? chat : "");
	scene_init_with(&h->scene, &file, 1);
	snprintf(path, sizeof(path), "%s/state", h->scene.stage.dir.path);
	o.clock = h->scene.web.clock;
	h->state = state_open(&o, &e);
	cr_assert_not_null(h->state, "%s", e.text);
	d->state = h->state;
	d->agent = agent_new("hyperchat", h->scene.web.clock, &e);
	cr_assert_not_null(d->agent, "%s", e.text);
	h->scene.web.unproven = &h->unproven;
}

static void
hook_fini(struct hook *h)
{
	agent_free(h->scene.stage.dialog.agent);
	state_close(h->state);
	scene_fini(&h->scene);
	free(h->log);
}

/* Headers that are NULL are not sent; the answer's status. */
static int
post(struct hook *h, const char *host, const char *secret, const char *signature,
    const char *body)
{
	char len[20];
	const struct fake_var vars[] = { { "REQUEST_METHOD", "POST" },
		{ "REQUEST_URI", "/botline" }, { "HTTP_HOST", host },
		{ "CONTENT_TYPE", "application/json" }, { "CONTENT_LENGTH", len },
		{ "HTTP_X_HOOK_SECRET", secret },
		{ "HTTP_X_HOOK_SIGNATURE", signature }, { 0 } };
	struct log_capture log = log_capture_begin();
	struct web_worker w;
	struct fake_io io;

	snprintf(len, sizeof(len), "%zu", strlen(body));
	fake_io_init(&io, vars, body, strlen(body));
	web_worker_init(&w, &h->scene.web);
	web_serve(&w, &io.io);
	web_worker_fini(&w);
	free(h->log);
	h->log = log_capture_end(&log);
	snprintf(h->answer, sizeof(h->answer), "%s", io.written);
	cr_assert_eq(strncmp(h->answer, "Status: ", 8), 0, "%s", h->answer);
	return (int)strtol(h->answer + 8, NULL, 10);
}

static int
shake(struct hook *h, const char *secret)
{
	return post(h, "h.example", secret, NULL, "");
}

static bool
echoed(const struct hook *h, const char *secret)
{
	char want[400];

	snprintf(want, sizeof(want), "\r\nX-Hook-Secret: %s\r\n", secret);
	return strstr(h->answer, want) != NULL &&
	    strstr(h->answer, "Content-Length: 0\r\n") != NULL;
}

static void
sign(const char *secret, const char *body, char out[2 * HMAC_SHA256_SIZE + 1])
{
	unsigned char md[HMAC_SHA256_SIZE];

	hmac_sha256(secret, strlen(secret), body, strlen(body), md);
	for (size_t i = 0; i < sizeof(md); i++)
		snprintf(out + 2 * i, 3, "%02x", md[i]);
}

static int
event(struct hook *h, const char *secret, const char *body)
{
	char signature[2 * HMAC_SHA256_SIZE + 1];

	sign(secret, body, signature);
	return post(h, "h.example", NULL, signature, body);
}

static int64_t
jobs(const struct hook *h)
{
	struct queue_counts n;
	struct err e = { 0 };

	cr_assert(queue_count(h->state, &n, &e), "%s", e.text);
	return n.jobs;
}

static size_t
secrets(const struct hook *h, const char *env)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct agent_secrets s;
	struct err e = { 0 };

	cr_assert(agent_secrets_read(
		      h->state, env, clock_wall_s(h->scene.web.clock), a, &s, &e),
	    "%s", e.text);
	return s.n;
}

static void
allow(const struct hook *h, int64_t ago_s)
{
	struct err e = { 0 };

	cr_assert(agent_secrets_allow(h->state, "production",
		      clock_wall_s(h->scene.web.clock) - ago_s, &e),
	    "%s", e.text);
}

/* T30: the first one is believed, with a warning; a second, unasked one is not. */
Test(hook, once)
{
	struct hook h;

	hook_init(&h, "");
	cr_expect_eq(shake(&h, "secret-one"), 200);
	cr_expect(echoed(&h, "secret-one"), "%s", h.answer);
	cr_expect_not_null(
	    strstr(h.log, "warn web event=\"first handshake"), "%s", h.log);
	cr_expect_null(strstr(h.log, "secret-one"), "%s", h.log);
	cr_expect_eq(shake(&h, "secret-two"), 403);
	cr_expect_null(strstr(h.answer, "X-Hook-Secret"), "%s", h.answer);
	cr_expect_not_null(
	    strstr(h.log, "allow-handshake --env production"), "%s", h.log);
	cr_expect_null(strstr(h.log, "secret-two"), "%s", h.log);
	cr_expect_eq(shake(&h, "secret-one"), 200, "known: HyperChat repeats itself");
	cr_expect(echoed(&h, "secret-one"));
	cr_expect_eq(secrets(&h, "production"), 1);
	hook_fini(&h);
}

/* The operator's word lets in one more, for an hour; both secrets are good then. */
Test(hook, allowed)
{
	struct hook h;

	hook_init(&h, "");
	cr_expect_eq(shake(&h, "one"), 200);
	allow(&h, LIMIT_ALLOW_S);
	cr_expect_eq(shake(&h, "two"), 403, "an hour later");
	allow(&h, -3600);
	cr_expect_eq(
	    shake(&h, "two"), 403, "a word from the future is a clock's mistake");
	allow(&h, 10);
	cr_expect_eq(shake(&h, "one"), 200, "a known one does not use it up");
	cr_expect_eq(shake(&h, "two"), 200);
	cr_expect(echoed(&h, "two"));
	cr_expect_eq(shake(&h, "three"), 403, "it was for one");
	cr_expect_eq(event(&h, "one", EVENT("m1")), 200, "%s", h.log);
	cr_expect_eq(event(&h, "two", EVENT("m2")), 200, "%s", h.log);
	cr_expect_eq(event(&h, "three", EVENT("m3")), 403);
	cr_expect_eq(jobs(&h), 2);
	hook_fini(&h);
}

/* The word is used up by a first handshake, too. */
Test(hook, allowed_before_the_first)
{
	struct hook h;

	hook_init(&h, "");
	allow(&h, 0);
	cr_expect_eq(shake(&h, "one"), 200);
	cr_expect_eq(shake(&h, "two"), 403);
	hook_fini(&h);
}

Test(hook, always)
{
	char secret[20];
	struct hook h;

	hook_init(&h, "handshake = \"always\";");
	for (int i = 0; i < LIMIT_HOOK_SECRETS + 2; i++) {
		snprintf(secret, sizeof(secret), "secret-%d", i);
		cr_expect_eq(shake(&h, secret), 200, "%s", h.log);
		cr_expect(echoed(&h, secret));
	}
	cr_expect_eq(secrets(&h, "production"), LIMIT_HOOK_SECRETS);
	cr_expect_eq(event(&h, "secret-9", EVENT("new")), 200, "%s", h.log);
	cr_expect_eq(event(&h, "secret-2", EVENT("old")), 200, "%s", h.log);
	cr_expect_eq(event(&h, "secret-1", EVENT("older")), 403, "the oldest go");
	hook_fini(&h);
}

Test(hook, never)
{
	struct hook h;

	hook_init(&h, "handshake = \"never\";");
	cr_expect_eq(shake(&h, "one"), 403);
	cr_expect_not_null(strstr(h.log, "chat.chat.handshake"), "%s", h.log);
	cr_expect_eq(secrets(&h, "production"), 0);
	hook_fini(&h);
}

Test(hook, preset)
{
	struct hook h;

	hook_init(&h, "webhook_secret = \"preset\";");
	cr_expect_eq(shake(&h, "preset"), 200);
	cr_expect(echoed(&h, "preset"));
	cr_expect_eq(shake(&h, "other"), 403);
	cr_expect_not_null(strstr(h.log, "chat.chat.webhook_secret"), "%s", h.log);
	cr_expect_eq(secrets(&h, "production"), 0, "it stands in the configuration");
	cr_expect_eq(event(&h, "preset", EVENT("m1")), 200, "%s", h.log);
	cr_expect_eq(event(&h, "other", EVENT("m2")), 403);
	hook_fini(&h);
}

Test(hook, what_is_no_secret)
{
	static const char *const bad[] = { "", "a b", "a\tb", "h\xc3\xa9", "\x7f" };
	char longest[LIMIT_HOOK_SECRET + 2];
	struct hook h;

	hook_init(&h, "");
	for (size_t i = 0; i < NELEMS(bad); i++)
		cr_expect_eq(shake(&h, bad[i]), 403, "%zu: %s", i, h.log);
	memset(longest, 's', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	cr_expect_eq(shake(&h, longest), 403, "one too long");
	cr_expect_eq(secrets(&h, "production"), 0);
	longest[LIMIT_HOOK_SECRET] = '\0';
	cr_expect_eq(shake(&h, longest), 200, "%s", h.log);
	cr_expect(echoed(&h, longest), "%s", h.answer);
	hook_fini(&h);
}

/* Each environment has secrets of its own: what one believes is nothing to another. */
Test(hook, environments)
{
	char signature[2 * HMAC_SHA256_SIZE + 1];
	struct hook h;

	hook_init(&h, "");
	cr_expect_eq(post(&h, "stg.example", "weak", NULL, ""), 200);
	cr_expect_eq(secrets(&h, "preproduction"), 1);
	cr_expect_eq(secrets(&h, "production"), 0);
	cr_expect_eq(event(&h, "weak", EVENT("m1")), 403);
	sign("weak", EVENT("m1"), signature);
	cr_expect_eq(
	    post(&h, "stg.example", NULL, signature, EVENT("m1")), 200, "%s", h.log);
	cr_expect_eq(shake(&h, "strong"), 200, "production's first is still to come");
	hook_fini(&h);
}

/* Callers choose the environment: its first handshake is not for any of them to take. */
Test(hook, an_environment_nobody_has_set_up)
{
	char signature[2 * HMAC_SHA256_SIZE + 1];
	struct err e = { 0 };
	struct hook h;

	hook_init(&h, "");
	cr_expect_eq(shake(&h, "strong"), 200);
	cr_expect_eq(post(&h, "stg.example", "planted", NULL, ""), 403);
	cr_expect_not_null(
	    strstr(h.log, "allow-handshake --env preproduction"), "%s", h.log);
	sign("planted", EVENT("m1"), signature);
	cr_expect_eq(post(&h, "stg.example", NULL, signature, EVENT("m1")), 403);
	cr_expect_eq(secrets(&h, "preproduction"), 0);
	cr_expect_eq(jobs(&h), 0);
	cr_assert(agent_secrets_allow(
		      h.state, "preproduction", clock_wall_s(h.scene.web.clock), &e),
	    "%s", e.text);
	cr_expect_eq(post(&h, "stg.example", "asked-for", NULL, ""), 200, "%s", h.log);
	hook_fini(&h);
}

/* F-2, F-3: what is not proven leaves nothing behind; the log says what to do. */
Test(hook, forged)
{
	static const char body[] = EVENT("m1");
	char good[2 * HMAC_SHA256_SIZE + 1], upper[sizeof(good)], prefixed[80];
	struct hook h;

	hook_init(&h, "");
	cr_expect_eq(event(&h, "s", body), 403, "no secret is known");
	cr_expect_not_null(
	    strstr(h.log, "save the webhook in Messenger again"), "%s", h.log);
	cr_expect_eq(shake(&h, "s"), 200);
	cr_expect_eq(post(&h, "h.example", NULL, NULL, body), 403);
	cr_expect_not_null(strstr(h.log, "without X-Hook-Signature"), "%s", h.log);
	cr_expect_eq(post(&h, "h.example", NULL, "", body), 403);
	cr_expect_eq(post(&h, "h.example", "s", NULL, body), 403,
	    "the secret itself proves nothing");
	cr_expect_eq(event(&h, "t", body), 403);
	cr_expect_not_null(
	    strstr(h.log, "X-Hook-Signature does not match"), "%s", h.log);
	cr_expect_not_null(strstr(h.log, "allow-handshake"), "%s", h.log);
	sign("s", EVENT("m2"), good);
	cr_expect_eq(
	    post(&h, "h.example", NULL, good, body), 403, "another's signature");
	cr_expect_eq(jobs(&h), 0);

	sign("s", body, good);
	for (size_t i = 0; i < sizeof(good); i++)
		upper[i] = good[i] >= 'a' ? (char)(good[i] - 32) : good[i];
	snprintf(prefixed, sizeof(prefixed), "sha256=%s", good);
	cr_expect_eq(post(&h, "h.example", NULL, upper, body), 200, "%s", h.log);
	cr_expect_eq(post(&h, "h.example", NULL, prefixed, body), 200, "%s", h.log);
	cr_expect_eq(jobs(&h), 1, "the same again is acknowledged, and done once");
	hook_fini(&h);
}

/* T20: signed with a good secret, and yet not for us, or of no use. */
Test(hook, proven_and_refused)
{
	static const struct {
		const char *name, *body;
		int status, jobs;
	} t[] = {
		{ "another application's",
		    "{\"trigger\":\"chats:close\",\"appId\":"
		    "\"OTHER\",\"data\":{\"chatId\":\"C1\",\"userId\":\"A1\"}}",
		    403, 0 },
		{ "its application is its signature's",
		    "{\"trigger\":\"chats:close\","
		    "\"data\":{\"chatId\":\"C1\",\"userId\":\"A1\"}}",
		    200, 1 },
		{ "no JSON further down",
		    "{\"trigger\":\"chats:close\",\"appId\":\"APP\",\"data\":{]}", 400,
		    0 },
		{ "a trigger that is no text", "{\"trigger\":7,\"appId\":\"APP\"}", 400,
		    0 },
		{ "unknown",
		    "{\"trigger\":\"moon:full\",\"appId\":\"APP\",\"data\":{}}", 200,
		    0 },
		{ "typing",
		    "{\"trigger\":\"users:activity\",\"appId\":\"APP\","
		    "\"data\":{\"chatId\":\"C1\",\"userId\":\"A1\",\"type\":\"writing\"}}",
		    200, 0 },
		{ "no data", "{\"trigger\":\"messages:new\",\"appId\":\"APP\"}", 200,
		    0 },
		{ "a text", EVENT("m1"), 200, 1 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct hook h;

		hook_init(&h, "webhook_secret = \"s\";");
		cr_expect_eq(event(&h, "s", t[i].body), t[i].status, "%s: %s %s",
		    t[i].name, h.answer, h.log);
		cr_expect_eq(jobs(&h), t[i].jobs, "%s", t[i].name);
		if (t[i].status == 200)
			cr_expect_not_null(strstr(h.answer, "Content-Length: 0\r\n"),
			    "%s: %s", t[i].name, h.answer);
		hook_fini(&h);
	}
}

/* All within one second, however long it takes. */
static int64_t
standing_mono_ms(const struct clock *c)
{
	static int64_t began_ms;

	(void)c;
	if (began_ms == 0)
		began_ms = clock_mono_ms(&clock_system);
	return began_ms;
}

/* Nobody proves anything: so many a second and no more, each to be asked back later. */
Test(hook, unsigned_events_are_few)
{
	const struct clock standing = { clock_system.wall_s, standing_mono_ms };
	char id[8], body[400];
	struct hook h;
	int taken = 0, refused = 0;

	hook_init(&h, "webhook_signature = \"off\";");
	h.scene.web.clock = &standing;
	for (int i = 0; i < LIMIT_UNPROVEN_PER_S + 5; i++) {
		int status;

		snprintf(id, sizeof(id), "u%d", i);
		snprintf(body, sizeof(body),
		    "{\"trigger\":\"messages:new\",\"appId\":\"APP\",\"data\":{\"message\":"
		    "{\"id\":\"%s\",\"chat\":\"C1\",\"sender\":\"A1\",\"type\":\"text\","
		    "\"message\":\"x\"}}}",
		    id);
		status = post(&h, "h.example", NULL, NULL, body);
		taken += status == 200;
		refused += status == 429;
	}
	cr_expect_eq(taken, LIMIT_UNPROVEN_PER_S);
	cr_expect_eq(refused, 5);
	cr_expect_eq(jobs(&h), taken);
	hook_fini(&h);
}

Test(hook, without_agents)
{
	struct hook h;

	hook_init(&h, NULL);
	cr_expect_eq(shake(&h, "s"), 403);
	cr_expect_not_null(strstr(h.log, "live agents are off"), "%s", h.log);
	cr_expect_eq(event(&h, "s", EVENT("m1")), 403);
	cr_expect_not_null(strstr(h.log, "chat.chat.enabled"), "%s", h.log);
	hook_fini(&h);
}

/* The state does not take it: the other side is told to try again, and nothing is half done. */
Test(hook, state_gone)
{
	struct hook h;
	char path[400];

	hook_init(&h, "webhook_secret = \"s\";");
	snprintf(path, sizeof(path), "%s/state/state.db", h.scene.stage.dir.path);
	cr_assert_eq(unlink(path), 0);
	cr_expect_eq(event(&h, "s", EVENT("m1")), 503, "%s", h.log);
	h.scene.stage.dialog.state = NULL;
	cr_expect_eq(event(&h, "s", EVENT("m1")), 503, "%s", h.log);
	cr_expect_not_null(strstr(h.log, "store.state_path"), "%s", h.log);
	hook_fini(&h);
}

/* Two at once, with the same view of the list: neither secret is lost. */
Test(hook, secrets_are_not_lost)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct agent_secrets before;
	struct err e = { 0 };
	struct hook h;

	hook_init(&h, "");
	cr_expect_eq(shake(&h, "one"), 200);
	cr_assert(agent_secrets_read(h.state, "production", 1, a, &before, &e));
	cr_expect_eq(
	    agent_secrets_keep(h.state, "production", &before, "two", &e), AGENT_KEPT);
	cr_expect_eq(agent_secrets_keep(h.state, "production", &before, "three", &e),
	    AGENT_KEPT_NOT);
	before.n = 0;
	cr_expect_eq(agent_secrets_keep(h.state, "production", &before, "three", &e),
	    AGENT_KEPT_NOT);
	before.allowed = true;
	cr_expect_eq(agent_secrets_keep(h.state, "production", &before, "three", &e),
	    AGENT_KEPT_NOT, "there is no such word");
	allow(&h, 0);
	cr_expect_eq(agent_secrets_keep(h.state, "production", &before, "three", &e),
	    AGENT_KEPT, "the word is his");
	cr_assert(agent_secrets_read(h.state, "production", 1, a, &before, &e));
	cr_assert_eq(before.n, 3);
	cr_expect_str_eq(before.stored[0], "three");
	cr_expect_str_eq(before.stored[2], "one");
	hook_fini(&h);
}
