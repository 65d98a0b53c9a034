/* SPDX-License-Identifier: Apache-2.0 */
/* Against machines that write: loops of two that answer each other, and floods. */
#include "config.h"

#include <string.h>

#include "base/crypto.h"
#include "base/fold.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "dialog/work.h"

/* Enough to tell texts of one conversation apart. */
enum { DIGEST_LEN = 16 };

static const char *
digest(struct arena *a, const struct buf *b)
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(b->data, b->len, hex);
	return arena_strndup(a, hex, DIGEST_LEN);
}

static const char *
digest_of_message(const struct work *w)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(SIZE_MAX / 2);
	const char *text = w->heard.text;

	buf_str(&b, fold_text(w->t->arena, text, strlen(text)));
	buf_printf(
	    &b, "\n%s\n%zu", w->in->pick != NULL ? w->in->pick : "", w->in->n_media);
	return digest(w->t->arena, &b);
}

static const char *
digest_of_reply(const struct work *w, const struct reply *reply)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(SIZE_MAX / 2);

	for (size_t i = 0; i < reply->n; i++) {
		buf_printf(&b, "%s\n", reply->messages[i].text);
		for (size_t k = 0; k < reply->messages[i].n_media; k++)
			buf_printf(&b, "%s\n", reply->messages[i].media[k]);
	}
	return digest(w->t->arena, &b);
}

static int64_t
accepted_s(const struct work *w)
{
	return w->way.ord_ms / 1000;
}

bool
guard_loop(struct work *w)
{
	const char *said;

	/* Agents are people. */
	if (w->s.chat.id != NULL)
		return false;
	said = digest_of_message(w);
	if (loop_is(&w->s.loop, said, accepted_s(w))) {
		w->outcome = "loop";
		return true;
	}
	w->said = said;
	return false;
}

void
guard_note(struct work *w, const struct reply *reply)
{
	/* Who gets no answer from the bot tries again, and is right to. */
	bool counts = reply->n > 0 && !w->no_answer && w->s.chat.id == NULL;
	char masked[LOG_MASK_SIZE];

	if (w->said == NULL)
		return;
	if (loop_note(&w->s.loop, w->said, counts ? digest_of_reply(w, reply) : NULL,
		accepted_s(w)))
		LOG(LOG_WARN, "dialog", "user repeats himself, and is not answered",
		    LS("from", log_masked(w->in->from, masked)),
		    LI("times", w->s.loop.times), LI("for_s", LIMIT_LOOP_S),
		    LH("probably a machine; any other message is answered"));
}

/* Where there is something to leave, one may always leave it. */
static bool
leaves(const struct work *w)
{
	if (w->s.chat.id == NULL && !walk_runs(&w->s.survey))
		return false;
	return chat_hears(
		   w, options_word(w->t->arena, w->lang, "close_chat_key_word")) ||
	    chat_hears(w, cfg_str(w->cfg, CFG_CHAT_CHAT_EXITQUEUECOMMAND));
}

bool
guard_flood(struct work *w)
{
	int64_t per_min = cfg_int(w->cfg, CFG_DIALOG_FLOOD_PER_MIN);
	char masked[LOG_MASK_SIZE];

	if (leaves(w))
		return false;
	switch (flood_count(&w->s.flood, per_min, w->way.ord_ms, 1 + w->in->n_joined)) {
	case FLOOD_FINE:
		return false;
	case FLOOD_BEGINS:
		LOG(LOG_WARN, "dialog", "user writes too much, and is not answered",
		    LS("from", log_masked(w->in->from, masked)), LI("per_min", per_min),
		    LH("a person? raise dialog.flood_per_min; a machine: nothing to "
		       "do"));
		work_say(w, "flood_notice");
		break;
	case FLOOD_GOES_ON:
		break;
	}
	w->outcome = "flood";
	w->said = NULL;
	return true;
}
