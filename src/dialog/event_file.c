/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An agent's file: fetched into a private file, kept for a while, and given to the user as an
 * address of our own, so that nothing of the agents' side, least of all its secret, leaves
 * the house. It is handed out only when its address is about to be said: an event that is
 * tried often, as while its conversation is busy, leaves nothing behind.
 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/media_type.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "conf/cfg.h"
#include "dialog/event_i.h"
#include "dialog/said.h"
#include "store/handout.h"
#include "store/store.h"

/* What stands behind the last dot; "" when there is none. */
static const char *
ending_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL ? dot + 1 : "";
}

/*
 * By what is told, else by its name; NULL when its content is something else, or nothing is
 * known.
 */
static const struct media_type *
type_of(const struct agent_file *f)
{
	const struct media_type *type = media_type_of(f->type);
	unsigned char head[MEDIA_TYPE_HEAD];
	ssize_t n;

	if (type == NULL)
		type = media_type_by_ext(ending_of(f->name));
	if (type == NULL)
		return NULL;
	n = pread(f->fd, head, sizeof(head), 0);
	return n > 0 && media_type_fits(type, head, (size_t)n) ? type : NULL;
}

/* On one line, of a bearable length, and read as it is written. */
static const char *
name_of(struct arena *a, const char *told, const struct media_type *type)
{
	CLEANUP(buf_fini) struct buf name = BUF_INIT(LIMIT_FILE_NAME);
	const char *text = said_clean(a, told);
	size_t n = strlen(text), pos = 0;

	while (pos < n && buf_ok(&name)) {
		uint32_t c = utf8_next(text, n, &pos);

		if (!utf8_turns(c))
			utf8_put(&name, c == '\n' || c == '\t' ? ' ' : c);
	}
	if (name.len == 0)
		return arena_printf(a, "file%s%s", type != NULL ? "." : "",
		    type != NULL ? type->ext : "");
	return arena_strndup(a, name.data, name.len);
}

static void
take(struct event_work *x, const struct agent_file *f)
{
	const struct media_type *type = f->size > 0 ? type_of(f) : NULL;

	x->file = (struct event_file){ .fd = f->fd,
		.name = name_of(x->w.t->arena, f->name, type),
		.mime = type != NULL ? type->mime : NULL,
		.bytes = f->size };
}

/*
 * Whether a further try may bring it. One that took all its time has held up what else the
 * agent said for long enough.
 */
static bool
may_come(const struct event_work *x, const struct err *e, int tries)
{
	bool slow = work_now_ms(&x->w) + LIMIT_MIN_CALL_MS >= x->w.t->until_ms;

	if (e->kind == ERR_UPSTREAM && (e->code == 404 || e->code == 410))
		return false;
	return !slow && tries < LIMIT_EVENT_FILE_TRIES &&
	    (e->kind == ERR_UPSTREAM || e->kind == ERR_TIMEOUT || e->kind == ERR_IO);
}

bool
event_fetch(struct event_work *x, int tries, struct err *e)
{
	struct work *w = &x->w;
	struct agent_call call = chat_call(w, w->t->until_ms);
	struct agent_file f;

	if (agent_fetch(w->d->agent, &call, &x->ev, store_path(w->d->store), &f, e)) {
		take(x, &f);
		return true;
	}
	if (may_come(x, e, tries))
		return err_wrap(e, "agent's file");
	LOG(LOG_WARN, "dialog", "agent's file not had, the user gets its name",
	    LS("kind", err_kind_name(e->kind)), LI("code", e->code), LS("why", e->text),
	    LH(err_hint(e)));
	x->file = (struct event_file){ .fd = -1,
		.name = name_of(w->t->arena, x->ev.file.name, NULL) };
	return true;
}

/* NULL: nobody can fetch it from us, which is logged. */
static const char *
hand_out(struct event_work *x)
{
	struct work *w = &x->w;
	const struct handout h = { .fd = x->file.fd,
		.size = x->file.bytes,
		.type = x->file.mime != NULL ? x->file.mime : "",
		.name = x->file.name };
	char token[HANDOUT_TOKEN_SIZE];
	struct err e;

	if (handout_put(w->d->store, &h, cfg_int(w->cfg, CFG_MEDIA_TTL_S), token, &e))
		return arena_strdup(w->t->arena, token);
	LOG(LOG_WARN, "dialog", "agent's file not handed out", LS("why", e.text),
	    LH(HINT_STORE));
	return NULL;
}

/* NULL: there is nothing to fetch, or no address is known at which we are called. */
static const char *
link_of(struct event_work *x)
{
	const char *url = x->w.s.url, *token = NULL;

	if (url != NULL && x->file.bytes > 0)
		token = hand_out(x);
	if (token == NULL)
		return NULL;
	return arena_printf(x->w.t->arena, "%s%smedia=%s", url,
	    strchr(url, '?') != NULL ? "&" : "?", token);
}

void
event_say_file(struct event_work *x)
{
	struct compose *c = &x->w.reply;
	const char *link = link_of(x);
	const char *text = x->file.name;

	if (link != NULL && c->channel->takes(x->file.mime, x->file.bytes)) {
		compose_medium(c, link);
		return;
	}
	if (link != NULL)
		text = arena_printf(x->w.t->arena, "%s\n%s", text, link);
	compose_say(c, &(struct block){ .html = text, .plain = true }, 1);
}
