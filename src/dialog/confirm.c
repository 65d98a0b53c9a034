/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is heard of messages after they were sent. A job "confirm" stands in the place of the
 * one that sent a message. News of it take that job away (queue_news()); where none come in
 * time it is worked, and lets the lane go on.
 */
#include "config.h"

#include <string.h>

#include "base/js.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "dialog/deliver.h"
#include "dialog/jobs.h"
#include "store/stopped.h"

bool
deliver_is_confirmed(const struct cfg *cfg)
{
	return strcmp(cfg_str(cfg, CFG_DELIVERY_ORDER), "confirmed") == 0;
}

enum job_end
confirm_work(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	CLEANUP(js_putp) js *o = NULL;
	struct err e;

	(void)d;
	dialog_job_log(job);
	if (!js_parse(job->body, strlen(job->body), &o, &e)) {
		out->why = arena_strdup(t->arena, e.text);
		return JOB_DEAD;
	}
	LOG(LOG_INFO, "dialog", "no news of a message, the next one goes",
	    LI("job", job->id), LS("sid", js_str(o, "sid", "")));
	return JOB_DONE;
}

static bool
stop(const struct dialog *d, const struct deliver_news *news, const char *lane,
    struct err *e)
{
	const int64_t now_s = clock_wall_s(d->clock);

	/* The lane of a holding notice is no conversation's: his is known by its addresses. */
	if (lane != NULL && !stop_set_hashed(d->state, lane, news->stop, now_s, e))
		return false;
	if (news->conv_id != NULL)
		return stop_set(d->state, news->conv_id, news->stop, now_s, e);
	if (lane == NULL)
		LOG(LOG_WARN, "dialog", "a stop of nobody we know", LS("sid", news->id),
		    LH("nothing to do: Twilio keeps the stop itself"));
	return true;
}

/*
 * Where nothing waits for news and nobody has stopped they are nobody's business: that is
 * most of them, and costs nothing.
 */
bool
deliver_hears(const struct dialog *d, const struct cfg *cfg,
    const struct deliver_news *news, struct err *e)
{
	bool confirmed = deliver_is_confirmed(cfg);
	char lane[SHA256_HEX_SIZE];

	if (d->state == NULL || !news->settled || (!confirmed && news->stop == NULL))
		return true;
	switch (queue_news(d->state, news->id, confirmed, lane, e)) {
	case QUEUE_OK:
		return news->stop == NULL || stop(d, news, lane, e);
	case QUEUE_NONE:
		return news->stop == NULL || stop(d, news, NULL, e);
	case QUEUE_SEEN:
	case QUEUE_FULL:
	case QUEUE_LOST:
	case QUEUE_FAILED:
		break;
	}
	return err_wrap(e, "news of a message");
}
