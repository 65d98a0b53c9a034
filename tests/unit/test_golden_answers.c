/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The golden files of tests/golden/answer: a response of the Chatbot API goes the whole way,
 * from the wire to the messages of a phone. Their README says how they are written.
 */
#include "config.h"

#include <ctype.h>

#include "unit/inbenta_rig.h"

#include "base/js.h"
#include "base/log.h"
#include "bot/bot_inbenta.h"
#include "conf/conf.h"
#include "dialog/dialog.h"
#include "render/html.h"
#include "support/conf_root.h"
#include "support/golden.h"
#include "support/leaks.h"

enum { LANGUAGES = 32 };

#define MESSAGE "POST /bot/v1/conversation/message "

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

TestSuite(golden_answers, .init = quiet, .fini = no_leaks);

/* botline in one language. */
struct tongue {
	char code[3];
	struct conf *conf;
};

/* All of botline but the web, with a scripted server in the bot's place. */
struct scene {
	struct tmpdir dir, marked;
	struct upstream *up;
	struct store *store;
	struct http_shared *shared;
	struct http *http;
	struct dialog dialog;
	struct tongue tongues[LANGUAGES];
	size_t n_tongues;
	int turns;
};

/* English with each text between two "_", to show what becomes of such a label. */
static void
put_marked_labels(const struct tmpdir *root)
{
	CLEANUP(buf_fini) struct buf in = BUF_INIT(1 << 20), out = BUF_INIT(1 << 20);
	struct err e;
	char *rest, *line;

	cr_assert(
	    file_read(AT_FDCWD, TOP_SRCDIR "/lang/en.cfg", &in, &e), "%s", e.text);
	for (char *p = in.data; (line = strtok_r(p, "\n", &rest)) != NULL; p = NULL) {
		char *begin = strchr(line, '"'), *end = strrchr(line, '"');

		if (line[0] != '#' && begin != NULL && end > begin)
			buf_printf(&out, "%.*s\"_%.*s_\"%s\n", (int)(begin - line),
			    line, (int)(end - begin - 1), begin + 1, end + 1);
	}
	conf_root_link(root, TOP_SRCDIR "/conf/default", "conf/default");
	conf_root_put(root, "lang/en.cfg", out.data);
}

static struct conf *
load_conf(const struct scene *s, const char *code)
{
	bool marked = strcmp(code, "xx") == 0;
	char url[200], lang[64];
	char *environ_[] = { url, lang, (char[]){ "BOTLINE_API__KEY=" RIG_KEY },
		(char[]){ "BOTLINE_API__SECRET=eyJ.se.cret" },
		(char[]){
		    "BOTLINE_TWILIO__CREDENTIALS__SID=AC00000000000000000000000000000000" },
		(char[]){ "BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN=t" },
		(char[]){ "BOTLINE_TWILIO__WEBHOOK_URL=https://bot.example/" }, NULL };
	struct conf_opts o = { .root = marked ? s->marked.path : TOP_SRCDIR,
		.environ = environ_ };
	struct conf_report report = { 0 };
	struct conf *conf;

	snprintf(url, sizeof(url), "BOTLINE_API__URL=%s", upstream_url(s->up));
	snprintf(lang, sizeof(lang), "BOTLINE_CONVERSATION__DEFAULT__LANG=%s",
	    marked ? "en" : code);
	conf = conf_load(&o, &report);
	for (size_t i = 0; i < report.n; i++)
		if (report.findings[i].grade == CONF_ERROR)
			cr_log_error("%s: %s", report.findings[i].where,
			    report.findings[i].text);
	cr_assert_not_null(conf, "language %s", code);
	conf_report_fini(&report);
	return conf;
}

/* The configuration in the language of a case: "085-spanish.es"; English without one. */
static struct conf *
conf_of(struct scene *s, const char *name)
{
	const char *dot = strrchr(name, '.'), *code = dot != NULL ? dot + 1 : "en";
	struct tongue *t = s->tongues;

	for (size_t i = 0; i < s->n_tongues; i++, t++)
		if (strcmp(t->code, code) == 0)
			return t->conf;
	cr_assert(strlen(code) == 2 && s->n_tongues < LANGUAGES, "%s", name);
	memcpy(t->code, code, sizeof(t->code));
	t->conf = load_conf(s, code);
	s->n_tongues++;
	return t->conf;
}

static void
scene_init(struct scene *s)
{
	struct store_opts so = { .session_ttl_s = 3600, .clock = &clock_system };
	struct http_shared_opts ho = { .clock = &clock_system };
	struct bot *bot;
	struct err e = { 0 };

	*s = (struct scene){ .dir = tmpdir_new(), .marked = tmpdir_new() };
	put_marked_labels(&s->marked);
	so.path = s->dir.path;
	s->up = upstream_new(NULL, 0);
	s->store = store_open(&so, &e);
	cr_assert_not_null(s->store, "%s", e.text);
	s->shared = http_shared_new(&ho, &e);
	cr_assert_not_null(s->shared, "%s", e.text);
	s->http = http_new(s->shared);
	bot = bot_open("inbenta", s->store, &clock_system, &e);
	cr_assert_not_null(bot, "%s", e.text);
	s->dialog =
	    (struct dialog){ .store = s->store, .bot = bot, .clock = &clock_system };
}

static void
scene_fini(struct scene *s)
{
	bot_close(s->dialog.bot);
	http_free(s->http);
	http_shared_free(s->shared);
	store_close(s->store);
	upstream_free(s->up);
	for (size_t i = 0; i < s->n_tongues; i++)
		conf_unref(s->tongues[i].conf);
	tmpdir_fini(&s->dir);
	tmpdir_fini(&s->marked);
}

/* From now on the bot answers so to every message. */
static void
set_answer(struct scene *s, const struct buf *in)
{
	struct upstream_step steps[] = { RIG_AUTH("access", "1200"),
		{ .on = MESSAGE, .body = in->data, .body_len = in->len, .times = -1 },
		{ .on = "POST /bot/v1/conversation ",
		    .body = "{\"sessionToken\":\"s\"}",
		    .times = -1 },
		{ .status = 404, .body = "{}", .times = -1 } };

	steps[0].times = -1;
	upstream_script(s->up, steps, NELEMS(steps));
}

/* Says the text in a conversation; a new name begins a new one. */
static struct reply
say(struct scene *s, struct arena *a, const char *name, const char *conv,
    const char *from, const char *text)
{
	struct turn t = { .conf = conf_of(s, name),
		.env = CONF_PRODUCTION,
		.http = s->http,
		.arena = a,
		.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS };
	struct inbound in = { .conv_id = conv,
		.user_id = conv,
		.from = from,
		.to = "+15550199",
		.text = text };
	struct reply r;
	struct err e = { 0 };

	in.sid = arena_printf(a, "SM%d", s->turns++);
	cr_assert_eq(dialog_turn(&s->dialog, &t, &in, &r, &e), TURN_DONE, "%s: %s",
	    name, e.text);
	return r;
}

static void
write_reply(struct buf *out, const struct reply *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct message *m = &r->messages[i];

		buf_printf(out, "--- message %zu\n", i + 1);
		if (m->text[0] != '\0')
			buf_printf(out, "%s\n", m->text);
		for (size_t k = 0; k < m->n_media; k++)
			buf_printf(out, "[media] %s\n", m->media[k]);
	}
}

static void
show_case(struct scene *s, const char *name)
{
	static const struct {
		const char *from, *suffix;
	} phones[] = {
		{ "+15550100", ".sms.ref" },
		{ "whatsapp:+15550100", ".whatsapp.ref" },
	};

	for (size_t i = 0; i < NELEMS(phones); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf got = BUF_INIT(1 << 20);
		const char *conv = arena_printf(a, "%s%s", name, phones[i].suffix);
		struct reply r = say(s, a, name, conv, phones[i].from, "question");

		write_reply(&got, &r);
		golden_compare("answer", name, phones[i].suffix, &got);
	}
}

/* The body of the last message call, as compact JSON. */
static void
heard(struct scene *s, struct buf *out)
{
	size_t n = upstream_requests(s->up);
	const struct upstream_request *q;
	CLEANUP(js_putp) js *root = NULL;
	struct err e;

	do {
		cr_assert_gt(n, 0, "no message reached the bot");
		q = upstream_get(s->up, --n);
	} while (strncmp(q->line, MESSAGE, strlen(MESSAGE)) != 0);
	cr_assert(js_parse(q->body, strlen(q->body), &root, &e), "%s", e.text);
	js_write(out, root);
}

/* Types each line's text below the answer: what the bot hears then becomes the line again. */
static void
pick_case(struct scene *s, const char *name)
{
	static const char arrow[] = " => ", suffix[] = ".picks.ref";
	CLEANUP(buf_fini)
	struct buf picks = BUF_INIT(LIMIT_HTML), got = BUF_INIT(LIMIT_HTML);
	char *rest, *line;
	int i = 0;

	golden_read("answer", name, suffix, &picks);
	for (char *p = picks.data; (line = strtok_r(p, "\n", &rest)) != NULL;
	     p = NULL) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		const char *conv = arena_printf(a, "%s pick %d", name, i++);
		char *end = strstr(line, arrow);
		size_t before;

		cr_assert_not_null(end, "%s: %s", name, line);
		*end = '\0';
		say(s, a, name, conv, "+15550100", "question");
		before = upstream_count(s->up, MESSAGE);
		say(s, a, name, conv, "+15550100", line);
		buf_printf(&got, "%s%s", line, arrow);
		if (upstream_count(s->up, MESSAGE) > before)
			heard(s, &got);
		buf_chr(&got, '\n');
	}
	cr_expect_gt(i, 0, "%s%s is empty", name, suffix);
	golden_compare("answer", name, suffix, &got);
}

static bool
has_picks(const char *name)
{
	char path[512];

	snprintf(
	    path, sizeof(path), TOP_SRCDIR "/tests/golden/answer/%s.picks.ref", name);
	return access(path, F_OK) == 0;
}

Test(golden_answers, shown_and_picked)
{
	CLEANUP(golden_close) struct golden g = golden_open("answer");
	struct scene s;
	char name[128];

	scene_init(&s);
	for (size_t i = 0; i < golden_count(&g); i++) {
		CLEANUP(buf_fini) struct buf in = BUF_INIT(1 << 20);

		golden_name(&g, i, name);
		golden_read("answer", name, ".in", &in);
		set_answer(&s, &in);
		show_case(&s, name);
		if (has_picks(name))
			pick_case(&s, name);
	}
	scene_fini(&s);
}
