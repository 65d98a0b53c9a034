/* SPDX-License-Identifier: Apache-2.0 */
/*
 * botlinectl send: a message on the company's behalf. It is a job of its conversation, as
 * every message of ours: so it stands behind what is on its way there, keeps the pace of its
 * sender, and is not lost. Who has opted out is sent nothing.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "channel/letter.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "ctl/ctl.h"
#include "ctl/fate.h"
#include "ctl/opts.h"
#include "ctl/people.h"
#include "ctl/screen.h"
#include "store/conv_look.h"
#include "store/queue.h"
#include "store/state.h"
#include "store/stopped.h"
#include "store/store.h"
#include "twilio/addr.h"
#include "twilio/sig.h"

/* Some twenty messages: more is no message. */
#define TEXT_BYTES ((size_t)32 * 1024)
#define OUT_BYTES ((size_t)1024 * 1024)

enum { WINDOW_HOURS = 24, USUAL_SECONDS = 60, MOST_SECONDS = 3600, REF_BYTES = 8 };

struct sending {
	const struct opts *o;
	struct arena *a;
	const struct cfg *cfg;
	enum conf_env env;
	const char *to, *from, *text;
	const char **media;
	size_t n_media;
	const char *conv_id;
	const char *ref; /* what its log lines and its news are called by */
	size_t n; /* messages */
};

static int
read_media(struct sending *s)
{
	const char *url;

	s->media = arena_alloc(s->a, LIMIT_MEDIA * sizeof(*s->media));
	while ((url = opts_nth(s->o, "media", s->n_media)) != NULL) {
		if (s->n_media == LIMIT_MEDIA)
			return opts_wrong(s->o, "a message has at most 10 media", url);
		if (!people_media_ok(url))
			return opts_wrong(s->o, "no http or https address", url);
		s->media[s->n_media++] = url;
	}
	return EXIT_SUCCESS;
}

static int
read_words(struct sending *s, struct buf *text)
{
	int status;

	s->to = opts_word(s->o, 0);
	s->from = opts_value(s->o, "from");
	if (s->from == NULL)
		return opts_wrong(
		    s->o, "which of your numbers sends it? --from NUMBER", NULL);
	status = people_pair(s->o, s->to, s->from);
	if (status == EXIT_SUCCESS)
		status = people_text(opts_word(s->o, 1), text);
	if (status == EXIT_SUCCESS)
		status = read_media(s);
	if (status != EXIT_SUCCESS)
		return status;
	s->text = text->data;
	if (s->n_media == 0 && !utf8_shows(text->data, text->len))
		return ctl_fail(EX_DATAERR, "there is nothing to send");
	return EXIT_SUCCESS;
}

/* Where it is heard what becomes of them; NULL: nowhere. */
static const char *
callback_of(const struct sending *s)
{
	const char *typed = cfg_str(s->cfg, CFG_TWILIO_WEBHOOK_URL);
	CLEANUP(buf_fini) struct buf url = BUF_INIT((size_t)2 * LIMIT_URL);

	if (*typed == '\0')
		return NULL;
	twilio_sig_url(&url, typed);
	letter_callback(&url, s->ref, NULL);
	return buf_ok(&url) ? arena_strndup(s->a, url.data, url.len) : NULL;
}

/* The last text takes media along, as many as fit a message; the others follow. */
static struct new_job *
make_jobs(struct sending *s)
{
	const struct channel *c = channel_of(s->to);
	const char *callback = callback_of(s);
	const char *const *texts;
	struct new_job *jobs;
	size_t n_texts, i = 0, media = 0;

	texts = channel_messages(
	    c, s->a, s->text, cfg_bool(s->cfg, CFG_SMS_TRANSLITERATE), &n_texts);
	jobs = arena_alloc(s->a, (n_texts + s->n_media + 1) * sizeof(*jobs));
	for (; i < n_texts || media < s->n_media; i++) {
		size_t left = i + 1 >= n_texts ? s->n_media - media : 0;
		const struct letter l = { .env = s->env,
			.m = { .to = s->to,
			    .from = s->from,
			    .text = i < n_texts ? texts[i] : "",
			    .media = s->media + media,
			    .n_media = left < c->max_media ? left : c->max_media,
			    .status_callback = callback },
			.made_s = clock_wall_s(&clock_system),
			.ref = s->ref };

		media += l.m.n_media;
		jobs[i] = (struct new_job){ .lane = s->conv_id,
			.kind = "send",
			.body = letter_write(s->a, &l) };
	}
	s->n = i;
	return jobs;
}

/* A status; EX_NOPERM: he wants nothing. */
static int
may_send(const struct sending *s, struct state *st)
{
	bool stopped;
	struct err e;

	if (!stop_is(st, s->conv_id, &stopped, &e))
		return ctl_fail_err(&e);
	return !stopped ? EXIT_SUCCESS
			: ctl_fail(EX_NOPERM,
			      "this user has opted out: nothing is sent to him until "
			      "he writes again");
}

static int
add(struct sending *s, struct state *st)
{
	struct new_job *jobs = make_jobs(s);
	struct err e;

	switch (queue_add(st, jobs, s->n, NULL, &e)) {
	case QUEUE_OK:
		return EXIT_SUCCESS;
	case QUEUE_FULL:
		return ctl_fail(EX_TEMPFAIL, e.text);
	default:
		return ctl_fail_err(&e);
	}
}

static void
put_text(struct buf *out, const struct sending *s, const struct fate *f)
{
	const char *plural = s->n == 1 ? "" : "s";

	switch (f->state) {
	case FATE_QUEUED:
		buf_printf(out,
		    "%zu message%s in the queue; botline sends %s as soon as nothing of "
		    "that conversation is before %s. Its log calls %s id=%s.\n",
		    s->n, plural, s->n == 1 ? "it" : "them", s->n == 1 ? "it" : "them",
		    s->n == 1 ? "it" : "them", s->ref);
		break;
	case FATE_SENT:
		buf_printf(out, "%zu message%s sent", s->n, plural);
		for (size_t i = 0; i < f->n_sids; i++)
			buf_printf(out, "%s%s", i > 0 ? " " : ": ",
			    screen_line(s->a, f->sids[i]));
		buf_chr(out, '\n');
		break;
	case FATE_WAITING:
		buf_printf(out, "not sent yet%s%s; it stays in the queue\n",
		    *f->why != '\0' ? ": " : "", screen_line(s->a, f->why));
		break;
	case FATE_DEAD:
		buf_printf(out, "given up: %s (botlinectl queue list --dead)\n",
		    screen_line(s->a, f->why));
		break;
	}
}

static void
put_json(struct buf *out, const struct sending *s, const struct fate *f)
{
	js_put_text(out, "{\"to\":", s->to);
	js_put_text(out, ",\"from\":", s->from);
	buf_printf(out, ",\"messages\":%zu", s->n);
	js_put_text(out, ",\"turn\":", s->ref);
	js_put_text(out, ",\"state\":", fate_name(f->state));
	js_put_text(out, ",\"why\":", *f->why != '\0' ? f->why : NULL);
	buf_str(out, ",\"sids\":[");
	for (size_t i = 0; i < f->n_sids; i++)
		js_put_text(out, i > 0 ? "," : "", f->sids[i]);
	buf_str(out, "]}\n");
}

static int
tell(const struct sending *s, const struct fate *f)
{
	static const int exits[] = { [FATE_QUEUED] = EXIT_SUCCESS,
		[FATE_SENT] = EXIT_SUCCESS,
		[FATE_WAITING] = EX_TEMPFAIL,
		[FATE_DEAD] = EX_UNAVAILABLE };
	CLEANUP(buf_fini) struct buf out = BUF_INIT(OUT_BYTES);
	int status;

	(opts_has(s->o, "json") ? put_json : put_text)(&out, s, f);
	status = screen_print(&out);
	return status != EXIT_SUCCESS ? status : exits[f->state];
}

/* Adds it, and follows it as long as is wanted. */
static int
send_and_follow(const struct ctl *ctl, struct sending *s, struct state *st)
{
	const int64_t since_ms = (int64_t)clock_wall_s(&clock_system) * 1000;
	struct fate fate = { .state = FATE_QUEUED, .why = "" };
	long seconds = USUAL_SECONDS;
	int status;
	struct err e;

	if (!opts_number(s->o, "timeout", 1, MOST_SECONDS, &seconds))
		return EX_USAGE;
	status = may_send(s, st);
	if (status == EXIT_SUCCESS)
		status = add(s, st);
	if (status == EXIT_SUCCESS && opts_has(s->o, "now"))
		status = fate_work(ctl->root, seconds);
	if (status != EXIT_SUCCESS)
		return status;
	if ((opts_has(s->o, "now") || opts_has(s->o, "wait")) &&
	    !fate_wait(&fate, st, s->a,
		&(struct fate_of){ s->conv_id, s->ref, since_ms, s->n }, seconds, &e))
		return ctl_fail_err(&e);
	return tell(s, &fate);
}

/* Hours since anything was done in that conversation; -1: there is none that is known. */
static int64_t
hours_since(const struct sending *s, const struct conf *conf)
{
	CLEANUP(buf_fini) struct buf record = BUF_INIT(LIMIT_RECORD);
	struct conv_seen seen;
	char key[CONV_KEY_SIZE];
	struct store *store;
	int64_t hours = -1;
	int ignored;
	struct err e;

	store = ctl_store(conf, &ignored);
	if (store == NULL)
		return -1;
	conv_key(s->conv_id, key);
	if (conv_peek(store, key, &record, &seen, &e) == CONV_FOUND)
		hours = (clock_wall_s(&clock_system) - seen.used_s) / 3600;
	store_close(store);
	return hours;
}

/* What was done there last need not have been his message, so that a day is the least. */
static void
warn_of_window(const struct sending *s, const struct conf *conf)
{
	int64_t hours = hours_since(s, conf);

	if (hours >= 0 && hours < WINDOW_HOURS)
		return;
	fprintf(stderr,
	    "botlinectl: %s. WhatsApp takes a free text within %d hours of the user's last "
	    "message; later Twilio refuses it, or reports it as failed once it has taken "
	    "it (63016)\n",
	    hours < 0 ? "Nothing is known of an earlier message of this user"
		      : "This user's last message is more than a day old",
	    WINDOW_HOURS);
}

static int
send_by(const struct ctl *ctl, struct sending *s, const struct conf *conf)
{
	CLEANUP(state_closep) struct state *st = NULL;
	char ref[2 * REF_BYTES + 1];
	int status = EXIT_SUCCESS;

	s->cfg = conf_cfg(conf, s->env);
	if (*cfg_str(s->cfg, CFG_TWILIO_CREDENTIALS_SID) == '\0' ||
	    *cfg_str(s->cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN) == '\0')
		return ctl_fail(EX_CONFIG,
		    "twilio.credentials is empty: there is nobody to send it");
	random_hex(ref, REF_BYTES);
	s->ref = arena_strdup(s->a, ref);
	s->conv_id =
	    channel_conv_id(s->a, s->env, twilio_session_id(s->a, s->from, s->to));
	st = ctl_state(conf, &status);
	if (st == NULL)
		return status;
	if (strcmp(channel_of(s->to)->name, "whatsapp") == 0)
		warn_of_window(s, conf);
	return send_and_follow(ctl, s, st);
}

int
ctl_send(const struct ctl *ctl, const struct opts *o)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(TEXT_BYTES);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct sending s = { .o = o, .a = a };
	struct conf *conf;
	int status = ctl_env(o, &s.env) ? read_words(&s, &text) : EX_USAGE;

	if (status != EXIT_SUCCESS)
		return status;
	conf = ctl_conf(ctl);
	if (conf == NULL)
		return EX_CONFIG;
	status = send_by(ctl, &s, conf);
	conf_unref(conf);
	return status;
}
