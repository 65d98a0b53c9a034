/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/limits.h"
#include "base/log.h"
#include "messenger/timetable.h"

static const char *const day_names[] = { "Monday", "Tuesday", "Wednesday", "Thursday",
	"Friday", "Saturday", "Sunday" };

/* Length of a list; 0 of what is none. */
static size_t
length(js *list, size_t most, const char *what)
{
	size_t n = json_object_is_type(list, json_type_array)
	    ? json_object_array_length(list)
	    : 0;

	if (n <= most)
		return n;
	LOG(LOG_WARN, "messenger", "timetable cut", LS("of", what), LI("all", n),
	    LI("taken", most),
	    LH("have fewer hours or days of exception in Messenger's timetable"));
	return most;
}

/* One without an end or a beginning counts, so that whoever checks them sees it. */
static void
read_day(struct messenger_timetable *t, size_t day, js *list, struct arena *a)
{
	const size_t n = length(list, LIMIT_DAY_RANGES, day_names[day]);
	struct messenger_hours *hours = arena_alloc(a, (n + 1) * sizeof(*hours));

	for (size_t i = 0; i < n; i++) {
		js *is = json_object_array_get_idx(list, i);

		hours[i].from = arena_strdup(a, js_str(is, "from", ""));
		hours[i].to = arena_strdup(a, js_str(is, "to", ""));
	}
	t->days[day].hours = hours;
	t->days[day].n = n;
}

static void
read_holidays(struct messenger_timetable *t, js *list, struct arena *a)
{
	const size_t n = length(list, LIMIT_EXCEPTIONS, "holidays");
	const char **days = arena_alloc(a, (n + 1) * sizeof(*days));

	for (size_t i = 0; i < n; i++) {
		js *is = json_object_array_get_idx(list, i);

		days[i] = arena_strdup(a,
		    json_object_is_type(is, json_type_string)
			? json_object_get_string(is)
			: "");
	}
	t->holidays = days;
	t->n_holidays = n;
}

/* The queue's element of a list; NULL when there is none. */
static js *
of_queue(js *list, int64_t queue)
{
	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
		js *is = json_object_array_get_idx(list, i);

		if (js_int_loose(is, "queueId", -1) == queue)
			return is;
	}
	return NULL;
}

/* The timetable itself: the answer, or what stands in its `data`. */
static js *
body_of(js *root)
{
	js *data = js_obj(root, "data");

	return data != NULL ? data : root;
}

static bool
is_timetable(js *root)
{
	js *body = body_of(root);

	/* PHP writes an object without members so. */
	if (json_object_is_type(root, json_type_array))
		return json_object_array_length(root) == 0;
	return json_object_is_type(root, json_type_object) &&
	    (json_object_object_get_ex(body, "weeks", NULL) ||
		json_object_object_get_ex(body, "holidays", NULL));
}

bool
messenger_timetable_read(struct messenger_timetable *out, js *root, int64_t queue,
    struct arena *a, struct err *e)
{
	struct messenger_timetable t = { 0 };
	js *week, *holidays;

	if (!is_timetable(root))
		return err_set(e, ERR_UPSTREAM, 0, "no timetable in it");
	week = of_queue(js_arr(body_of(root), "weeks"), queue);
	holidays = of_queue(js_arr(body_of(root), "holidays"), queue);
	t.has_week = week != NULL;
	for (size_t i = 0; week != NULL && i < NELEMS(day_names); i++)
		read_day(&t, i, js_arr(week, day_names[i]), a);
	if (holidays != NULL)
		read_holidays(&t, js_arr(holidays, "days"), a);
	*out = t;
	return true;
}

bool
messenger_timetable_get(struct messenger_call *c, js **root, struct err *e)
{
	const struct messenger_request q = { .what = "messenger timetable",
		.path = "/v1/settings/work-timetable" };
	CLEANUP(messenger_answer_fini) struct messenger_answer r = { 0 };

	if (messenger_call_do(c, &q, &r, e) != MESSENGER_GOOD)
		return false;
	if (!is_timetable(r.root))
		return err_set(
		    e, ERR_UPSTREAM, r.status, "%s: no timetable in it", q.what);
	*root = json_object_get(r.root);
	return true;
}
