/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a user sends to an agent: which arrive, and who hears of those that do not. */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <criterion/criterion.h>

#include "base/log.h"
#include "channel/incoming.h"
#include "http/http.h"
#include "render/html.h"
#include "support/agent_talk.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/upstream.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	signal(SIGPIPE, SIG_IGN);
	not_for_ever();
}

TestSuite(turn_files, .init = quiet, .fini = no_leaks);

#define DIGITS "0123456789abcdef0123456789abcdef"
#define MESSAGE \
	"/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages/MM" DIGITS \
	"/Media/"
#define CAT "ME00000000000000000000000000000001"
#define DOG "ME00000000000000000000000000000002"
#define GONE "ME00000000000000000000000000000003"
#define FAKE "ME00000000000000000000000000000004"
#define EMPTY "ME00000000000000000000000000000005"
#define NOT_THIS "This type of file can't be sent to the agent."
#define NOT_ACCEPTED "say C1 The user sent a file of a type that is not accepted.;"

static const struct upstream_step steps[] = {
	{ .on = "GET " MESSAGE CAT,
	    .headers = "Content-Type: image/jpeg\r\n"
		       "Content-Disposition: inline; filename=\"cat.jpg\"\r\n",
	    .body = "\xff\xd8\xff\xe0 cat",
	    .times = -1 },
	{ .on = "GET " MESSAGE DOG,
	    .headers = "Content-Type: image/png\r\n"
		       "Content-Disposition: inline; filename=\"dog.png\"\r\n",
	    .body = "\x89PNG\r\n\x1a\n dog",
	    .times = -1 },
	{ .on = "GET " MESSAGE GONE, .status = 410, .times = -1 },
	{ .on = "GET " MESSAGE FAKE,
	    .headers = "Content-Type: image/jpeg\r\n",
	    .body = "<html>",
	    .times = -1 },
	{ .on = "GET " MESSAGE EMPTY,
	    .headers = "Content-Type: image/jpeg\r\n",
	    .body = "",
	    .times = -1 },
};

static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_result says_hello = RESULT(hello);

enum { FILES = 3 };

static const struct files_case {
	const char *name, *text;
	struct {
		const char *id, *type; /* id "": a file without an address */
	} files[FILES];
	size_t n_media; /* 0: as many as files */
	const char *did, *shown[4];
	enum agent_outcome outcome;
	int asked; /* whether the bot was */
} cases[] = {
	{ .name = "T16-caption-first",
	    .text = "look",
	    .files = { { CAT, "image/jpeg" } },
	    .did = "say C1 look;send C1 cat-00000001.jpg image/jpeg 8;" },
	{ .name = "every-file",
	    .text = "",
	    .files = { { CAT, "image/jpeg" }, { DOG, "image/png" } },
	    .did =
		"send C1 cat-00000001.jpg image/jpeg 8;send C1 dog-00000002.png image/png 12;" },
	{ .name = "F29-one-is-gone",
	    .text = "",
	    .files = { { GONE, "image/jpeg" }, { DOG, "image/png" } },
	    .did = "send C1 dog-00000002.png image/png 12;",
	    .shown = { NOT_TOLD_AGENT } },
	{ .name = "F29-no-address",
	    .text = "",
	    .files = { { "", "image/jpeg" } },
	    .did = "",
	    .shown = { NOT_TOLD_AGENT } },
	{ .name = "F29-of-one-nothing-is-known",
	    .text = "",
	    .files = { { DOG, "image/png" } },
	    .n_media = 2,
	    .did = "send C1 dog-00000002.png image/png 12;",
	    .shown = { NOT_TOLD_AGENT } },
	{ .name = "not-what-it-claims",
	    .text = "hi",
	    .files = { { FAKE, "image/jpeg" } },
	    .did = "say C1 hi;" NOT_ACCEPTED,
	    .shown = { NOT_THIS } },
	{ .name = "type-of-no-use",
	    .text = "",
	    .files = { { CAT, "application/x-msdownload" } },
	    .did = NOT_ACCEPTED,
	    .shown = { NOT_THIS } },
	{ .name = "empty",
	    .text = "",
	    .files = { { EMPTY, "image/jpeg" } },
	    .did = NOT_ACCEPTED,
	    .shown = { NOT_THIS } },
	{ .name = "agents-do-not-take-it",
	    .text = "",
	    .files = { { CAT, "image/jpeg" } },
	    .outcome = AGENT_NOT_TAKEN,
	    .did = "send C1 cat-00000001.jpg image/jpeg 8;" NOT_ACCEPTED,
	    .shown = { NOT_THIS } },
	{ .name = "not-delivered",
	    .text = "",
	    .files = { { CAT, "image/jpeg" } },
	    .outcome = AGENT_NOT_DELIVERED,
	    .did = "send C1 cat-00000001.jpg image/jpeg 8;",
	    .shown = { NOT_TOLD_AGENT } },
	{ .name = "over",
	    .text = "",
	    .files = { { CAT, "image/jpeg" } },
	    .outcome = AGENT_OVER,
	    .did = "send C1 cat-00000001.jpg image/jpeg 8;",
	    .shown = { "I can only read text. Please write your question." } },
	{ .name = "over-with-a-text",
	    .text = "hi",
	    .files = { { CAT, "image/jpeg" } },
	    .outcome = AGENT_OVER,
	    .did = "say C1 hi;",
	    .shown = { "Hello", "Sorry, I can't open pictures or files." },
	    .asked = 1 },
};

struct line_up {
	struct stage s;
	struct fake_agent f;
	struct upstream *up;
	struct http_shared *shared;
	struct http *http;
};

static void
line_up_init(struct line_up *l)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct http_shared_opts o = { 0 };
	struct stage_file files[] = { { "conf/custom/twilio.cfg", NULL } };
	struct err e = { 0 };

	l->up = upstream_new(steps, NELEMS(steps));
	files[0].text = arena_printf(a,
	    "credentials = { sid = \"AC00000000000000000000000000000000\";\n"
	    "auth_token = \"00000000000000000000000000000000\"; };\n"
	    "api_url = \"%s\";\n",
	    upstream_url(l->up));
	agent_stage(&l->s, &l->f, files, NELEMS(files));
	l->f.state = AGENT_STATE_TALKING;
	o.clock = &l->s.clock.clock;
	l->shared = http_shared_new(&o, &e);
	cr_assert_not_null(l->shared, "%s", e.text);
	l->http = http_new(l->shared);
}

static void
line_up_fini(struct line_up *l)
{
	http_free(l->http);
	http_shared_free(l->shared);
	agent_stage_fini(&l->s);
	upstream_free(l->up);
}

/* One message in the conversation of the case. */
static struct reply
tell(struct line_up *l, struct arena *a, const char *sid, const struct files_case *c,
    const char *text)
{
	struct turn t = { .conf = l->s.conf, .http = l->http, .arena = a };
	struct incoming_place places[FILES];
	struct inbound in = { .conv_id = c->name,
		.user_id = c->name,
		.sid = sid,
		.from = l->s.from,
		.to = "+34900000000",
		.text = text != NULL ? text : c->text };
	struct reply r = { 0 };
	struct err e = { 0 };

	for (size_t i = 0; text == NULL && i < FILES && c->files[i].id != NULL; i++)
		places[in.n_files++] =
		    (struct incoming_place){ c->files[i].id[0] == '\0'
				? ""
				: arena_printf(a, "%s" MESSAGE "%s",
				      upstream_url(l->up), c->files[i].id),
			    c->files[i].type };
	in.files = places;
	in.n_media = in.n_files > 0 && c->n_media > 0 ? c->n_media : in.n_files;
	t.env = CONF_PRODUCTION;
	t.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS;
	cr_assert_eq(
	    dialog_turn(&l->s.dialog, &t, &in, &r, &e), TURN_DONE, "%s", e.text);
	return r;
}

static void
begin_chat(struct line_up *l, struct arena *a, const struct files_case *c)
{
	static const struct bot_answer flagged[] = { { .kind = BOT_ANSWER,
	    .html = "Hard",
	    .related_title = "",
	    .escalate = true } };
	static const struct bot_result flags = RESULT(flagged);

	l->s.bot.says = &flags;
	l->f.outcome = AGENT_DELIVERED;
	(void)tell(l, a, "SM1", c, "q");
	(void)tell(l, a, "SM2", c, "yes");
	(void)tell(l, a, "SM3", c, "first");
	l->s.bot.says = &says_hello;
	l->s.bot.asked = 0;
	l->f.did[0] = '\0';
	l->f.outcome = c->outcome;
}

/* behaviour 9.6 */
Test(turn_files, T16_F29_files)
{
	struct line_up l;

	line_up_init(&l);
	for (size_t i = 0; i < NELEMS(cases); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct reply r;

		begin_chat(&l, a, &cases[i]);
		r = tell(&l, a, "SM4", &cases[i], NULL);
		cr_expect_str_eq(l.f.did, cases[i].did, "%s", cases[i].name);
		cr_expect_eq(l.s.bot.asked, cases[i].asked, "%s", cases[i].name);
		talk_expect(cases[i].name, i, &r, cases[i].shown);
	}
	line_up_fini(&l);
}

static const struct files_case killed = { .name = "killed",
	.text = "hi",
	.files = { { CAT, "image/jpeg" }, { FAKE, "image/jpeg" },
	    { DOG, "image/png" } },
	.shown = { NOT_THIS } };

/* Hands it in, in a process that dies at a call to the agents' side. */
static void
hand_in_and_die(struct line_up *l)
{
	int status = 0;
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		struct line_up mine =
		    *l; /* the agents, and what they hear, are shared */

		mine.http = http_new(l->shared);
		(void)tell(&mine, arena_new(), "SM4", &killed, NULL);
		_exit(0); /* it should not have come so far */
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "%d", status);
}

/* Where it was killed it goes on when the message comes again: each file arrives once. */
Test(turn_files, killed_at_each_call)
{
	struct line_up *l = mmap(NULL, sizeof(*l), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	enum { CALLS = 4 }; /* text, two files, the word on the third */

	cr_assert_neq(l, MAP_FAILED);
	for (int k = 1; k <= CALLS; k++)
		for (int after = 0; after < 2; after++) {
			CLEANUP(arena_freep) struct arena *a = arena_new();
			struct reply r;

			line_up_init(l);
			begin_chat(l, a, &killed);
			l->f.heard[0] = '\0';
			l->f.calls = 0;
			l->f.dies_before = after ? 0 : k;
			l->f.dies_after = after ? k : 0;
			hand_in_and_die(l);
			l->f.dies_before = l->f.dies_after = 0;
			r = tell(l, a, "SM4", &killed, NULL);
			cr_expect_str_eq(l->f.heard,
			    "hi|cat-00000001.jpg|dog-00000002.png|"
			    "The user sent a file of a type that is not accepted.|",
			    "%d, behind: %d: %s", k, after, l->f.did);
			talk_expect("killed", (size_t)k, &r, killed.shown);
			line_up_fini(l);
		}
	munmap(l, sizeof(*l));
}
