/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log has many words for what became of a turn, numbers have few. A word that is missing
 * here is an answer; a test looks for words of the sources that are missing.
 */
#include "config.h"

#include <string.h>

#include "base/metrics.h"
#include "channel/counted.h"
#include "dialog/counted.h"

static const struct {
	const char *word;
	enum metric_TURN turn;
} words[] = {
	{ "answered", M_TURN_answered },
	{ "page", M_TURN_answered },
	{ "rated", M_TURN_answered },
	{ "commented", M_TURN_answered },
	{ "out of range", M_TURN_answered },
	{ "survey", M_TURN_answered },
	{ "help", M_TURN_answered },
	{ "opted in", M_TURN_answered },
	{ "unavailable", M_TURN_apologised },
	{ "slow", M_TURN_apologised },
	{ "no agents", M_TURN_escalated },
	{ "out of hours", M_TURN_escalated },
	{ "to agent", M_TURN_escalated },
	{ "declined", M_TURN_escalated },
	{ "chat", M_TURN_escalated },
	{ "no chat", M_TURN_escalated },
	{ "ticket", M_TURN_escalated },
	{ "no ticket", M_TURN_escalated },
	{ "to the agent", M_TURN_agent },
	{ "not to the agent", M_TURN_agent },
	{ "chat closed", M_TURN_agent },
	{ "chat over", M_TURN_agent },
	{ "repeat", M_TURN_repeated },
	{ "lined up", M_TURN_lined },
	{ "put back", M_TURN_lined },
	{ "waits for more", M_TURN_lined },
	{ "opted out", M_TURN_silent },
	{ "empty", M_TURN_silent },
	{ "flood", M_TURN_silent },
	{ "loop", M_TURN_silent },
	{ "busy", M_TURN_refused },
	{ "failed", M_TURN_failed },
};

static enum metric_TURN
turn_of(const char *word)
{
	for (size_t i = 0; word != NULL && i < NELEMS(words); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].turn;
	return M_TURN_answered;
}

void
counted_turn(const struct work *w)
{
	metrics_count(M_TURNS, turn_of(w->outcome), 0);
}

void
counted_reply(const struct work *w, const struct reply *reply)
{
	for (size_t i = 0; i < reply->n; i++)
		counted_message(w->in->from, M_ROAD_twiml, reply->messages[i].text,
		    reply->messages[i].n_media);
}
