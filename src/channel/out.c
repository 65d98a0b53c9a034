/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "channel/channel.h"
#include "channel/counted.h"
#include "channel/out.h"
#include "channel/out_twilio.h"
#include "conf/cfg.h"

struct out {
	const struct out_ops *ops;
	void *self;
};

struct out *
out_from_ops(const struct out_ops *ops, void *self)
{
	struct out *o = xcalloc(1, sizeof(*o));

	o->ops = ops;
	o->self = self;
	return o;
}

struct out *
out_new(const struct clock *clock)
{
	return out_from_ops(&out_twilio, out_twilio.open(clock));
}

void
out_free(struct out *o)
{
	if (o == NULL)
		return;
	o->ops->close(o->self);
	free(o);
}

bool
out_enabled(struct out *o, const struct cfg *cfg)
{
	return o != NULL && o->ops->enabled(o->self, cfg);
}

void
out_send(struct out *o, const struct out_call *call, const struct outgoing *m,
    struct out_sent *s)
{
	o->ops->send(o->self, call, m, s);
	if (s->result == OUT_SENT)
		counted_message(m->to, M_ROAD_rest, m->text, m->n_media);
}

const char *
out_sender(struct arena *a, const struct cfg *cfg, const struct outgoing *m)
{
	const char *service = cfg_str(cfg, CFG_TWILIO_MESSAGING_SERVICE_SID);

	return arena_printf(
	    a, "%s %s", channel_of(m->to)->name, *service != '\0' ? service : m->from);
}

void
out_find(struct out *o, const struct out_call *call, const struct out_search *s,
    struct out_finding *f)
{
	o->ops->find(o->self, call, s, f);
}

const char *
out_linked(struct arena *a, const struct outgoing *m)
{
	const char *text = m->text != NULL ? m->text : "";

	for (size_t i = 0; i < m->n_media; i++)
		text = arena_printf(
		    a, "%s%s%s", text, text[0] != '\0' ? "\n" : "", m->media[i]);
	return arena_strdup(a, text);
}
