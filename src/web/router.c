/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One public URL takes everything: a request is told apart by method, content type, headers
 * and what stands in its query and body. The row says which proof comes before the handler.
 */
#include "config.h"

#include <string.h>

#include "base/crypto.h"
#include "base/hint.h"
#include "base/log.h"
#include "base/metrics.h"
#include "conf/conf.h"
#include "http/http.h"
#include "hyperchat/member.h"
#include "web/counted.h"
#include "web/handlers.h"
#include "web/io.h"
#include "web/proof.h"
#include "web/record.h"
#include "web/request.h"
#include "web/router.h"
#include "web/web.h"

enum { ANY_BODY = -1 };

struct route {
	const char *name;
	enum metric_ROUTE counted;
	enum web_method method;
	int body; /* enum web_body, or ANY_BODY */
	bool (*is)(const struct web_req *r); /* what else it takes */
	web_proof_fn *proof; /* NULL: the handler's own, a token or a first secret */
	web_handler_fn *handler;
};

static bool
has_query(const struct web_req *r, const char *name)
{
	return form_find(&r->query, name) != NULL;
}

static bool
has_field(const struct web_req *r, const char *name)
{
	return form_find(&r->form, name) != NULL;
}

/* At the top level, once; what the text is worth is found out when it is parsed. */
static bool
has_member(const struct web_req *r, const char *name)
{
	size_t at, n;

	return r->kind == WEB_JSON &&
	    hyperchat_member_range(r->body, r->body_len, name, &at, &n);
}

static bool
is_media(const struct web_req *r)
{
	return has_query(r, WEB_QUERY_MEDIA);
}

static bool
is_event(const struct web_req *r)
{
	return has_member(r, "trigger");
}

static bool
is_handshake(const struct web_req *r)
{
	return r->hook_secret != NULL && !is_event(r);
}

static bool
is_message(const struct web_req *r)
{
	return has_field(r, "AccountSid");
}

/* Whose "trigger" is none is looked at as an event, if it has both. */
static bool
is_ticket(const struct web_req *r)
{
	size_t at, n;

	return r->kind == WEB_JSON &&
	    hyperchat_member_range(r->body, r->body_len, "events", &at, &n) &&
	    r->body[at] == '[' && !is_event(r);
}

static bool
is_challenge(const struct web_req *r)
{
	return r->challenge != NULL;
}

/* A message that came in has a Body, if an empty one. */
static bool
is_status(const struct web_req *r)
{
	return is_message(r) && !has_field(r, "Body") &&
	    (has_field(r, "MessageStatus") || has_query(r, WEB_QUERY_STATUS));
}

static bool
is_watch(const struct web_req *r, const char *name)
{
	size_t len = strlen(r->path), n = strlen(name);

	return has_query(r, name) ||
	    (len > n && r->path[len - n - 1] == '/' &&
		strcmp(r->path + len - n, name) == 0);
}

static bool
is_health(const struct web_req *r)
{
	return is_watch(r, WEB_HEALTH);
}

static bool
is_metrics(const struct web_req *r)
{
	return is_watch(r, WEB_METRICS);
}

/* The first row that fits is taken. */
static const struct route routes[] = {
	{ "media", M_ROUTE_media, WEB_GET, ANY_BODY, is_media, NULL, on_media },
	{ "media", M_ROUTE_media, WEB_HEAD, ANY_BODY, is_media, NULL, on_media },
	{ "challenge", M_ROUTE_challenge, WEB_GET, ANY_BODY, is_challenge, proof_ticket,
	    on_ticket_challenge },
	{ "handshake", M_ROUTE_handshake, WEB_POST, ANY_BODY, is_handshake, NULL,
	    on_agent_handshake },
	{ "event", M_ROUTE_event, WEB_POST, WEB_JSON, is_event, proof_agent_event,
	    on_agent_event },
	{ "ticket", M_ROUTE_ticket, WEB_POST, WEB_JSON, is_ticket, proof_ticket,
	    on_ticket },
	{ "status", M_ROUTE_status, WEB_POST, WEB_FORM, is_status, proof_twilio,
	    on_twilio_status },
	{ "message", M_ROUTE_message, WEB_POST, WEB_FORM, is_message, proof_twilio,
	    on_twilio_message },
	{ "health", M_ROUTE_health, WEB_GET, ANY_BODY, is_health, proof_monitor,
	    on_health },
	{ "health", M_ROUTE_health, WEB_HEAD, ANY_BODY, is_health, proof_monitor,
	    on_health },
	{ "metrics", M_ROUTE_metrics, WEB_GET, ANY_BODY, is_metrics, proof_monitor,
	    on_metrics },
};

static const struct route *
find_route(const struct web_req *r)
{
	for (size_t i = 0; i < NELEMS(routes); i++) {
		const struct route *row = &routes[i];

		if (row->method == r->method &&
		    (row->body == ANY_BODY || row->body == (int)r->kind) && row->is(r))
			return row;
	}
	return NULL;
}

const char *
web_route_name(const struct web_req *r)
{
	const struct route *row = find_route(r);

	return row != NULL ? row->name : NULL;
}

/*
 * What each kind of error means to the caller; the words are all he learns. An error of
 * input may name a finer status.
 */
static void
answer_error(struct web_answer *ans, const struct err *e)
{
	static const struct {
		int status;
		const char *body;
	} answers[] = {
		[ERR_NONE] = { 500, "internal error\n" },
		[ERR_INPUT] = { 400, "bad request\n" },
		[ERR_TOO_BIG] = { 413, "too large\n" },
		[ERR_DENIED] = { 403, "forbidden\n" },
		[ERR_CONFIG] = { 503, "unavailable\n" },
		[ERR_UPSTREAM] = { 503, "unavailable\n" },
		[ERR_TIMEOUT] = { 503, "unavailable\n" },
		[ERR_IO] = { 503, "unavailable\n" },
	};

	ans->status = answers[e->kind].status;
	if (e->kind == ERR_INPUT && e->code != 0)
		ans->status = e->code;
	ans->content_type = "text/plain; charset=utf-8";
	ans->body = ans->status == 404 ? "not found\n" : answers[e->kind].body;
	ans->len = strlen(ans->body);
}

static bool
dispatch(struct web_worker *w, struct web_req *r, struct web_answer *ans, struct err *e)
{
	const struct route *row = find_route(r);

	w->route = row != NULL ? row->counted : M_ROUTE_none;
	if (row != NULL && row->proof != NULL) {
		if (!row->proof(w, r, e))
			return false;
		web_record(r, row->name);
	}
	if (row != NULL)
		return row->handler(w, r, ans, e);
	if (r->method == WEB_POST)
		return err_set(e, ERR_INPUT, 0, "no webhook we know has such a body");
	ans->headers = is_media(r) ? "Allow: GET, HEAD\r\n" : "Allow: POST\r\n";
	return err_set(e, ERR_INPUT, 405,
	    is_media(r) ? "files are fetched by GET" : "only POST is a webhook");
}

bool
web_answer_now(struct web_worker *w, const struct web_answer *ans)
{
	struct web_io *io = w->io;
	bool there;

	if (io == NULL)
		return false;
	w->io = NULL;
	w->status = ans->status;
	counted_answer(w);
	there = web_answer_write(ans, io);
	io->end(io);
	if (!there)
		LOG(LOG_WARN, "web", "caller left before the answer",
		    LI("status", ans->status), LH(HINT_LEFT));
	return there;
}

/* Strangers knock at every public address: that is told apart from what is ours to mend. */
static const char *
refused_hint(const struct err *e)
{
	switch (e->kind) {
	case ERR_DENIED:
		return "nothing to do if a stranger called; is it Twilio, HyperChat or "
		       "Messenger, why= says which key or address to mend";
	case ERR_INPUT:
	case ERR_TOO_BIG:
		return "nothing to do if a stranger called; botline(8) has what is taken, and "
		       "how large";
	case ERR_TIMEOUT:
		return "nothing to do once; often: an upstream hangs or the host is "
		       "overloaded; Twilio may say the message again";
	default:
		return err_hint(e);
	}
}

/* The handler, or what comes before it, has failed; who asked may have his answer already. */
static void
refuse(struct web_worker *w, const struct web_req *r, struct web_answer *ans,
    struct err *e)
{
	enum log_level level = e->kind == ERR_IO ? LOG_ERROR : LOG_WARN;

	answer_error(ans, e);
	counted_refusal(w, e);
	if (w->io != NULL)
		LOG(level, "web", "request refused", LI("status", ans->status),
		    LS("why", e->text), LS("host", r->host), LS("path", r->path),
		    LH(refused_hint(e)));
	else
		LOG(level, "web", "failed after the answer", LS("why", e->text),
		    LS("path", r->path), LH(err_hint(e)));
}

void
web_serve(struct web_worker *w, struct web_io *io)
{
	struct web_answer ans = {
		.status = 200, .content_type = "text/plain; charset=utf-8", .body = ""
	};
	struct conf *conf = conf_box_get(w->web->conf);
	struct web_req r = { 0 };
	struct err e = { 0 };
	char id[17];

	random_hex(id, 8);
	log_turn(id);
	w->io = io;
	w->route = M_ROUTE_none;
	w->accepted_ms = clock_mono_ms(w->web->clock);
	if (!web_read(&r, io, w->arena, conf, w->web->clock, &e) ||
	    !dispatch(w, &r, &ans, &e))
		refuse(w, &r, &ans, &e);
	ans.head_only = r.method == WEB_HEAD;
	if (w->io != NULL)
		web_answer_now(w, &ans);
	counted_end(w);
	LOG(LOG_DEBUG, "web", "request served", LI("status", w->status),
	    LS("path", r.path), LI("ms", clock_mono_ms(w->web->clock) - r.accepted_ms));
	if (ans.file != NULL)
		on_media_end(w, ans.file);
	log_turn("");
	conf_unref(conf);
	arena_reset(w->arena);
}

void
web_worker_init(struct web_worker *w, const struct web *web)
{
	*w = (struct web_worker){
		.web = web, .http = http_new(web->http), .arena = arena_new()
	};
}

void
web_worker_fini(struct web_worker *w)
{
	http_free(w->http);
	arena_free(w->arena);
}
