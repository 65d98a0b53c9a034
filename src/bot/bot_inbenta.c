/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "bot/bot_inbenta.h"
#include "inbenta/auth.h"
#include "inbenta/chat.h"
#include "inbenta/token.h"

enum { MEMORY_VERSION = 1, MEMORY_MAX = 2 * LIMIT_TOKEN + 128 };

struct engine {
	struct inbenta_auth *auth;
	const struct clock *clock;
};

static void *
engine_open(struct store *store, const struct clock *clock)
{
	struct engine *self = xcalloc(1, sizeof(*self));

	self->auth = inbenta_auth_new(store, clock);
	self->clock = clock;
	return self;
}

static void
engine_close(void *arg)
{
	struct engine *self = arg;

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
		LOG(LOG_WARN, "bot", "memory of the conversation is unknown");
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

	buf_printf(&b, "{\"v\":%d,\"token\":\"", MEMORY_VERSION);
	buf_json(&b, token, strlen(token));
	buf_printf(&b, "\",\"used\":%lld}", (long long)s->used_at);
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
		LOG(LOG_WARN, "bot", "value of an option is damaged",
		    LS("why", e.text));
		return NULL;
	}
	return o->value;
}

static bool
engine_ask(void *arg, const struct bot_call *call, const struct bot_input *in,
    struct bot_result *out, struct err *e)
{
	struct engine *self = arg;
	struct inbenta_account account = inbenta_account_of(call->cfg);
	struct inbenta_profile profile =
	    inbenta_profile_of(call->cfg, call->env, call->arena);
	struct inbenta_call c = { .http = call->http,
		.auth = self->auth,
		.account = &account,
		.profile = &profile,
		.clock = self->clock,
		.arena = call->arena,
		.until_ms = call->until_ms };
	struct inbenta_session session = recall(call->memory, call->arena);
	struct inbenta_say say = { .text = in->text,
		.option = option_value(in->option) };
	struct bot_result got = { .outcome = BOT_ANSWERED };
	const char *before = session.token;
	struct inbenta_answers answers;
	enum inbenta_end end;

	if (!inbenta_chat_say(&c, &session, &say, &end, &answers, e)) {
		if (session.token != before)
			out->memory = memorise(&session, call->arena);
		return false;
	}
	if (end == INBENTA_SLOW)
		got.outcome = BOT_SLOW;
	bot_inbenta_answers(&answers, call->arena, &got);
	got.memory = memorise(&session, call->arena);
	*out = got;
	return true;
}

const struct bot_ops bot_inbenta = {
	.name = "inbenta",
	.open = engine_open,
	.close = engine_close,
	.ask = engine_ask,
};
