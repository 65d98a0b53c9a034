/* SPDX-License-Identifier: Apache-2.0 */
/* The way to the parts: credentials, paths, bodies. */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "sandbox/calls.h"
#include "sandbox/faults.h"
#include "sandbox/hyper_rest.h"
#include "sandbox/paths.h"
#include "sandbox/sandbox.h"

enum { LEAKS_MAX = 200 };

enum need { NEEDS_APP, NEEDS_SECRET };
/* GIVES_FILE: no body; runs without the lock, since it may take its time. */
enum takes { NO_BODY, JSON_BODY, ANY_BODY, GIVES_FILE };

/* A * in a path stands for an id. Source: Inbenta, "HyperChat API". */
static const struct rest {
	const char *method, *path;
	enum need need;
	enum takes takes;
	const char *call; /* in /sandbox/calls */
	hyper_fn *run;
} rests[] = {
	{ "GET", "settings", NEEDS_APP, NO_BODY, "hc.settings", hyper_settings_get },
	{ "GET", "agents/available", NEEDS_APP, NO_BODY, "hc.agents.available",
	    hyper_agents_available },
	{ "GET", "agents/online", NEEDS_APP, NO_BODY, "hc.agents.online",
	    hyper_agents_online },
	{ "POST", "users", NEEDS_APP, JSON_BODY, "hc.users.create",
	    hyper_users_create },
	{ "GET", "users", NEEDS_SECRET, NO_BODY, "hc.users.find", hyper_users_find },
	{ "GET", "users/*", NEEDS_SECRET, NO_BODY, "hc.users.get", hyper_users_get },
	{ "PUT", "users/*", NEEDS_SECRET, JSON_BODY, "hc.users.put", hyper_users_put },
	{ "POST", "users/*/activity", NEEDS_SECRET, JSON_BODY, "hc.users.activity",
	    hyper_users_activity },
	{ "POST", "chats", NEEDS_SECRET, JSON_BODY, "hc.chats.create",
	    hyper_chats_create },
	{ "GET", "chats/*", NEEDS_SECRET, NO_BODY, "hc.chats.get", hyper_chats_get },
	{ "GET", "chats/*/assign", NEEDS_SECRET, NO_BODY, "hc.chats.assign",
	    hyper_chats_assign },
	{ "DELETE", "chats/*", NEEDS_SECRET, ANY_BODY, "hc.chats.delete",
	    hyper_chats_delete },
	{ "POST", "chats/*/messages", NEEDS_SECRET, JSON_BODY, "hc.messages.post",
	    hyper_messages_post },
	{ "GET", "chats/*/messages", NEEDS_SECRET, NO_BODY, "hc.messages.get",
	    hyper_messages_get },
	{ "GET", "chats/*/history", NEEDS_SECRET, NO_BODY, "hc.history.get",
	    hyper_history_get },
	{ "POST", "chats/*/history", NEEDS_SECRET, JSON_BODY, "hc.history.post",
	    hyper_history_post },
	{ "POST", "media", NEEDS_SECRET, ANY_BODY, "hc.media.post", hyper_media_post },
	{ "GET", "media/*", NEEDS_SECRET, GIVES_FILE, "hc.media.get", hyper_media_get },
	{ "GET", "surveys/*", NEEDS_SECRET, ANY_BODY, "hc.surveys.get",
	    hyper_surveys_get },
};

void
hyper_refuses(struct reply *r, int status, const char *fmt, ...)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(1024);
	js *o = json_object_new_object(), *error = json_object_new_object();
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	hyper_set_int(error, "code", status);
	hyper_set(error, "message", b.data);
	json_object_object_add(o, "error", error);
	reply_json(r, status, o);
}

void
hyper_answers(struct reply *r, const char *name, js *value)
{
	js *o = json_object_new_object();

	json_object_object_add(o, name, value);
	reply_json(r, 200, o);
}

static const struct rest *
find(const struct request *q, const char **id)
{
	const char *path = q->path + strlen("/hyperchat/v1/");

	for (size_t i = 0; i < NELEMS(rests); i++)
		if (strcmp(rests[i].method, q->method) == 0 &&
		    path_fits(q->arena, rests[i].path, path, id))
			return &rests[i];
	return NULL;
}

static bool
is_credential(const struct sandbox *sb, const char *name, const char *value)
{
	static const char *const names[] = { "secret", "appid", "x-hyper-secret",
		"x-hyper-appid", "token", "x-hyper-token" };

	for (size_t i = 0; i < NELEMS(names); i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	return strcmp(value, sb->opts->hyper_secret) == 0;
}

/* Credentials in an address end in logs: noted, for tests to find none. */
static bool
leaks_locked(struct hyper *h, const struct request *q)
{
	CLEANUP(js_putp) js *args = request_query(q);
	js *leak;

	if (args == NULL)
		return false;
	json_object_object_foreach(args, name, value)
	{
		if (!is_credential(h->sb, name, json_object_get_string(value)))
			continue;
		leak = json_object_new_object();
		hyper_set(leak, "path", q->path);
		hyper_set(leak, "argument", name);
		if (json_object_array_length(h->leaks) < LEAKS_MAX)
			json_object_array_add(h->leaks, leak);
		else
			js_putp(&leak);
		return true;
	}
	return false;
}

static bool
may_pass_locked(
    struct hyper *h, const struct rest *rest, const struct request *q, struct reply *r)
{
	const char *app = request_header(q, "x-hyper-appid");
	const char *secret = request_header(q, "x-hyper-secret");

	if (leaks_locked(h, q))
		hyper_refuses(r, 403, "Credentials belong in headers");
	else if (app == NULL || strcmp(app, h->sb->opts->hyper_app_id) != 0)
		hyper_refuses(r, 401, "Unauthorized");
	else if (rest->need == NEEDS_SECRET &&
	    (secret == NULL || strcmp(secret, h->sb->opts->hyper_secret) != 0))
		hyper_refuses(r, 403, "Forbidden");
	else
		return true;
	return false;
}

static js *
body_of(const struct request *q, struct reply *r)
{
	js *o = NULL;
	struct err e;

	if (!request_is_type(q, "application/json"))
		hyper_refuses(r, 400, "Content-Type must be application/json");
	else if (!js_parse(q->body, q->body_len, &o, &e))
		hyper_refuses(r, 400, "Malformed JSON");
	else if (!json_object_is_type(o, json_type_object))
		hyper_refuses(r, 400, "The body must be a JSON object");
	else
		return o;
	js_putp(&o);
	return NULL;
}

static void
work(struct sandbox *sb, const struct rest *rest, const char *id,
    const struct request *q, struct reply *r)
{
	struct hyper_call c = { sb->hyper, q, r, id, NULL };
	bool waits = rest->takes == GIVES_FILE, good;

	pthread_mutex_lock(&sb->hyper->lock);
	good = may_pass_locked(sb->hyper, rest, q, r);
	if (good && (rest->takes == NO_BODY || waits) && q->body_len > 0) {
		hyper_refuses(r, 400, "A body is not for this call");
		good = false;
	}
	if (good && rest->takes == JSON_BODY)
		good = (c.body = body_of(q, r)) != NULL;
	if (good && !waits)
		rest->run(&c);
	js_putp(&c.body); /* the state may hold parts of it: within the lock */
	pthread_mutex_unlock(&sb->hyper->lock);
	if (good && waits)
		rest->run(&c);
}

void
hyper_rest(struct sandbox *sb, const struct request *q, struct reply *r)
{
	const char *id = NULL;
	const struct rest *rest = find(q, &id);
	const char *name = rest != NULL ? rest->call : "hc.unknown";
	int64_t n = calls_begin(sb->calls, name, q);
	struct fault f;

	faults_take(sb->faults, name, &f);
	if (!fault_replaces(&f)) {
		if (rest != NULL)
			work(sb, rest, id, q, r);
		else
			hyper_refuses(r, 404, "Not Found");
	}
	fault_apply(&f, q, r);
	calls_end(sb->calls, n, r->way == REPLY_HANG_UP ? 0 : r->status);
}

js *
hyper_open_chat(const struct hyper_call *c, const char *id)
{
	js *chat = id != NULL ? hyper_chat(c->h, id) : NULL;

	if (chat == NULL)
		hyper_refuses(c->r, 404, "Chat not found");
	else if (hyper_is_status(chat, "closed"))
		hyper_refuses(c->r, 400, "Chat is closed");
	else
		return chat;
	return NULL;
}
