/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "conf/lang.h"
#include "dialog/work.h"
#include "render/html.h"
#include "store/conv.h"

int64_t
work_now_s(const struct work *w)
{
	return clock_wall_s(w->d->clock);
}

int64_t
work_now_ms(const struct work *w)
{
	return clock_mono_ms(w->d->clock);
}

void
work_use_env(struct work *w, enum conf_env env)
{
	w->s.env = env;
	w->cfg = conf_cfg(w->t->conf, env);
	w->lang = cfg_lang(w->cfg);
	w->reply.plain = cfg_bool(w->cfg, CFG_SMS_TRANSLITERATE);
}

struct bot_call
work_call(const struct work *w, int64_t until_ms)
{
	return (struct bot_call){
		.http = w->t->http,
		.cfg = w->cfg,
		.env = conf_env_name(w->s.env),
		.arena = w->t->arena,
		.memory = w->s.memory,
		.until_ms = until_ms < w->t->until_ms ? until_ms : w->t->until_ms,
	};
}

void
work_say(struct work *w, const char *label)
{
	compose_label(&w->reply, lang_get(w->lang, label));
}

const char *
work_chat(const struct work *w)
{
	const char *now = w->s.chat.id;

	if (now == NULL)
		now = w->chat;
	return now != NULL ? now : "none";
}

void
work_set_up(struct work *w)
{
	struct bot_call call = work_call(w, w->t->until_ms);
	struct lang_text *texts;
	struct bot_setup setup;

	w->only_agents = cfg_bool(w->cfg, CFG_CUSTOM_ONLYHYPERCHATMODE);
	if (call.until_ms - work_now_ms(w) < LIMIT_MIN_CALL_MS)
		return;
	bot_setup(w->d->bot, &call, lang_code(w->lang), &setup);
	if (setup.only_agents != BOT_UNSET)
		w->only_agents = setup.only_agents == BOT_YES;
	LOG(LOG_DEBUG, "dialog", "set up at the bot", LI("texts", setup.n),
	    LI("only_agents", w->only_agents));
	if (setup.n == 0)
		return;
	texts = arena_alloc(w->t->arena, setup.n * sizeof(*texts));
	for (size_t i = 0; i < setup.n; i++)
		texts[i] =
		    (struct lang_text){ setup.texts[i].label, setup.texts[i].text };
	w->lang = lang_over(w->t->arena, w->lang, texts, setup.n);
}

bool
work_load(struct work *w, struct conv *conv, bool *found, struct err *e)
{
	CLEANUP(buf_fini) struct buf record = BUF_INIT(LIMIT_RECORD);
	struct err damage;

	w->s = (struct session){ .env = w->t->env };
	if (!conv_load(conv, &record, e))
		return false;
	*found = record.len > 0 &&
	    session_decode(&w->s, w->t->arena, record.data, record.len, &damage);
	if (record.len > 0 && !*found)
		LOG(LOG_WARN, "dialog", "record not readable, begun anew",
		    LS("why", damage.text), LH(HINT_REMOVED));
	work_use_env(w, w->s.env);
	return true;
}

void
work_begin_anew(struct work *w)
{
	struct session s = { .env = w->s.env,
		.ended = w->s.ended,
		.event = w->s.event,
		.surveyed = w->s.surveyed,
		.streak = w->s.streak,
		.flood = w->s.flood,
		.n_claims = w->s.n_claims,
		.n_begun = w->s.n_begun,
		.n_known = w->s.n_known };

	memcpy(s.claims, w->s.claims, sizeof(s.claims));
	memcpy(s.begun, w->s.begun, sizeof(s.begun));
	memcpy(s.known, w->s.known, sizeof(s.known));
	w->last = w->s.hold;
	w->former = w->s.memory;
	w->s = s;
}

bool
work_commit(struct work *w, struct conv *conv, struct err *e)
{
	CLEANUP(buf_fini) struct buf record = BUF_INIT(LIMIT_RECORD);

	session_encode(&w->s, &record);
	if (!buf_ok(&record))
		return err_set(
		    e, ERR_TOO_BIG, 0, "record: more than %d bytes", LIMIT_RECORD);
	return conv_commit(conv, record.data, record.len, e);
}
