/* SPDX-License-Identifier: Apache-2.0 */
/* What a conversation of sessions.h remembers of itself: history and variables. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "sandbox/sessions.h"

js *
session_history(struct session *x)
{
	if (x->history == NULL)
		x->history = json_object_new_array();
	return x->history;
}

/* "2026-01-31 10:00:00", in UTC */
static js *
now_text(void)
{
	time_t now = (time_t)clock_wall_s(&clock_system);
	char text[32];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	return json_object_new_string(text);
}

/* The length of a text cut at a character when it is too long. */
static size_t
kept_length(const char *text)
{
	size_t n = strlen(text);

	if (n <= HISTORY_TEXT_BYTES)
		return n;
	n = HISTORY_TEXT_BYTES;
	while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	return n;
}

void
session_note(struct session *x, const char *user, const char *text)
{
	js *list = session_history(x), *one = json_object_new_object();

	json_object_object_add(one, "user", json_object_new_string(user));
	json_object_object_add(
	    one, "message", json_object_new_string_len(text, (int)kept_length(text)));
	json_object_object_add(one, "datetime", now_text());
	if (json_object_array_length(list) == HISTORY_KEPT)
		json_object_array_del_idx(list, 0, 1);
	json_object_array_add(list, one);
}

js *
session_variables(struct session *x)
{
	if (x->variables == NULL)
		x->variables = json_object_new_object();
	return x->variables;
}

bool
session_set(struct session *x, const char *name, const char *value)
{
	js *all = session_variables(x), *one = json_object_new_object();
	char key[VARIABLE_NAME_BYTES + 1];
	size_t n = strlen(name);

	if (n >= sizeof(key))
		n = sizeof(key) - 1;
	for (size_t i = 0; i < n; i++)
		key[i] =
		    name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] | 0x20) : name[i];
	key[n] = '\0';
	json_object_object_add(one, "value", json_object_new_string(value));
	if (json_object_object_length(all) >= VARIABLES_MAX &&
	    !json_object_object_get_ex(all, key, NULL)) {
		js_putp(&one);
		return false;
	}
	json_object_object_add(all, key, one);
	return true;
}
