/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "http/http.h"
#include "inbenta/call.h"
#include "inbenta/chat.h"
#include "inbenta/token.h"
#include "inbenta/variables.h"

enum { MAX_BODY = 6 * LIMIT_USER_TEXT + LIMIT_OPTION_VALUE + 64 };

/* One call of inbenta_chat_say(). */
struct talk {
	struct inbenta_talk calls;
	const struct inbenta_profile *profile;
	const char *session; /* token in use */
};

/* POST /v1/conversation: the headers that it alone has. */
static size_t
profile_headers(
    const struct inbenta_profile *p, struct arena *a, struct http_header *headers)
{
	size_t n = 0;

	headers[n++] = (struct http_header){ "x-inbenta-user-type",
		arena_printf(a, "%lld", (long long)p->user_type) };
	headers[n++] = (struct http_header){ "x-inbenta-env", p->env };
	if (p->source[0] != '\0')
		headers[n++] = (struct http_header){ "x-inbenta-source", p->source };
	return n;
}

static enum inbenta_verdict
begin(struct talk *t, struct err *e)
{
	struct http_header headers[INBENTA_MORE_HEADERS];
	struct arena *a = t->calls.c->arena;
	struct inbenta_request q = { .what = "inbenta conversation",
		.path = "/v1/conversation",
		.body = t->profile->body,
		.headers = headers,
		.n_headers = profile_headers(t->profile, a, headers) };
	CLEANUP(js_putp) js *root = NULL;
	enum inbenta_verdict v = inbenta_call_do(&t->calls, &q, &root, e);
	const char *token;

	if (v != INBENTA_CALL_GOOD)
		return v;
	token = js_str(root, "sessionToken", "");
	if (!inbenta_token_ok(token)) {
		(void)err_set(e, ERR_UPSTREAM, 0, "%s: no sessionToken in it", q.what);
		return INBENTA_CALL_FAILED;
	}
	t->session = arena_strdup(a, token);
	return INBENTA_CALL_GOOD;
}

/*
 * A content that asks for the variable does without rather than the user without an answer.
 * EXPIRED: there has to be another session first.
 */
static enum inbenta_verdict
set_variable(struct talk *t, const struct inbenta_say *say)
{
	struct err e;
	enum inbenta_verdict v;

	if (say->variable == NULL)
		return INBENTA_CALL_GOOD;
	v = inbenta_variable_tell(
	    &t->calls, t->session, say->variable, say->value, LIMIT_NOTE_MS, &e);
	if (v == INBENTA_CALL_FAILED || v == INBENTA_CALL_SLOW)
		LOG(LOG_WARN, "inbenta", "variable not set, going on without",
		    LS("name", say->variable), LS("why", e.text),
		    LH("nothing to do: the bot answers without it; is there a "
		       "variable of that name in Inbenta's backstage?"));
	return v == INBENTA_CALL_EXPIRED ? v : INBENTA_CALL_GOOD;
}

/* {"option":value} while its session lives, else {"message":"text"}. */
static const char *
message_body(struct arena *a, const struct inbenta_say *say, bool with_option)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(MAX_BODY);

	if (say->direct_call != NULL) {
		js_put_text(&b, "{\"directCall\":", say->direct_call);
		buf_chr(&b, '}');
	} else if (with_option && say->option != NULL) {
		buf_printf(&b, "{\"option\":%s}", say->option);
	} else {
		js_put_text(&b, "{\"message\":", say->text);
		buf_chr(&b, '}');
	}
	return buf_ok(&b) ? arena_strdup(a, b.data) : NULL;
}

static enum inbenta_verdict
message(struct talk *t, const struct inbenta_say *say, bool with_option,
    struct inbenta_answers *out, struct err *e)
{
	struct arena *a = t->calls.c->arena;
	struct inbenta_request q = { .what = "inbenta message",
		.path = "/v1/conversation/message",
		.body = message_body(a, say, with_option),
		.session = t->session };
	CLEANUP(js_putp) js *root = NULL;
	enum inbenta_verdict v;

	if (q.body == NULL) {
		(void)err_set(e, ERR_TOO_BIG, 0, "%s: longer than %d bytes", q.what,
		    LIMIT_USER_TEXT);
		return INBENTA_CALL_FAILED;
	}
	v = set_variable(t, say);
	if (v != INBENTA_CALL_GOOD)
		return v;
	v = inbenta_call_do(&t->calls, &q, &root, e);
	if (v != INBENTA_CALL_GOOD)
		return v;
	if (!inbenta_answers_read(out, root, a, e)) {
		(void)err_wrap(e, "%s", q.what);
		return INBENTA_CALL_FAILED;
	}
	return INBENTA_CALL_GOOD;
}

static bool
is_idle(const struct inbenta_call *c, const struct inbenta_session *s)
{
	return clock_wall_s(c->clock) - s->used_at >= LIMIT_BOT_IDLE_S;
}

static enum inbenta_verdict
exchange(struct talk *t, const struct inbenta_say *say, struct inbenta_answers *out,
    struct err *e)
{
	bool old = t->session != NULL;
	enum inbenta_verdict v;

	v = old ? INBENTA_CALL_GOOD : begin(t, e);
	if (v == INBENTA_CALL_GOOD)
		v = message(t, say, old, out, e);
	if (v == INBENTA_CALL_EXPIRED) {
		LOG(LOG_INFO, "inbenta", "session expired, a new one is begun",
		    LI("option", say->option != NULL));
		v = begin(t, e);
		if (v == INBENTA_CALL_GOOD)
			v = message(t, say, false, out, e);
	}
	if (v == INBENTA_CALL_EXPIRED) {
		(void)err_set(e, ERR_UPSTREAM, 0,
		    "inbenta message: session expired, and so is the new one");
		t->session = NULL;
		v = INBENTA_CALL_FAILED;
	}
	return v;
}

static void
keep_session(const struct talk *t, struct inbenta_session *s, const char *token)
{
	s->token = token;
	s->used_at = clock_wall_s(t->calls.c->clock);
}

bool
inbenta_chat_say(const struct inbenta_call *c, struct inbenta_session *s,
    const struct inbenta_say *say, enum inbenta_end *end, struct inbenta_answers *out,
    struct err *e)
{
	struct talk t = {
		.calls = { .c = c }, .profile = c->profile, .session = s->token
	};
	struct inbenta_answers got = { 0 };
	enum inbenta_verdict v;

	if (s->token != NULL && is_idle(c, s))
		t.session = NULL;
	v = exchange(&t, say, &got, e);
	if (v == INBENTA_CALL_FAILED) {
		/* An older one stays in place: options that are still open are its own. */
		if (s->token == NULL && t.session != NULL)
			keep_session(&t, s, t.session);
		return false;
	}
	*end = v == INBENTA_CALL_SLOW ? INBENTA_SLOW : INBENTA_ANSWERED;
	*out = got;
	keep_session(&t, s, got.session_token != NULL ? got.session_token : t.session);
	return true;
}
