/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the upstream answers: the Chatbot API as far as plain turns need it. A message that
 * asks for "everything" gets an answer that is too long for one message of a phone.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bench/upstream.h"

#define HOURS "<p>We are open from 9 to 18, Monday to Friday.</p>"
#define MORE HOURS HOURS HOURS HOURS HOURS HOURS HOURS HOURS HOURS HOURS
#define ANSWER(text) \
	"{\"sessionToken\":\"s\",\"answers\":[{\"type\":\"answer\",\"message\":\"" text \
	"\",\"messageList\":[\"" text \
	"\"],\"options\":[],\"parameters\":{\"contents\":{\"related\":" \
	"{\"relatedContents\":[]}}},\"intent\":{\"type\":\"\",\"score\":0.9}," \
	"\"flags\":[],\"attributes\":{\"ANSWER_TEXT\":\"" text "\"}}]}"

void
canned_begin(struct canned *c)
{
	long now = atomic_fetch_add(&c->busy, 1) + 1;
	long most = atomic_load(&c->most_busy);

	while (now > most && !atomic_compare_exchange_weak(&c->most_busy, &most, now))
		continue;
}

void
canned_end(struct canned *c)
{
	atomic_fetch_sub(&c->busy, 1);
}

static size_t
fits(int n, size_t size)
{
	return n < 0 || (size_t)n >= size ? 0 : (size_t)n;
}

size_t
canned_answer(
    struct canned *c, const char *path, const char *body, char *out, size_t size)
{
	if (strstr(path, "/conversation/message") != NULL) {
		atomic_fetch_add(&c->calls, 1);
		return fits(
		    snprintf(out, size, "%s",
			strstr(body, "everything") != NULL ? ANSWER(MORE MORE MORE MORE)
							   : ANSWER(HOURS)),
		    size);
	}
	atomic_fetch_add(&c->others, 1);
	if (strstr(path, "/auth") != NULL)
		return fits(snprintf(out, size,
				"{\"accessToken\":\"t\",\"expiration\":%lld,"
				"\"expires_in\":1200,\"apis\":{\"chatbot\":"
				"\"%s://127.0.0.1:%d/chatbot\"}}",
				(long long)time(NULL) + 1200, c->scheme, c->port),
		    size);
	if (strstr(path, "/app/data") != NULL)
		return fits(snprintf(out, size, "{\"results\":[]}"), size);
	if (strstr(path, "/conversation") != NULL)
		return fits(snprintf(out, size,
				"{\"sessionToken\":\"Bearer-s\",\"sessionId\":\"x\"}"),
		    size);
	return fits(snprintf(out, size, "{}"), size);
}
