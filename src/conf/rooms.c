/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "conf/nearest.h"
#include "conf/rooms.h"

static bool
no_room(const char *name, struct err *e)
{
	struct nearest near = NEAREST_INIT(name);
	CLEANUP(buf_fini) struct buf all = BUF_INIT(200);

	for (size_t i = 0; i < LOG_ROOM_N; i++) {
		nearest_offer(&near, log_room_names[i]);
		buf_printf(&all, "%s%s", i > 0 ? ", " : "", log_room_names[i]);
	}
	if (near.best[0] != '\0')
		return err_set(
		    e, ERR_CONFIG, 0, "is no room (did you mean %s?)", near.best);
	return err_set(e, ERR_CONFIG, 0, "is no room; those are %s", all.data);
}

bool
rooms_read(const char *item, enum log_room *room, enum log_level *level, struct err *e)
{
	const char *sign = strchr(item, '=');
	char name[NEAREST_LONGEST + 1];
	enum log_room found;

	if (sign == NULL || sign == item)
		return err_set(e, ERR_CONFIG, 0,
		    "must be a room and its level, such as \"http=debug\"");
	found = log_room_find(item, (size_t)(sign - item));
	if (found == LOG_ROOM_N) {
		snprintf(name, sizeof(name), "%.*s", (int)(sign - item), item);
		(void)no_room(name, e);
		return err_wrap(e, "\"%.40s\"", name);
	}
	if (!log_level_find(sign + 1, level))
		return err_set(e, ERR_CONFIG, 0,
		    "the level behind %s= must be error, warn, info or debug",
		    log_room_names[found]);
	*room = found;
	return true;
}

bool
rooms_check(const char *const *items, size_t n, struct err *e)
{
	size_t named_by[LOG_ROOM_N] = { 0 };

	for (size_t i = 0; i < n; i++) {
		enum log_level level = LOG_INFO;
		enum log_room room = LOG_ROOM_base;

		if (!rooms_read(items[i], &room, &level, e))
			return err_wrap(e, "item %zu", i + 1);
		if (named_by[room] != 0)
			return err_set(e, ERR_CONFIG, 0,
			    "items %zu and %zu name the same room", named_by[room],
			    i + 1);
		named_by[room] = i + 1;
	}
	return true;
}
