/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/js.h"
#include "base/xalloc.h"
#include "sandbox/carrier.h"
#include "sandbox/webhook.h"

struct carrier {
	pthread_mutex_t lock; /* guards the rest */
	bool opt_out, loop_guard;
	js *stopped; /* "user number": true */
	js *rows; /* the same: [how many replies in a row, when the last one went] */
};

enum word { NO_WORD, WORD_OUT, WORD_IN, WORD_HELP };

static const struct {
	const char *text;
	enum word word;
} words[] = {
	{ "STOP", WORD_OUT },
	{ "STOPALL", WORD_OUT },
	{ "UNSUBSCRIBE", WORD_OUT },
	{ "CANCEL", WORD_OUT },
	{ "END", WORD_OUT },
	{ "QUIT", WORD_OUT },
	{ "REVOKE", WORD_OUT },
	{ "OPTOUT", WORD_OUT },
	{ "START", WORD_IN },
	{ "UNSTOP", WORD_IN },
	{ "YES", WORD_IN },
	{ "HELP", WORD_HELP },
	{ "INFO", WORD_HELP },
};

struct carrier *
carrier_new(bool opt_out, bool loop_guard)
{
	struct carrier *c = xcalloc(1, sizeof(*c));

	pthread_mutex_init(&c->lock, NULL);
	c->opt_out = opt_out;
	c->loop_guard = loop_guard;
	c->stopped = json_object_new_object();
	c->rows = json_object_new_object();
	return c;
}

void
carrier_free(struct carrier *c)
{
	if (c == NULL)
		return;
	js_putp(&c->stopped);
	js_putp(&c->rows);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

void
carrier_set(struct carrier *c, int opt_out, int loop_guard)
{
	pthread_mutex_lock(&c->lock);
	if (opt_out >= 0)
		c->opt_out = opt_out != 0;
	if (loop_guard >= 0)
		c->loop_guard = loop_guard != 0;
	pthread_mutex_unlock(&c->lock);
}

static void
forget(js **o)
{
	js_putp(o);
	*o = json_object_new_object();
}

void
carrier_clear(struct carrier *c)
{
	pthread_mutex_lock(&c->lock);
	forget(&c->stopped);
	forget(&c->rows);
	pthread_mutex_unlock(&c->lock);
}

/* The text as a whole, blanks around it aside. */
static enum word
word_of(const char *text)
{
	size_t n;

	text += strspn(text, " \t\r\n");
	n = strlen(text);
	while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL)
		n--;
	for (size_t i = 0; i < NELEMS(words); i++)
		if (strlen(words[i].text) == n &&
		    strncasecmp(words[i].text, text, n) == 0)
			return words[i].word;
	return NO_WORD;
}

static char *
pair(const char *user, const char *number)
{
	struct buf b = BUF_INIT(1024);

	buf_printf(&b, "%s %s", user, number);
	return buf_take(&b);
}

/* The number has noted too many: it begins anew. */
static void
put(js **o, const char *key, js *value)
{
	if (json_object_object_length(*o) >= CARRIER_PAIRS)
		forget(o);
	json_object_object_add(*o, key, value);
}

static const char *
obey_locked(struct carrier *c, const char *key, enum word word)
{
	bool stopped = json_object_object_get_ex(c->stopped, key, NULL);

	if (word == WORD_OUT && !stopped) {
		put(&c->stopped, key, json_object_new_boolean(1));
		return "You have opted out and will not get more messages from this "
		       "number. Write START to opt in again.";
	}
	if (word == WORD_IN && stopped) {
		json_object_object_del(c->stopped, key);
		return "You have opted in again and will get messages from this "
		       "number. Write STOP to opt out.";
	}
	return word == WORD_HELP
	    ? "Write STOP to opt out. Rates of your operator apply."
	    : NULL;
}

const char *
carrier_hears(struct carrier *c, const char *user, const char *number, const char *text)
{
	CLEANUP(freep) char *key = NULL;
	enum word word = word_of(text);
	const char *says = NULL;

	if (word == NO_WORD || is_whatsapp(user))
		return NULL;
	key = pair(user, number);
	pthread_mutex_lock(&c->lock);
	if (c->opt_out)
		says = obey_locked(c, key, word);
	pthread_mutex_unlock(&c->lock);
	return says;
}

bool
carrier_is_stopped(struct carrier *c, const char *user, const char *number)
{
	CLEANUP(freep) char *key = pair(user, number);
	bool stopped;

	pthread_mutex_lock(&c->lock);
	stopped = c->opt_out && json_object_object_get_ex(c->stopped, key, NULL);
	pthread_mutex_unlock(&c->lock);
	return stopped;
}

static bool
count_locked(struct carrier *c, const char *key, int64_t now_ms)
{
	js *row = NULL;
	int64_t n = 0;

	if (json_object_object_get_ex(c->rows, key, &row) &&
	    now_ms - json_object_get_int64(json_object_array_get_idx(row, 1)) <
		CARRIER_GAP_MS)
		n = json_object_get_int64(json_object_array_get_idx(row, 0));
	/* One that fails is no reply: after the gap it can begin anew. */
	if (n >= CARRIER_REPLIES)
		return false;
	row = json_object_new_array();
	json_object_array_add(row, json_object_new_int64(n + 1));
	json_object_array_add(row, json_object_new_int64(now_ms));
	put(&c->rows, key, row);
	return true;
}

bool
carrier_lets_reply(
    struct carrier *c, const char *user, const char *number, int64_t now_ms)
{
	CLEANUP(freep) char *key = pair(user, number);
	bool lets;

	pthread_mutex_lock(&c->lock);
	lets = !c->loop_guard || count_locked(c, key, now_ms);
	pthread_mutex_unlock(&c->lock);
	return lets;
}
