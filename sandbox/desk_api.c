/* SPDX-License-Identifier: Apache-2.0 */
/* What agents do at the desk: the desk page and tests ask for it here. */
#include "config.h"

#include <string.h>

#include "base/xalloc.h"
#include "sandbox/blobs.h"
#include "sandbox/events.h"
#include "sandbox/hyper_inner.h"
#include "sandbox/office.h"
#include "sandbox/sandbox.h"
#include "sandbox/static.h"

enum { DESK_FILE_BYTES = 16 * 1024 * 1024, DESK_NAME_BYTES = 255 };

/* One act, its parts found. */
struct act {
	struct hyper *h; /* locked */
	js *body, *chat, *agent;
	const struct request *q;
	struct reply *r;
	js *result; /* the answer's, NULL: none */
};

/* Returns NULL, or why not. */
typedef const char *act_fn(struct act *a);

static const char *
act_accept(struct act *a)
{
	if (hyper_list_has(js_arr(a->chat, "agents"), js_str(a->agent, "id", "")))
		return "the agent is in the chat already";
	flow_accept(a->h, a->chat, a->agent);
	return NULL;
}

static const char *
act_refuse(struct act *a)
{
	if (strcmp(js_str(a->chat, "invited", ""), js_str(a->agent, "id", "")) != 0)
		return "the agent was not asked";
	flow_refuse(a->h, a->chat, a->agent);
	return NULL;
}

static bool
is_full(const struct act *a)
{
	return json_object_array_length(js_arr(a->chat, "messages")) >= HYPER_MESSAGES;
}

static const char *
act_say(struct act *a)
{
	const char *text = js_str(a->body, "text", "");

	if (*text == '\0' || strlen(text) > HYPER_TEXT_BYTES)
		return "text is missing or too long";
	if (is_full(a))
		return "the chat has too many messages";
	a->result =
	    json_object_get(flow_say(a->h, a->chat, js_str(a->agent, "id", ""), text));
	return NULL;
}

static const char *
act_count(struct act *a)
{
	return flow_count(a->h, a->chat, a->agent,
	    js_str(a->body, "text", "Agent text"), js_int(a->body, "texts", 1),
	    js_int(a->body, "ms", 0));
}

static const char *
act_typing(struct act *a)
{
	flow_typing(a->h, a->chat, a->agent,
	    js_bool(a->body, "on", true) ? "writing" : "not-writing");
	return NULL;
}

static const char *
act_close(struct act *a)
{
	flow_close(a->h, a->chat, js_str(a->agent, "id", ""), NULL);
	return NULL;
}

/* The bytes of a file: of the pages ("file"), or given ("data", base64; "text"). */
static const char *
read_file(struct act *a, struct buf *out, const char **type)
{
	const char *file = js_str(a->body, "file", NULL);
	const char *data = js_str(a->body, "data", NULL);
	const char *text = js_str(a->body, "text", "");
	unsigned char *bytes;
	size_t len = 0;

	if (file != NULL)
		return static_read(a->h->sb, file, out, type) ? NULL
							      : "there is no such file";
	if (data == NULL) {
		buf_str(out, text);
		return NULL;
	}
	bytes = base64_bytes(data, strlen(data), &len);
	if (bytes == NULL)
		return "data must be base64, and not empty";
	buf_add(out, bytes, len);
	freep(&bytes);
	return buf_ok(out) ? NULL : "the file is too large";
}

static const char *
act_media(struct act *a)
{
	CLEANUP(buf_fini) struct buf file = BUF_INIT(DESK_FILE_BYTES);
	struct arena *mem = a->q->arena;
	const char *type = "application/octet-stream", *why, *name, *id;
	struct blob b;
	js *media;

	if (is_full(a))
		return "the chat has too many messages";
	why = read_file(a, &file, &type);
	if (why != NULL)
		return why;
	type = js_str(a->body, "type", type);
	name = js_str(a->body, "name", js_str(a->body, "file", "file"));
	if (!is_media_type(type) || strlen(name) > DESK_NAME_BYTES)
		return "type must be one such as image/png, and name not too long";
	id = hyper_id(a->h, mem, 'M');
	b = (struct blob){ id, name, type, file.data, file.len,
		js_obj(a->body, "serve") };
	blobs_put(a->h->sb->media, &b);
	media = json_object_new_object();
	hyper_set(
	    media, "url", js_str(a->body, "url", arena_printf(mem, "/media/%s", id)));
	hyper_set(media, "type", type);
	hyper_set(media, "name", name);
	a->result = json_object_get(
	    flow_media(a->h, a->chat, js_str(a->agent, "id", ""), media));
	js_putp(&media);
	return NULL;
}

static const char *
act_online(struct act *a)
{
	flow_online(a->h, a->agent, js_bool(a->body, "on", true));
	return NULL;
}

static const char *
act_queue(struct act *a)
{
	a->h->queue = js_bool(a->body, "on", true);
	flow_team(a->h);
	return NULL;
}

static const char *
act_end(struct act *a)
{
	flow_close(a->h, a->chat, "system", js_str(a->body, "reason", NULL));
	return NULL;
}

static const char *
act_alone(struct act *a)
{
	flow_alone(a->h, a->chat);
	return NULL;
}

static const char *
act_ticket(struct act *a)
{
	int64_t id = js_int(a->body, "ticket", 0);

	/* One that Messenger has never seen, or the real one. */
	if (id > 0)
		flow_info(a->h, a->chat, id);
	else
		id = flow_ticket(a->h, a->chat);
	if (id == 0)
		return "there are too many tickets";
	a->result = json_object_new_object();
	hyper_set_int(a->result, "ticket", id);
	return NULL;
}

static const char *
act_reply(struct act *a)
{
	return office_reply(a->h->sb->office, js_int(a->body, "ticket", 0),
	    js_str(a->agent, "id", ""), js_str(a->body, "text", ""));
}

static const char *
act_open(struct act *a)
{
	office_set_open(a->h->sb->office, js_bool(a->body, "on", true));
	return NULL;
}

static const char *
act_survey(struct act *a)
{
	office_set_asking(a->h->sb->office, js_bool(a->body, "on", true));
	return NULL;
}

static const char *
act_source(struct act *a)
{
	hyper_set_int(a->chat, "source", js_int(a->body, "source", 0));
	return NULL;
}

/* Over, and nobody is told. */
static const char *
act_hush(struct act *a)
{
	hyper_set(a->chat, "status", "closed");
	hyper_set_int(a->chat, "inQueue", 0);
	return NULL;
}

/* As if it had never been. */
static const char *
act_lose(struct act *a)
{
	js *o = json_object_new_object();

	json_object_object_add(o, "lost", json_object_new_boolean(1));
	events_add(a->h->sb->desk, js_str(a->chat, "id", ""), "lost", NULL, o);
	json_object_object_del(a->h->chats, js_str(a->chat, "id", ""));
	a->chat = NULL;
	return NULL;
}

enum { CHAT = 1, OPEN = 2, AGENT = 4, MEMBER = 8 };

/* MEMBER: the agent is in the chat, and who has none to name is the only one there. */
static const struct {
	const char *name;
	int needs;
	act_fn *run;
} acts[] = {
	{ "accept", CHAT | OPEN | AGENT, act_accept },
	{ "refuse", CHAT | OPEN | AGENT, act_refuse },
	{ "say", CHAT | OPEN | MEMBER, act_say },
	{ "count", CHAT | OPEN | MEMBER, act_count },
	{ "media", CHAT | OPEN | MEMBER, act_media },
	{ "typing", CHAT | OPEN | MEMBER, act_typing },
	{ "close", CHAT | OPEN | MEMBER, act_close },
	{ "online", AGENT, act_online },
	{ "queue", 0, act_queue },
	{ "end", CHAT | OPEN, act_end },
	{ "alone", CHAT | OPEN, act_alone },
	{ "ticket", CHAT, act_ticket },
	{ "reply", AGENT, act_reply },
	{ "open", 0, act_open },
	{ "survey", 0, act_survey },
	{ "source", CHAT, act_source },
	{ "hush", CHAT | OPEN, act_hush },
	{ "lose", CHAT, act_lose },
};

static const char *
find_agent(struct act *a, int needs)
{
	const char *id = js_str(a->body, "agent", NULL);
	js *members = a->chat != NULL ? js_arr(a->chat, "agents") : NULL;

	if (id == NULL && (needs & MEMBER) && json_object_array_length(members) > 0)
		id = json_object_get_string(json_object_array_get_idx(
		    members, json_object_array_length(members) - 1));
	a->agent = id != NULL ? hyper_user(a->h, id) : NULL;
	if (a->agent == NULL || !hyper_is_agent(a->agent))
		return needs & MEMBER ? "no agent is in the chat"
				      : "there is no such agent";
	if ((needs & MEMBER) && !hyper_list_has(members, id))
		return "the agent is not in the chat";
	return NULL;
}

static const char *
run_act(struct act *a, int needs, act_fn *run)
{
	const char *id = js_str(a->body, "chat", ""), *why = NULL;

	if (needs & CHAT) {
		a->chat = hyper_chat(a->h, id);
		if (a->chat == NULL)
			return "there is no such chat";
	}
	if ((needs & OPEN) && hyper_is_status(a->chat, "closed"))
		return "the chat is closed";
	if (needs & (AGENT | MEMBER))
		why = find_agent(a, needs);
	return why != NULL ? why : run(a);
}

void
desk_act(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	struct act a = { .h = sb->hyper, .body = body, .q = q, .r = r };
	const char *name = js_str(body, "do", ""), *why = NULL;
	size_t i = 0;

	while (i < NELEMS(acts) && strcmp(acts[i].name, name) != 0)
		i++;
	if (body == NULL || !blob_serve_fits(js_get(body, "serve"), r))
		return;
	if (i == NELEMS(acts)) {
		reply_error(r, 400, "\"%.40s\" is nothing that can be done", name);
		return;
	}
	pthread_mutex_lock(&sb->hyper->lock);
	why = run_act(&a, acts[i].needs, acts[i].run);
	if (why != NULL)
		reply_error(r, 409, "%s", why);
	else if (a.result != NULL)
		reply_json(r, 200, a.result);
	else
		r->status = 204;
	pthread_mutex_unlock(&sb->hyper->lock);
}

void
desk_state(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct hyper *h = sb->hyper;
	js *list = json_object_new_array(), *o;

	pthread_mutex_lock(&h->lock);
	o = hyper_team_view(h);
	json_object_object_foreach(h->chats, id, chat)
	{
		(void)id;
		json_object_array_add(list, hyper_desk_view(h, chat, true));
	}
	json_object_object_add(o, "chats", list);
	office_show(sb->office, o);
	hyper_set(o, "base", sandbox_url(sb, q));
	hyper_set(o, "webhook", sb->opts->webhook != NULL ? sb->opts->webhook : "");
	hyper_set_int(o, "last", events_last(sb->desk));
	reply_json(r, 200, o);
	pthread_mutex_unlock(&h->lock);
}

void
desk_events(struct sandbox *sb, const struct request *q, struct reply *r)
{
	r->status = 200;
	r->type = "application/json";
	events_list(sb->desk, request_arg_int(q, "since", 0),
	    request_arg_int(q, "wait_ms", 0), true, request_arg_int(q, "max", 0),
	    &r->body);
}

void
desk_media(struct sandbox *sb, const struct request *q, struct reply *r)
{
	if (!blobs_serve(sb->media, strrchr(q->path, '/') + 1, false, q, r))
		reply_error(r, 404, "there is no such file any more");
}
