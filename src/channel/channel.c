/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/media_type.h"
#include "channel/channel.h"
#include "twilio/addr.h"

/* In lower case. Twilio, "Accepted content types for media", by channel. */
static const char *const whatsapp_files[] = { "jpg", "jpeg", "png", "webp", "ogg",
	"amr", "3gp", "aac", "mp3", "pdf", "doc", "docx", "pptx", "xlsx", "mp4", "vcf",
	NULL };
static const char *const sms_files[] = { "jpg", "jpeg", "png", "gif", "pdf", "doc",
	"docx", "xls", "xlsx", "mp4", "avi", "mp3", NULL };
/* Pictures and the like that only some phones or none take. */
static const char *const other_files[] = { "avif", "bmp", "eps", "heic", "heif", "ico",
	"jxl", "m4a", "m4v", "mkv", "mov", "mpeg", "mpg", "oga", "ogv", "ppt", "psd",
	"svg", "svgz", "swf", "tif", "tiff", "wav", "webm", "wmv", NULL };

static bool
is_in(const char *const *files, const char *ending, size_t len)
{
	for (; *files != NULL; files++)
		if (strlen(*files) == len && strncasecmp(*files, ending, len) == 0)
			return true;
	return false;
}

/* What stands behind the last dot of a URL's path; "" when there is no such thing. */
static const char *
ending_of(const char *url, size_t *len)
{
	const char *host = strstr(url, "://"), *end, *p;
	const char *path = host != NULL ? host + 3 : url;

	end = path + strcspn(path, "?#");
	path += strcspn(path, "/?#");
	for (p = end; p > path && p[-1] != '.' && p[-1] != '/'; p--)
		continue;
	*len = p > path && p[-1] == '.' ? (size_t)(end - p) : 0;
	return p;
}

static bool
sms_shows(enum media_kind kind, const char *url)
{
	size_t len;
	const char *ending = ending_of(url, &len);

	return kind == MEDIA_IMAGE || is_in(sms_files, ending, len);
}

/* A picture whose ending says nothing ("/image.php?id=1") is likely to be a JPEG. */
static bool
whatsapp_shows(enum media_kind kind, const char *url)
{
	size_t len;
	const char *ending = ending_of(url, &len);

	return is_in(whatsapp_files, ending, len) ||
	    (kind == MEDIA_IMAGE && !is_in(sms_files, ending, len) &&
		!is_in(other_files, ending, len));
}

enum {
	WHATSAPP_PICTURE = 5 * 1024 * 1024,
	WHATSAPP_FILE = 16 * 1024 * 1024,
	MMS_PICTURE = 5 * 1024 * 1024, /* Twilio makes it smaller for the carrier */
	MMS_FILE = 500 * 1000 /* it does not; what is larger often fails */
};

/* Source of the sizes: Twilio, "Accepted content types for media". */
static bool
takes(const char *const *files, const char *mime, size_t bytes, size_t picture,
    size_t other)
{
	const struct media_type *type = media_type_of(mime);

	if (type == NULL || bytes == 0 || !is_in(files, type->ext, strlen(type->ext)))
		return false;
	return bytes <= (type->family == MEDIA_PICTURE ? picture : other);
}

static bool
sms_takes(const char *mime, size_t bytes)
{
	return takes(sms_files, mime, bytes, MMS_PICTURE, MMS_FILE);
}

static bool
whatsapp_takes(const char *mime, size_t bytes)
{
	return takes(whatsapp_files, mime, bytes, WHATSAPP_PICTURE, WHATSAPP_FILE);
}

/* Source of the rates: Twilio, help centre, "Message sending rates and queues". */
static const struct channel whatsapp = {
	.name = "whatsapp",
	.prefix = "whatsapp:",
	.style = RENDER_WHATSAPP,
	.max_units = LIMIT_PART_UNITS,
	.max_media = 1,
	.shows = whatsapp_shows,
	.takes = whatsapp_takes,
	.per_s = 80,
};

static const struct channel sms = {
	.name = "sms",
	.prefix = "",
	.style = RENDER_PLAIN,
	.max_units = LIMIT_PART_UNITS,
	.max_media = LIMIT_MEDIA,
	.shows = sms_shows,
	.takes = sms_takes,
	.per_s = 1,
	.segments = true,
	.opts_out_by_word = true,
};

/* The prefix "" matches any address, so its row is the last. */
static const struct channel *const rows[] = { &whatsapp, &sms };

const struct channel *const *
channels(size_t *n)
{
	*n = NELEMS(rows);
	return rows;
}

const struct channel *
channel_of(const char *address)
{
	size_t last = NELEMS(rows) - 1;

	for (size_t i = 0; i < last; i++)
		if (strncmp(address, rows[i]->prefix, strlen(rows[i]->prefix)) == 0)
			return rows[i];
	return rows[last];
}

bool
channel_addresses(
    struct arena *a, const char *user_id, const char **user, const char **ours)
{
	return twilio_session_addresses(a, user_id, ours, user);
}

const char *
channel_user_of(struct arena *a, const char *phones)
{
	return arena_printf(a, TWILIO_SESSION_PREFIX "%s", phones);
}

const char *
channel_conv_id(struct arena *a, enum conf_env env, const char *user_id)
{
	if (env == CONF_PRODUCTION)
		return user_id;
	return arena_printf(a, "%s/%s", conf_env_name(env), user_id);
}
