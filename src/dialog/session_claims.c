/* SPDX-License-Identifier: Apache-2.0 */
/* Which messages were answered: claims with their replies, and ids of those before. */
#include "config.h"

#include <string.h>

#include "dialog/session.h"

static bool
is_id(const char *kept, const char *given)
{
	return kept != NULL && given != NULL && *given != '\0' &&
	    strcmp(kept, given) == 0;
}

const struct claim *
session_find(const struct session *s, const char *sid, const char *token)
{
	static const struct claim forgotten = { .sid = "", .cut = true };

	if (*sid == '\0')
		return NULL;
	for (size_t i = 0; i < s->n_claims; i++)
		if (is_id(s->claims[i].sid, sid) || is_id(s->claims[i].token, token))
			return &s->claims[i];
	for (size_t i = 0; i < s->n_known; i++)
		if (is_id(s->known[i], sid) || is_id(s->known[i], token))
			return &forgotten;
	return NULL;
}

static void
know(struct session *s, const char *id)
{
	if (id == NULL)
		return;
	if (s->n_known == LIMIT_KNOWN) {
		s->n_known--;
		memmove(s->known, s->known + 1, s->n_known * sizeof(*s->known));
	}
	s->known[s->n_known++] = id;
}

struct claim *
session_claim(struct session *s, const char *sid, const char *token,
    const struct message *messages, size_t n)
{
	struct claim *c;

	if (*sid == '\0' || strlen(sid) > LIMIT_SID)
		return NULL;
	if (s->n_claims == LIMIT_CLAIMS) {
		know(s, s->claims[0].sid);
		know(s, s->claims[0].token);
		s->n_claims--;
		memmove(s->claims, s->claims + 1, s->n_claims * sizeof(*s->claims));
	}
	if (token != NULL && (*token == '\0' || strlen(token) > LIMIT_REPEAT_TOKEN))
		token = NULL;
	c = &s->claims[s->n_claims++];
	*c = (struct claim){ .sid = sid, .token = token, .messages = messages, .n = n };
	return c;
}

struct claim *
session_last(struct session *s, const char *sid)
{
	struct claim *c = s->n_claims > 0 ? &s->claims[s->n_claims - 1] : NULL;

	return c != NULL && strcmp(c->sid, sid) == 0 ? c : NULL;
}
