/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "bot/bot_inbenta.h"
#include "conf/cfg.h"
#include "inbenta/appdata.h"
#include "inbenta/auth.h"
#include "inbenta/chat.h"
#include "inbenta/events.h"
#include "inbenta/history.h"
#include "inbenta/token.h"
#include "inbenta/variables.h"

enum { MEMORY_VERSION = 1, MEMORY_MAX = 2 * LIMIT_TOKEN + 128 };

struct engine {
	struct inbenta_auth *auth;
	struct inbenta_appdata *appdata;
	const struct clock *clock;
};

static void *
engine_open(struct store *store, const struct clock *clock)
{
	struct engine *self = xcalloc(1, sizeof(*self));

	self->auth = inbenta_auth_new(store, clock);
	self->appdata = inbenta_appdata_new(store, clock);
	self->clock = clock;
	return self;
}

static void
engine_close(void *arg)
{
	struct engine *self = arg;

	inbenta_appdata_free(self->appdata);
	inbenta_auth_free(self->auth);
	free(self);
}

/* A memory that cannot be read costs the user no more than a new session. */
static struct inbenta_session
recall(const char *memory, struct arena *a)
{
	struct inbenta_session s = { 0 };
	CLEANUP(js_putp) js *root = NULL;
	const char *token;
	struct err e;

	if (memory == NULL)
		return s;
	if (!js_parse(memory, strlen(memory), &root, &e) ||
	    js_int(root, "v", 0) != MEMORY_VERSION) {
		LOG(LOG_WARN, "bot", "memory of the conversation is unknown",
		    LH("nothing to do: another version wrote it, the bot begins a "
		       "new session"));
		return s;
	}
	token = js_str(root, "token", "");
	if (!inbenta_token_ok(token))
		return s;
	s.token = arena_strdup(a, token);
	s.used_at = js_int(root, "used", 0);
	return s;
}

static const char *
memorise(const struct inbenta_session *s, struct arena *a)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(MEMORY_MAX);
	const char *token = s->token != NULL ? s->token : "";

	buf_printf(&b, "{\"v\":%d", MEMORY_VERSION);
	js_put_text(&b, ",\"token\":", token);
	buf_printf(&b, ",\"used\":%lld}", (long long)s->used_at);
	return arena_strdup(a, b.data);
}

/* What goes back for an option; NULL when its label is said instead. */
static const char *
option_value(const struct bot_option *o)
{
	CLEANUP(js_putp) js *value = NULL;
	struct err e;

	if (o == NULL || o->as_text || o->value == NULL || o->value[0] == '\0')
		return NULL;
	/* It was kept by others meanwhile and goes into a body as it is. */
	if (!js_parse(o->value, strlen(o->value), &value, &e)) {
		LOG(LOG_WARN, "bot", "value of an option is damaged", LS("why", e.text),
		    LH("nothing to do: its label is said instead"));
		return NULL;
	}
	return o->value;
}

/* One call of the dialogue, as the calls of inbenta want it. */
struct using
{
	struct inbenta_account account;
	struct inbenta_profile profile;
	struct inbenta_call call;
	struct inbenta_session session; /* of those that belong to a conversation */
};

static void
use(struct using *u, const struct engine *self, const struct bot_call *call)
{
	u->account = inbenta_account_of(call->cfg);
	u->profile = inbenta_profile_of(call->cfg, call->env, call->arena);
	u->call = (struct inbenta_call){ .http = call->http,
		.auth = self->auth,
		.account = &u->account,
		.profile = &u->profile,
		.clock = self->clock,
		.arena = call->arena,
		.until_ms = call->until_ms };
}

static struct inbenta_say
to_say(const struct bot_input *in)
{
	if (in->welcome)
		return (struct inbenta_say){ .direct_call = INBENTA_WELCOME };
	if (in->to_agent != BOT_AGENT_UNASKED)
		return (struct inbenta_say){ .direct_call = INBENTA_ESCALATE,
			.variable = "agents_available",
			.value = in->to_agent == BOT_AGENT_THERE ? "true" : "false" };
	return (
	    struct inbenta_say){ .text = in->text, .option = option_value(in->option) };
}

/* What answers the wish for an agent may have its settings, and would be a wish again. */
static void
drop_wishes(struct bot_result *r, struct arena *a)
{
	struct bot_answer *to;

	if (r->n == 0)
		return;
	to = arena_alloc(a, r->n * sizeof(*to));
	for (size_t i = 0; i < r->n; i++) {
		to[i] = r->answers[i];
		to[i].wants_agent = false;
	}
	r->answers = to;
}

static bool
engine_ask(void *arg, const struct bot_call *call, const struct bot_input *in,
    struct bot_result *out, struct err *e)
{
	struct inbenta_say say = to_say(in);
	struct bot_result got = { .outcome = BOT_ANSWERED };
	struct inbenta_answers answers;
	enum inbenta_end end;
	const char *before;
	struct using u;

	use(&u, arg, call);
	u.session = recall(call->memory, call->arena);
	before = u.session.token;
	if (!inbenta_chat_say(&u.call, &u.session, &say, &end, &answers, e)) {
		if (u.session.token != before)
			out->memory = memorise(&u.session, call->arena);
		return false;
	}
	if (end == INBENTA_SLOW)
		got.outcome = BOT_SLOW;
	bot_inbenta_answers(&answers, call->arena, &got);
	if (in->to_agent != BOT_AGENT_UNASKED)
		drop_wishes(&got, call->arena);
	got.memory = memorise(&u.session, call->arena);
	*out = got;
	return true;
}

/* What belongs to a conversation needs one. */
static bool
use_session(struct using *u, const struct engine *self, const struct bot_call *call,
    const char *what, struct err *e)
{
	use(u, self, call);
	u->session = recall(call->memory, call->arena);
	return u->session.token != NULL ||
	    err_set(e, ERR_INPUT, 0, "%s: there is no conversation", what);
}

static bool
note_chat(
    const struct using *u, const struct bot_note *n, const char *type, struct err *e)
{
	struct inbenta_chat_event event = {
		.type = type, .chat = n->chat, .app = n->app, .region = n->region
	};

	return inbenta_event_chat(&u->call, u->session.token, &event, e);
}

/* An operator who gives the event no name wants none. */
static bool
note_declined(const struct using *u, const struct bot_call *call, struct err *e)
{
	const char *type = cfg_str(call->cfg, CFG_TRACKING_REJECT_EVENT);

	return type[0] == '\0' ||
	    inbenta_event_mark(&u->call, u->session.token, type, e);
}

static bool
engine_note(
    void *arg, const struct bot_call *call, const struct bot_note *n, struct err *e)
{
	struct using u;

	if (!use_session(&u, arg, call, "inbenta event", e))
		return false;
	switch (n->kind) {
	case BOT_NOTE_RATING:
		return inbenta_event_rate(
		    &u.call, u.session.token, n->code, n->value, n->comment, e);
	case BOT_NOTE_CLICK:
		return inbenta_event_click(&u.call, u.session.token, n->code, e);
	case BOT_NOTE_AGENT_CAME:
		return note_chat(&u, n, INBENTA_CHAT_ATTENDED, e);
	case BOT_NOTE_NO_AGENT_CAME:
		return note_chat(&u, n, INBENTA_CHAT_UNATTENDED, e);
	case BOT_NOTE_NO_AGENTS:
		return inbenta_event_mark(
		    &u.call, u.session.token, INBENTA_CHAT_NO_AGENTS, e);
	case BOT_NOTE_DECLINED:
		return note_declined(&u, call, e);
	}
	return err_set(e, ERR_INPUT, 0, "inbenta event: unknown kind");
}

static bool
engine_history(void *arg, const struct bot_call *call, const struct bot_line **lines,
    size_t *n, struct err *e)
{
	struct inbenta_history got;
	struct bot_line *to;
	struct err ignored;
	struct using u;

	if (!use_session(&u, arg, call, "inbenta history", &ignored))
		return true;
	if (!inbenta_history_get(&u.call, u.session.token, &got, e))
		return false;
	to = arena_alloc(call->arena, got.n * sizeof(*to));
	for (size_t i = 0; i < got.n; i++)
		to[i] = (struct bot_line){ .by_bot = got.lines[i].by_bot,
			.text = got.lines[i].text,
			.said_at = got.lines[i].said_at };
	*lines = to;
	*n = got.n;
	return true;
}

static bool
engine_set_variable(void *arg, const struct bot_call *call, const char *name,
    const char *value, struct err *e)
{
	struct using u;

	return use_session(&u, arg, call, "inbenta variable", e) &&
	    inbenta_variable_set(&u.call, u.session.token, name, value, e);
}

static void
engine_setup(
    void *arg, const struct bot_call *call, const char *lang, struct bot_setup *out)
{
	struct engine *self = arg;
	struct inbenta_setup got;
	struct bot_text *texts;
	struct using u;

	use(&u, self, call);
	inbenta_appdata_get(self->appdata, &u.call, lang, &got);
	out->only_agents = got.only_chat == INBENTA_CHAT_ON ? BOT_YES
	    : got.only_chat == INBENTA_CHAT_OFF             ? BOT_NO
							    : BOT_UNSET;
	if (got.n == 0)
		return;
	texts = arena_alloc(call->arena, got.n * sizeof(*texts));
	for (size_t i = 0; i < got.n; i++)
		texts[i] = (struct bot_text){ got.texts[i].label, got.texts[i].text };
	out->texts = texts;
	out->n = got.n;
}

static bool
engine_forget_setup(void *arg, const struct bot_call *call)
{
	struct engine *self = arg;
	struct inbenta_account account = inbenta_account_of(call->cfg);

	return inbenta_appdata_forget(self->appdata, &account);
}

const struct bot_ops bot_inbenta = {
	.name = "inbenta",
	.open = engine_open,
	.close = engine_close,
	.ask = engine_ask,
	.note = engine_note,
	.set_variable = engine_set_variable,
	.history = engine_history,
	.setup = engine_setup,
	.forget_setup = engine_forget_setup,
};
