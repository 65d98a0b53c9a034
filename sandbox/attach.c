/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/limits.h"
#include "sandbox/attach.h"
#include "sandbox/blobs.h"
#include "sandbox/sandbox.h"
#include "sandbox/static.h"
#include "sandbox/uploads.h"

/* One reading. */
struct attach {
	struct sandbox *sb;
	const struct request *q;
	struct reply *r;
	const char *account_sid;
	struct outgoing *out;
	bool fresh; /* not a repeat, whose MessageSid is given */
	js *extra, *carries; /* made when the first thing is found */
};

static void
field(struct attach *at, const char *name, const char *value)
{
	json_object_object_add(at->extra, name, json_object_new_string(value));
}

/* WhatsApp tells what kind of message it is. */
static void
kind(struct attach *at, const char *type)
{
	if (is_whatsapp(at->out->from))
		field(at, "MessageType", type);
}

static bool
bad(struct attach *at, const char *what)
{
	reply_error(at->r, 400, "%s", what);
	return false;
}

/* A text of the object, or dflt; false when it is there and of another type. */
static bool
text(struct attach *at, js *o, const char *name, const char *dflt, const char **out)
{
	js *v = js_get(o, name);

	*out = js_str(o, name, dflt);
	if (v == NULL || json_object_is_type(v, json_type_string))
		return true;
	reply_error(at->r, 400, "%s must be a text", name);
	return false;
}

static const char *
kind_of_media(const char *type)
{
	static const struct {
		const char *begin, *kind;
	} kinds[] = { { "image/", "image" }, { "audio/", "audio" },
		{ "video/", "video" }, { "text/vcard", "contacts" } };

	for (size_t i = 0; i < NELEMS(kinds); i++)
		if (strncmp(type, kinds[i].begin, strlen(kinds[i].begin)) == 0)
			return kinds[i].kind;
	return "document";
}

/* Its id at Twilio: the same for each repeat of a message. */
static const char *
medium_id(struct attach *at, size_t i)
{
	const char *seed = arena_printf(at->q->arena, "%s %zu", at->out->sid, i);
	char hex[SHA256_HEX_SIZE];

	sha256_hex(seed, strlen(seed), hex);
	return arena_printf(at->q->arena, "ME%.32s", hex);
}

static const char *
twilio_url(struct attach *at, const char *base, const char *id)
{
	return arena_printf(at->q->arena,
	    "%s/2010-04-01/Accounts/%s/Messages/%s/Media/%s", base, at->account_sid,
	    at->out->sid, id);
}

/* The bytes of a file of the pages or of an upload; false: the URL is not ours. */
static bool
read_own(struct attach *at, const char *url, struct buf *out)
{
	const char *base = sandbox_url(at->sb, at->q), *type, *name;
	size_t n = strlen(base);

	if (url == NULL || strncmp(url, base, n) != 0)
		return false;
	if (strncmp(url + n, "/phone/media/", 13) == 0)
		return upload_copy(
		    at->sb->uploads, url + n + 13, out, at->q->arena, &type);
	name = url + n + strlen("/phone/");
	return strncmp(url + n, "/phone/", 7) == 0 &&
	    static_read(at->sb, name, out, &type);
}

/* Keeps a file of ours, or one that is to come wrongly, as Twilio does; false: neither. */
static bool
keep_own(struct attach *at, js *from, const char *id, const char *type, const char *url)
{
	CLEANUP(buf_fini) struct buf file = BUF_INIT(BLOB_BYTES);
	js *serve = js_obj(from, "serve");
	struct blob b;

	if (!read_own(at, url, &file) && serve == NULL)
		return false;
	b = (struct blob){ id, "", type, file.data, file.len, serve };
	blobs_put(at->sb->incoming, &b);
	return true;
}

static bool
read_medium(struct attach *at, js *from, size_t i, js *list)
{
	struct arena *a = at->q->arena;
	const char *api = arena_printf(a, "%s/twilio", server_url(at->q->server));
	const char *type, *url, *id, *public;
	js *o;

	if (!json_object_is_type(from, json_type_object))
		return bad(at, "media must be a list of objects");
	if (!text(at, from, "type", "", &type) || !text(at, from, "url", NULL, &url))
		return false;
	if (strchr(type, '/') == NULL || strlen(type) > MEDIA_TYPE_BYTES)
		return bad(at, "a medium needs a type such as image/jpeg");
	if (!blob_serve_fits(js_get(from, "serve"), at->r))
		return false;
	if (url != NULL && (*url == '\0' || strlen(url) > LIMIT_URL))
		return bad(at, "the url of a medium is empty or too long");
	id = medium_id(at, i);
	if (keep_own(at, from, id, type, url))
	public = twilio_url(at, api, id);
	else public = url != NULL ? url : twilio_url(at, "https://api.twilio.com", id);
	if (url == NULL)
		url = public;
	field(at, arena_printf(a, "MediaUrl%zu", i), public);
	field(at, arena_printf(a, "MediaContentType%zu", i), type);
	if (i == 0)
		kind(at, kind_of_media(type));
	o = json_object_new_object();
	json_object_object_add(o, "url", json_object_new_string(url));
	json_object_object_add(o, "type", json_object_new_string(type));
	json_object_array_add(list, o);
	return true;
}

static bool
read_media(struct attach *at, js *media)
{
	size_t n;
	js *list;

	if (!json_object_is_type(media, json_type_array))
		return bad(at, "media must be a list");
	n = json_object_array_length(media);
	if (n > MEDIA_MAX)
		return bad(at, "more than 10 media");
	if (n == 0)
		return true;
	if (at->fresh)
		at->out->sid[0] = at->out->sid[1] = 'M';
	list = json_object_new_array();
	json_object_object_add(at->carries, "media", list);
	field(at, "NumMedia", arena_printf(at->q->arena, "%zu", n));
	for (size_t i = 0; i < n; i++)
		if (!read_medium(at, json_object_array_get_idx(media, i), i, list))
			return false;
	return true;
}

static bool
read_button(struct attach *at, js *button)
{
	const char *title, *payload;

	if (!is_whatsapp(at->out->from))
		return bad(at, "buttons are for WhatsApp");
	if (!json_object_is_type(button, json_type_object))
		return bad(at, "button must be an object");
	if (!text(at, button, "text", "", &title) ||
	    !text(at, button, "payload", NULL, &payload))
		return false;
	if (*title == '\0')
		return bad(at, "a button needs a text");
	field(at, "ButtonText", title);
	if (payload != NULL)
		field(at, "ButtonPayload", payload);
	field(at, "ButtonType", "REPLY");
	kind(at, "button");
	if (*at->out->body == '\0')
		at->out->body = title;
	json_object_object_add(at->carries, "button", json_object_get(button));
	return true;
}

/* A number of degrees, or a text that is one; NULL otherwise. As it was written. */
static const char *
degrees(js *v, double most)
{
	const char *s = json_object_get_string(v);
	double d;
	char *end;

	if (!json_object_is_type(v, json_type_double) &&
	    !json_object_is_type(v, json_type_int) &&
	    !json_object_is_type(v, json_type_string))
		return NULL;
	d = strtod(s, &end);
	return *s != '\0' && *end == '\0' && d >= -most && d <= most ? s : NULL;
}

static bool
read_location(struct attach *at, js *location)
{
	const char *lat, *lon, *label, *address;

	if (!is_whatsapp(at->out->from))
		return bad(at, "locations are for WhatsApp");
	if (!json_object_is_type(location, json_type_object))
		return bad(at, "location must be an object");
	lat = degrees(js_get(location, "latitude"), 90);
	lon = degrees(js_get(location, "longitude"), 180);
	if (lat == NULL || lon == NULL)
		return bad(at, "a location needs latitude and longitude in degrees");
	if (!text(at, location, "label", NULL, &label) ||
	    !text(at, location, "address", NULL, &address))
		return false;
	field(at, "Latitude", lat);
	field(at, "Longitude", lon);
	if (label != NULL)
		field(at, "Label", label);
	if (address != NULL)
		field(at, "Address", address);
	kind(at, "location");
	json_object_object_add(at->carries, "location", json_object_get(location));
	return true;
}

bool
attach_read(struct sandbox *sb, js *request, const struct request *q,
    struct outgoing *out, struct reply *r)
{
	const char *account_sid =
	    out->account_sid != NULL ? out->account_sid : sb->opts->account_sid;
	js *media = js_get(request, "media"), *button = js_get(request, "button");
	js *location = js_get(request, "location");
	bool fresh = js_get(request, "repeat") == NULL;
	struct attach at = { sb, q, r, account_sid, out, fresh, NULL, NULL };

	if (media == NULL && button == NULL && location == NULL)
		return true;
	at.extra = json_object_new_object();
	at.carries = json_object_new_object();
	if ((media == NULL || read_media(&at, media)) &&
	    (button == NULL || read_button(&at, button)) &&
	    (location == NULL || read_location(&at, location))) {
		out->extra = at.extra;
		out->carries = at.carries;
		return true;
	}
	js_putp(&at.extra);
	js_putp(&at.carries);
	return false;
}
