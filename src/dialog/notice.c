/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "channel/out.h"
#include "conf/cfg.h"
#include "conf/lang.h"
#include "dialog/deliver.h"
#include "channel/letter.h"
#include "dialog/notice.h"
#include "store/stopped.h"
#include "dialog/work.h"

void
notice_reply(const struct work *w, struct reply *out)
{
	const struct lang *lang = w->lang;
	struct compose c = w->reply;

	if (lang == NULL)
		lang = cfg_lang(conf_cfg(w->t->conf, w->t->env));
	c.parts = NULL;
	c.n = c.cap = 0;
	compose_label(&c, lang_get(lang, "one_moment"));
	compose_end(&c, out);
}

/* The body of the job: whose turn it is about, until when it is of use, the message. */
static const char *
note(const struct work *w, const char *letter, int64_t due_ms)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_QUEUE_BODY);
	int64_t until_ms = due_ms + LIMIT_HOLDING_MS;

	buf_printf(&b, "{\"turn\":%lld,\"until_ms\":%lld", (long long)w->way.job.id,
	    (long long)until_ms);
	js_put_text(&b, ",\"conv\":", w->conv_id);
	js_put_text(&b, ",\"letter\":", letter);
	buf_chr(&b, '}');
	return buf_ok(&b) ? arena_strndup(w->t->arena, b.data, b.len) : NULL;
}

/* False: there is nothing to say, or no room to say it. */
static bool
job_of(const struct work *w, struct new_job *job)
{
	const struct deliver_to to = { .env = w->t->env,
		.conv_id = w->conv_id,
		.to = w->in->from,
		.from = w->in->to,
		.url = w->in->url,
		.now_s = work_now_s(w) };
	struct reply reply;

	notice_reply(w, &reply);
	if (reply.n == 0)
		return false;
	*job = (struct new_job){
		.lane = arena_printf(w->t->arena, "%s/notice", w->conv_id),
		.kind = "notice",
		.due_ms = clock_wall_ms(w->d->clock) + w->t->notice_ms - work_now_ms(w),
	};
	job->body = note(
	    w, deliver_jobs(w->t->arena, &to, reply.messages, 1)[0].body, job->due_ms);
	return job->body != NULL;
}

/* Puts it there, once for a message. n: jobs; 0: what is noted is that it is being said. */
static bool
add_once(const struct work *w, const struct new_job *job, size_t n)
{
	const char *seen = arena_printf(
	    w->t->arena, "notice/%s/%s", conf_env_name(w->t->env), w->in->sid);
	struct err e = { 0 };

	switch (queue_add(w->d->state, job, n, seen, &e)) {
	case QUEUE_OK:
		return true;
	case QUEUE_SEEN:
		return false;
	case QUEUE_NONE:
	case QUEUE_FULL:
	case QUEUE_LOST:
	case QUEUE_FAILED:
		break;
	}
	LOG(LOG_WARN, "dialog", "no holding notice", LS("why", e.text),
	    LH("nothing to do: the answer comes without it; often: look at the disk "
	       "of store.state_path"));
	return false;
}

bool
notice_is_first(const struct work *w)
{
	return *w->in->sid != '\0' && add_once(w, NULL, 0);
}

void
notice_add(const struct work *w)
{
	struct new_job job;

	if (*w->in->sid != '\0' && job_of(w, &job))
		(void)add_once(w, &job, 1);
}

struct notice {
	struct letter letter;
	const char *conv;
	int64_t turn; /* the job */
	int64_t until_ms; /* Unix time */
};

static bool
notice_read(struct notice *n, const char *body, struct arena *a, struct err *e)
{
	CLEANUP(js_putp) js *o = NULL;
	const char *conv, *letter;

	if (!js_parse(body, strlen(body), &o, e) ||
	    !js_need_int(o, "turn", &n->turn, e) ||
	    !js_need_int(o, "until_ms", &n->until_ms, e) ||
	    !js_need_str(o, "conv", &conv, e) ||
	    !js_need_str(o, "letter", &letter, e) ||
	    !letter_read(&n->letter, letter, a, e))
		return err_wrap(e, "holding notice");
	n->conv = arena_strdup(a, conv);
	return true;
}

static enum job_end
unsaid(const struct notice *n, const char *why)
{
	LOG(LOG_INFO, "dialog", "holding notice not said", LI("turn", n->turn),
	    LS("why", why));
	return JOB_DONE;
}

/* Why it is not to be said any more; NULL: it is. */
static const char *
why_unsaid(
    const struct dialog *d, const struct notice *n, const struct job *job, bool *later)
{
	bool stopped = false;
	enum queue_result r;
	struct err e;

	if (job->unsure)
		return "it may have been";
	if (clock_wall_ms(d->clock) > n->until_ms)
		return "it is too late for that";
	r = queue_has_job(d->state, n->turn, &e);
	if (r == QUEUE_NONE)
		return "the turn is over";
	*later = r == QUEUE_FAILED || !stop_is(d->state, n->conv, &stopped, &e);
	return stopped ? "the user has opted out" : NULL;
}

static enum job_end
send_it(const struct dialog *d, const struct out_call *call, const struct notice *n,
    struct job_result *out)
{
	struct out_sent s = { 0 };

	out_send(d->out, call, &n->letter.m, &s);
	switch (s.result) {
	case OUT_SENT:
		out->sent_id = s.id;
		return JOB_DONE;
	case OUT_LATER:
	case OUT_NOT_SENT:
		out->delay_ms = s.after_ms;
		out->why = arena_strdup(call->arena, s.error.text);
		return JOB_LATER;
	case OUT_REFUSED:
	case OUT_UNKNOWN:
		break;
	}
	return unsaid(n, s.error.text);
}

enum job_end
notice_work(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	struct notice n = { 0 };
	struct out_call call = {
		.http = t->http, .arena = t->arena, .until_ms = t->until_ms
	};
	bool later = false;
	const char *why;
	struct err e;

	if (!notice_read(&n, job->body, t->arena, &e)) {
		out->why = arena_strdup(t->arena, e.text);
		return JOB_DEAD;
	}
	if (n.letter.ref != NULL)
		log_turn(n.letter.ref);
	call.cfg = conf_cfg(t->conf, n.letter.env);
	why = why_unsaid(d, &n, job, &later);
	if (why != NULL)
		return unsaid(&n, why);
	if (later) {
		out->why = "the queue cannot be looked at";
		return JOB_LATER;
	}
	if (!out_enabled(d->out, call.cfg))
		return unsaid(&n, "there are no credentials to send with");
	return send_it(d, &call, &n, out);
}
