/* SPDX-License-Identifier: Apache-2.0 */
/* Agents who talk by themselves: so many numbered texts, or back what they are told. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "sandbox/chores.h"
#include "sandbox/hyper_inner.h"
#include "sandbox/sandbox.h"

/* What an agent is going to say. */
struct script {
	struct hyper *h;
	char *chat, *agent, *text;
	int64_t i, n,
	    ms; /* i of n texts have been said; n 0: the text as it is, once */
};

static void
script_free(void *arg)
{
	struct script *s = arg;

	free(s->chat);
	free(s->agent);
	free(s->text);
	free(s);
}

/* Says the next one, unless the agent is not in the chat any more. */
static bool
say_locked(struct script *s)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(HYPER_TEXT_BYTES + 100);
	js *chat = hyper_chat(s->h, s->chat);

	if (chat == NULL || hyper_is_status(chat, "closed") ||
	    !hyper_list_has(js_arr(chat, "agents"), s->agent) ||
	    json_object_array_length(js_arr(chat, "messages")) >= HYPER_MESSAGES)
		return false;
	buf_str(&text, s->text);
	if (s->n > 0)
		buf_printf(&text, " %lld of %lld", (long long)++s->i, (long long)s->n);
	(void)flow_say(s->h, chat, s->agent, text.data);
	return s->i < s->n;
}

static int64_t
talk_on(struct outside *o, void *arg)
{
	struct script *s = arg;
	bool more;

	(void)o;
	pthread_mutex_lock(&s->h->lock);
	more = say_locked(s);
	pthread_mutex_unlock(&s->h->lock);
	return more ? s->ms : CHORE_DONE;
}

static bool
begin(struct hyper *h, const char *chat, const char *agent, const struct script *what)
{
	CLEANUP(freep) char *lane = NULL;
	struct script *s = xcalloc(1, sizeof(*s));
	struct chore c = { NULL, 0, talk_on, s, script_free };
	struct buf name = BUF_INIT(1024);

	*s = *what;
	s->h = h;
	s->chat = xstrdup(chat);
	s->agent = xstrdup(agent);
	s->text = xstrdup(what->text);
	buf_printf(&name, "script %s %s", chat, agent);
	c.lane = lane = buf_take(&name);
	return chores_add(h->sb->chores, &c);
}

const char *
flow_count(
    struct hyper *h, js *chat, js *agent, const char *text, int64_t n, int64_t ms)
{
	struct script s = { .text = (char *)text, .n = n, .ms = ms };

	if (n < 1 || n > SCRIPT_TEXTS || ms < 0 || ms > SCRIPT_MS_MAX)
		return "texts must be from 1 to 1000, ms from 0 to 60000";
	if (strlen(text) > HYPER_TEXT_BYTES)
		return "text is too long";
	return begin(h, js_str(chat, "id", ""), js_str(agent, "id", ""), &s)
	    ? NULL
	    : "too much is waiting to be done";
}

void
flow_accepted(struct hyper *h, js *chat, js *agent)
{
	int64_t n = js_int(agent, "counts", 0);
	const char *why = NULL;

	if (n > 0)
		why = flow_count(
		    h, chat, agent, "Agent text", n, js_int(agent, "counts_ms", 0));
	if (why != NULL)
		LOG(LOG_WARN, "sandbox", "an agent keeps silent", LS("why", why),
		    LH("let it count less, or more slowly"));
}

void
flow_heard(struct hyper *h, js *chat, const char *text)
{
	CLEANUP(buf_fini) struct buf back = BUF_INIT(HYPER_TEXT_BYTES + 100);
	js *agents = js_arr(chat, "agents");
	struct script s = { .text = NULL };

	buf_printf(&back, "You said: %s", text);
	s.text = back.data;
	for (size_t i = 0; i < json_object_array_length(agents); i++) {
		const char *id =
		    json_object_get_string(json_object_array_get_idx(agents, i));
		js *agent = hyper_user(h, id);

		if (agent != NULL && js_bool(agent, "echoes", false) &&
		    !begin(h, js_str(chat, "id", ""), id, &s))
			LOG(LOG_WARN, "sandbox", "an agent keeps silent",
			    LS("why", "too much is waiting to be done"),
			    LH("wait, or start the sandbox anew"));
	}
}
