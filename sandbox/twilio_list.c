/* SPDX-License-Identifier: Apache-2.0 */
/* GET …/Messages.json and …/Messages/{SID}.json. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "sandbox/outbox_inner.h"
#include "sandbox/sandbox.h"

enum { PAGE = 50, PAGE_MAX = 1000 };

void
twilio_one(struct sandbox *sb, const struct request *q, struct reply *r)
{
	const char *name = strrchr(q->path, '/') + 1;
	const char *sid = arena_strndup(q->arena, name, strlen(name) - strlen(".json"));
	js *m;

	pthread_mutex_lock(&sb->outbox->lock);
	m = outbox_find(sb->outbox, sid);
	if (m != NULL)
		reply_json(r, 200, outbox_view(m));
	pthread_mutex_unlock(&sb->outbox->lock);
	if (m == NULL)
		twilio_refuses(r, q, 404, 20404,
		    arena_printf(q->arena,
			"The requested resource %.200s was not found", q->path));
}

/* Bounds of the moment it was sent, Unix time; 0: none. */
struct filter {
	const char *to, *from;
	time_t after, before;
	int64_t made_ms; /* not later than this, by the monotonic clock */
};

/* "2026-01-31" or "2026-01-31T10:00:00Z"; a day begins with it. 0: neither. */
static time_t
moment(const char *text, bool *is_day)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%d", &tm);

	*is_day = end != NULL && *end == '\0';
	if (end != NULL && *end != '\0')
		end = strptime(end, "T%H:%M:%S", &tm);
	if (end == NULL || (*end != '\0' && strcmp(end, "Z") != 0))
		return 0;
	return timegm(&tm);
}

static bool
read_filter(const struct request *q, struct filter *f)
{
	const char *on = request_arg(q, "DateSent");
	const char *after = request_arg(q, "DateSent>");
	const char *before = request_arg(q, "DateSent<");
	bool day = false;

	*f = (struct filter){ request_arg(q, "To"), request_arg(q, "From"), 0, 0, 0 };
	if (on != NULL) {
		f->after = moment(on, &day);
		f->before = f->after + (day ? 86399 : 0);
	}
	if (after != NULL)
		f->after = moment(after, &day);
	if (before != NULL) {
		f->before = moment(before, &day);
		f->before += f->before != 0 && day ? 86399 : 0;
	}
	return (on == NULL && after == NULL) || f->after != 0
	    ? before == NULL || f->before != 0
	    : false;
}

/* One that is on its way counts by the moment it was created. */
static time_t
sent_at(js *m)
{
	struct tm tm = { 0 };
	const char *text = js_str(m, "date_sent", js_str(m, "date_created", ""));

	return strptime(text, "%a, %d %b %Y %H:%M:%S", &tm) != NULL ? timegm(&tm) : 0;
}

static bool
fits(const struct filter *f, js *m)
{
	time_t at;

	if ((f->from != NULL && strcmp(f->from, js_str(m, "from", "")) != 0) ||
	    js_int(m, "x.made_ms", 0) > f->made_ms)
		return false;
	at = sent_at(m);
	return (f->after == 0 || at >= f->after) && (f->before == 0 || at <= f->before);
}

static const char *
page_uri(const struct request *q, const struct sandbox *sb, int64_t size, int64_t page)
{
	CLEANUP(js_putp) js *args = request_query(q);
	CLEANUP(buf_fini) struct buf b = BUF_INIT(8192);

	buf_printf(&b, "/2010-04-01/Accounts/%s/Messages.json?PageSize=%lld&Page=%lld",
	    sb->opts->account_sid, (long long)size, (long long)page);
	if (args != NULL) {
		json_object_object_foreach(args, name, value)
		{
			if (strncmp(name, "Page", 4) == 0)
				continue;
			buf_chr(&b, '&');
			buf_url(&b, name, strlen(name));
			buf_chr(&b, '=');
			buf_url(&b, json_object_get_string(value),
			    (size_t)json_object_get_string_len(value));
		}
	}
	return arena_strdup(q->arena, b.data);
}

/* The page's messages, newest first; *more: there is another page. */
static js *
page_locked(
    struct outbox *ob, const struct filter *f, int64_t size, int64_t page, bool *more)
{
	js *list = json_object_new_array();
	js *all = outbox_list(ob, f->to);
	int64_t seen = 0;

	*more = false;
	for (size_t i = all != NULL ? json_object_array_length(all) : 0; i-- > 0;) {
		js *m = json_object_array_get_idx(all, i);

		if (!fits(f, m))
			continue;
		if (seen >= (page + 1) * size) {
			*more = true;
			break;
		}
		if (seen++ >= page * size)
			json_object_array_add(list, outbox_view(m));
	}
	return list;
}

static js *
uri(const char *text)
{
	return text != NULL ? json_object_new_string(text) : NULL;
}

void
twilio_list(struct sandbox *sb, const struct request *q, struct reply *r)
{
	int64_t size = request_arg_int(q, "PageSize", PAGE);
	int64_t page = request_arg_int(q, "Page", 0), start;
	struct filter f;
	js *o, *list;
	bool more;

	if (!read_filter(q, &f) || size < 1 || page < 0 || page > OUTBOX_KEPT) {
		twilio_refuses(r, q, 400, 20001, "A parameter is not valid");
		return;
	}
	if (size > PAGE_MAX)
		size = PAGE_MAX;
	start = page * size;
	o = json_object_new_object();
	pthread_mutex_lock(&sb->outbox->lock);
	f.made_ms = clock_mono_ms(&clock_system) - sb->outbox->lag_ms;
	list = page_locked(sb->outbox, &f, size, page, &more);
	json_object_object_add(o, "page", json_object_new_int64(page));
	json_object_object_add(o, "page_size", json_object_new_int64(size));
	json_object_object_add(o, "start", json_object_new_int64(start));
	json_object_object_add(o, "end",
	    json_object_new_int64(start + (int64_t)json_object_array_length(list) - 1));
	json_object_object_add(o, "uri", uri(page_uri(q, sb, size, page)));
	json_object_object_add(o, "first_page_uri", uri(page_uri(q, sb, size, 0)));
	json_object_object_add(
	    o, "next_page_uri", uri(more ? page_uri(q, sb, size, page + 1) : NULL));
	json_object_object_add(o, "previous_page_uri",
	    uri(page > 0 ? page_uri(q, sb, size, page - 1) : NULL));
	json_object_object_add(o, "messages", list);
	reply_json(r, 200, o);
	pthread_mutex_unlock(&sb->outbox->lock);
}
