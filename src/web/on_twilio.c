/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio's webhooks for messages. Source: Twilio, "Webhook request" for messaging. */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "channel/channel.h"
#include "channel/incoming.h"
#include "channel/letter.h"
#include "conf/cfg.h"
#include "dialog/deliver.h"
#include "dialog/dialog.h"
#include "twilio/addr.h"
#include "twilio/codes.h"
#include "twilio/inbound.h"
#include "twilio/status.h"
#include "twilio/twiml.h"
#include "web/handlers.h"
#include "web/request.h"
#include "web/web.h"

static void
read_files(struct inbound *in, const struct web_req *r, struct arena *a)
{
	const struct twilio_file *files;
	struct incoming_place *places;

	in->n_files = twilio_files(&files, &r->form, a);
	places = arena_alloc(a, (in->n_files + 1) * sizeof(*places));
	for (size_t i = 0; i < in->n_files; i++)
		places[i] = (struct incoming_place){ files[i].url, files[i].claimed };
	in->files = places;
}

static enum opt_out
opt_out_of(enum twilio_opt_out as_told)
{
	static const enum opt_out same[] = {
		[TWILIO_OPT_OUT_NONE] = OPT_OUT_NONE,
		[TWILIO_OPT_OUT_STOP] = OPT_OUT_STOP,
		[TWILIO_OPT_OUT_START] = OPT_OUT_START,
		[TWILIO_OPT_OUT_HELP] = OPT_OUT_HELP,
	};

	return same[as_told];
}

static bool
read_inbound(
    struct inbound *in, const struct web_req *r, struct arena *a, struct err *e)
{
	struct twilio_said said;

	in->sid = form_get(&r->form, "MessageSid");
	in->from = form_get(&r->form, "From");
	in->to = form_get(&r->form, "To");
	if (!twilio_sid_ok(in->sid))
		return err_set(e, ERR_INPUT, 0, "message without a usable MessageSid");
	if (!twilio_addr_ok(in->from))
		return err_set(e, ERR_INPUT, 0, "message without a usable From");
	if (!twilio_addr_ok(in->to))
		return err_set(e, ERR_INPUT, 0, "message without a usable To");
	in->token = r->repeat_token;
	in->url = r->url;
	in->user_id = twilio_session_id(a, in->to, in->from);
	in->conv_id = channel_conv_id(a, r->env, in->user_id);
	twilio_said(&said, &r->form, a);
	in->text = said.text;
	in->pick = said.pick;
	in->n_media = said.n_media;
	in->opt_out = opt_out_of(said.opt_out);
	read_files(in, r, a);
	return true;
}

/* The address that hears what becomes of a reply; NULL: none is known. */
static const char *
callback_of(const struct web_req *r, struct arena *a)
{
	CLEANUP(buf_fini) struct buf url = BUF_INIT(2 * LIMIT_URL);
	const char *ref = log_turn_now();

	if (r->url == NULL)
		return NULL;
	buf_str(&url, r->url);
	letter_callback(&url, *ref != '\0' ? ref : NULL, NULL);
	return buf_ok(&url) ? arena_strndup(a, url.data, url.len) : NULL;
}

/* Without the address when the document would be too long with it. */
static bool
answer_twiml(struct web_answer *ans, const struct reply *reply, const char *callback,
    struct arena *a, struct err *e)
{
	CLEANUP(buf_fini) struct buf doc = BUF_INIT(LIMIT_TWIML);
	struct twiml_message *messages =
	    arena_alloc(a, (reply->n + 1) * sizeof(*messages));

	for (size_t i = 0; i < reply->n; i++)
		messages[i] = (struct twiml_message){ .text = reply->messages[i].text,
			.media = reply->messages[i].media,
			.n_media = reply->messages[i].n_media,
			.status_callback = callback };
	twiml_messages(&doc, messages, reply->n);
	if (!buf_ok(&doc) && callback != NULL)
		return answer_twiml(ans, reply, NULL, a, e);
	if (!buf_ok(&doc))
		return err_set(
		    e, ERR_IO, 0, "reply over %d bytes of TwiML", LIMIT_TWIML);
	ans->content_type = TWIML_CONTENT_TYPE;
	ans->body = arena_strndup(a, doc.data, doc.len);
	ans->len = doc.len;
	return true;
}

/* Who waits, and where it is heard what becomes of his answer. */
struct caller {
	struct web_worker *w;
	const char *callback;
};

/* struct turn's answer: whoever waits has it now, though the turn goes on. */
static bool
answer_caller(void *arg, const struct reply *reply)
{
	const struct caller *c = arg;
	struct web_answer ans = { .status = 200 };
	struct err e;

	if (answer_twiml(&ans, reply, c->callback, c->w->arena, &e))
		return web_answer_now(c->w, &ans);
	LOG(LOG_ERROR, "web", "reply cannot be said", LS("why", e.text),
	    LH(HINT_CONTENT));
	return false;
}

static enum turn_road
road_of(const struct cfg *cfg)
{
	const char *word = cfg_str(cfg, CFG_TWILIO_REPLY);

	if (strcmp(word, "twiml") == 0)
		return ROAD_RESPONSE;
	return strcmp(word, "rest") == 0 ? ROAD_QUEUE : ROAD_AS_IT_FITS;
}

/* When the user is asked for a moment; 0: never. */
static int64_t
notice_ms_of(const struct web_req *r)
{
	int64_t after_ms = cfg_int(r->cfg, CFG_TWILIO_HOLDING_NOTICE_MS);

	return after_ms == 0 ? 0 : r->accepted_ms + after_ms;
}

bool
on_twilio_message(struct web_worker *w, const struct web_req *r, struct web_answer *ans,
    struct err *e)
{
	struct caller caller = { w, callback_of(r, w->arena) };
	struct turn t = {
		.conf = r->conf,
		.env = r->env,
		.http = w->http,
		.arena = w->arena,
		.reply_ms =
		    r->accepted_ms + cfg_int(r->cfg, CFG_TWILIO_REPLY_DEADLINE_MS),
		.until_ms = r->accepted_ms + LIMIT_TURN_MS,
		.notice_ms = notice_ms_of(r),
		.road = road_of(r->cfg),
		.answer = answer_caller,
		.arg = &caller,
	};
	struct inbound in = { 0 };
	struct reply reply = { 0 };

	if (!read_inbound(&in, r, w->arena, e))
		return false;
	if (dialog_turn(w->web->dialog, &t, &in, &reply, e) == TURN_FAILED)
		return false;
	return w->io == NULL || answer_twiml(ans, &reply, caller.callback, w->arena, e);
}

/* News as the dialogue wants them. */
static struct deliver_news
news_of(const struct twilio_report *report, const struct web_req *r, struct arena *a)
{
	struct deliver_news news = {
		.id = report->sid,
		.settled = twilio_status_is_out(report->status) ||
		    twilio_status_is_lost(report->status),
	};

	if (*report->from != '\0' && *report->to != '\0')
		news.conv_id = channel_conv_id(
		    a, r->env, twilio_session_id(a, report->from, report->to));
	if (twilio_code(report->code)->why == TWILIO_WHY_OPTED_OUT)
		news.stop = arena_printf(a, "%d", report->code);
	return news;
}

static void
count_report(enum twilio_status status)
{
	const char *name = twilio_status_name(status);

	metrics_count(M_DELIVERY_REPORTS,
	    metrics_label(
		metric_rows[M_DELIVERY_REPORTS].a, name, strlen(name), M_STATUS_other),
	    0);
}

bool
on_twilio_status(struct web_worker *w, const struct web_req *r, struct web_answer *ans,
    struct err *e)
{
	const char *ref = form_get(&r->query, WEB_QUERY_REF);
	const char *ticket = form_get(&r->query, WEB_QUERY_TICKET);
	struct twilio_report report;
	struct deliver_news news;

	(void)ans;
	if (ref != NULL)
		log_turn(ref);
	log_ticket(ticket != NULL ? ticket : "");
	if (!twilio_report_read(&report, &r->form)) {
		LOG(LOG_DEBUG, "web", "status of nothing we know");
		return true;
	}
	twilio_report_log(&report);
	count_report(report.status);
	news = news_of(&report, r, w->arena);
	return deliver_hears(w->web->dialog, r->cfg, &news, e);
}
