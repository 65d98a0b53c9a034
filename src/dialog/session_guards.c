/* SPDX-License-Identifier: Apache-2.0 */
/* What a record has against floods and loops; both are left out when there is nothing. */
#include "config.h"

#include "dialog/session_i.h"

static void
put_flood(struct buf *out, const struct flood *f)
{
	buf_printf(out, ",\"flood\":{\"empty_ms\":%lld", (long long)f->empty_ms);
	buf_str(out, f->over ? ",\"over\":true}" : "}");
}

static void
put_loop(struct buf *out, const struct loop *l)
{
	buf_printf(out, ",\"loop\":{\"times\":%lld,\"since_s\":%lld",
	    (long long)l->times, (long long)l->since_s);
	js_put_text(out, ",\"said\":", l->said);
	js_put_text(out, ",\"got\":", l->got);
	buf_chr(out, '}');
}

void
session_put_guards(struct buf *out, const struct session *s)
{
	if (s->flood.empty_ms != 0 || s->flood.over)
		put_flood(out, &s->flood);
	if (s->loop.said != NULL)
		put_loop(out, &s->loop);
}

void
session_read_guards(struct session *s, struct arena *a, js *o)
{
	s->flood.empty_ms = js_int(o, "flood.empty_ms", 0);
	s->flood.over = js_bool(o, "flood.over", false);
	s->loop.said = arena_strdup(a, js_str(o, "loop.said", NULL));
	s->loop.got = arena_strdup(a, js_str(o, "loop.got", NULL));
	s->loop.times = js_int(o, "loop.times", 0);
	s->loop.since_s = js_int(o, "loop.since_s", 0);
}
