/* SPDX-License-Identifier: Apache-2.0 */
/* Service hours, as Messenger tells them. */
#include "config.h"

#include <glob.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "sandbox/office_rest.h"

/* Rooms that have hours when they are set at the desk. */
enum { ROOMS = 10 };

js *
office_hours(const char *kind)
{
	static const char *const days[] = { "Monday", "Tuesday", "Wednesday",
		"Thursday", "Friday", "Saturday", "Sunday" };
	js *o = json_object_new_object(), *weeks = json_object_new_array();
	bool open = strcmp(kind, "open") == 0;

	json_object_object_add(o, "weeks", weeks);
	json_object_object_add(o, "holidays", json_object_new_array());
	for (int room = 1; strcmp(kind, "none") != 0 && room <= ROOMS; room++) {
		js *week = json_object_new_object();

		office_set_int(week, "queueId", room);
		for (size_t i = 0; i < NELEMS(days); i++) {
			js *ranges = json_object_new_array();
			js *range = open ? json_object_new_object() : NULL;

			if (range != NULL) {
				office_set(range, "from", "00:00");
				office_set(range, "to", "24:00");
				json_object_array_add(ranges, range);
			}
			json_object_object_add(week, days[i], ranges);
		}
		json_object_array_add(weeks, week);
	}
	return o;
}

void
office_forget_hours(const char *pattern)
{
	glob_t found;

	if (pattern == NULL || glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (unlink(found.gl_pathv[i]) != 0)
			LOG(LOG_WARN, "sandbox", "a cache of hours stays",
			    LS("file", found.gl_pathv[i]),
			    LH("remove the file by hand, or botline goes on with "
			       "the hours of before"));
	globfree(&found);
}

void
office_timetable(const struct office_call *c)
{
	reply_json(c->r, 200, json_object_get(c->o->timetable));
}
