/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "twilio/inbound.h"

/* No coordinate has more characters that mean anything. */
enum { MOST_OF_DEGREES = 32 };

/* Well-formed UTF-8 without the NULs some carriers send. */
static char *
clean(struct arena *a, const char *bytes, size_t n)
{
	CLEANUP(buf_fini)
	struct buf text = BUF_INIT(n * 3); /* U+FFFD takes three bytes */
	size_t len = 0;
	char *s;

	utf8_repair(&text, bytes, n);
	s = arena_alloc(a, text.len + 1);
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] != '\0')
			s[len++] = text.data[i];
	return s;
}

/* Nothing to be seen: the clean-up of what was said drops controls, too. */
static bool
is_nothing(uint32_t c)
{
	return c < 0x20 || c == 0x7f || utf8_is_blank(c);
}

static bool
is_blank(const char *s)
{
	size_t n = strlen(s), pos = 0;

	while (pos < n)
		if (!is_nothing(utf8_next(s, n, &pos)))
			return false;
	return true;
}

/* The field as text; NULL when it is absent or blank. */
static char *
field_text(const struct form *f, const char *name, struct arena *a)
{
	const struct form_field *field = form_find(f, name);
	char *s;

	if (field == NULL || field->value_len == 0)
		return NULL;
	s = clean(a, field->value, field->value_len);
	return is_blank(s) ? NULL : s;
}

/* Ids are compared, not shown: one of this length is none that we or a template made. */
static const char *
usable_id(const char *id)
{
	return id != NULL && !is_blank(id) && strlen(id) <= LIMIT_OPTION_VALUE ? id
									       : NULL;
}

/* An id in the JSON that comes with WhatsApp's interactive messages. */
static const char *
interactive_id(const struct form *f, struct arena *a)
{
	static const char *const places[] = { "button_reply.id", "list_reply.id",
		"interactive.button_reply.id", "interactive.list_reply.id", "id" };
	const struct form_field *field = form_find(f, "InteractiveData");
	CLEANUP(js_putp) js *root = NULL;
	const char *id = NULL;
	struct err e;

	if (field == NULL || !js_parse(field->value, field->value_len, &root, &e))
		return NULL;
	for (size_t i = 0; i < NELEMS(places) && id == NULL; i++)
		id = usable_id(js_str(root, places[i], NULL));
	return arena_strdup(a, id);
}

static const char *
picked(const struct form *f, struct arena *a)
{
	const char *id = usable_id(field_text(f, "ButtonPayload", a));

	if (id == NULL)
		id = usable_id(field_text(f, "ListId", a));
	return id != NULL ? id : interactive_id(f, a);
}

/* MediaUrl0, MediaUrl1 … MediaUrl99: no other name that begins so. */
static bool
is_media_url(const struct form_field *f)
{
	static const char prefix[] = "MediaUrl";
	const size_t n = sizeof(prefix) - 1;

	if (f->value_len == 0 || f->name_len <= n || f->name_len > n + 2 ||
	    memcmp(f->name, prefix, n) != 0)
		return false;
	for (size_t i = n; i < f->name_len; i++)
		if (!isdigit((unsigned char)f->name[i]))
			return false;
	return true;
}

static size_t
count_urls(const struct form *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += is_media_url(&f->fields[i]);
	return n;
}

/*
 * The files there are, or as many as are announced when that is more: one that Twilio could
 * not fetch was sent all the same. Contact cards, stickers and voice notes are files, too.
 */
static size_t
count_media(const struct form *f)
{
	const char *announced = form_get(f, "NumMedia");
	size_t n = count_urls(f);

	if (announced != NULL && strlen(announced) <= 2 &&
	    strspn(announced, "0123456789") == strlen(announced)) {
		size_t said = strtoul(announced, NULL, 10);

		n = said > n ? said : n;
	}
	return n < LIMIT_MEDIA ? n : LIMIT_MEDIA;
}

/* A plain decimal number of at most max to either side; no locale has a say in it. */
static bool
is_degrees(const char *s, int max)
{
	bool beyond = false;
	int whole = 0;

	if (s == NULL || strlen(s) > MOST_OF_DEGREES)
		return false;
	s += *s == '-';
	if (!isdigit((unsigned char)*s))
		return false;
	for (; isdigit((unsigned char)*s) && whole <= max; s++)
		whole = whole * 10 + (*s - '0');
	if (*s == '.' && !isdigit((unsigned char)*++s))
		return false;
	for (; isdigit((unsigned char)*s); s++)
		beyond |= *s != '0';
	return *s == '\0' && (whole < max || (whole == max && !beyond));
}

/* Both with the glue between, or the one that is there; "" without any. */
static const char *
join(struct arena *a, const char *one, const char *glue, const char *two)
{
	if (one == NULL || *one == '\0')
		return two != NULL ? two : "";
	if (two == NULL || *two == '\0')
		return one;
	return arena_printf(a, "%s%s%s", one, glue, two);
}

/* What a place is called, trimmed, and cut where it is no name any more; NULL: no name. */
static const char *
place_name(const struct form *f, const char *field, struct arena *a)
{
	const char *s = field_text(f, field, a);
	size_t n = s != NULL ? strlen(s) : 0, pos = 0, begin = 0, end = 0;

	while (pos < n) {
		if (is_nothing(utf8_next(s, n, &pos))) {
			if (end == 0)
				begin = pos;
		} else if (pos - begin > LIMIT_LABEL) {
			break;
		} else {
			end = pos;
		}
	}
	return s != NULL ? arena_strndup(a, s + begin, end - begin) : NULL;
}

/* "Label, Address https://…": what a location says as a text; "" when none came. */
static const char *
location(const struct form *f, struct arena *a)
{
	const char *lat = form_get(f, "Latitude"), *lon = form_get(f, "Longitude");
	const char *label, *address, *link = NULL;

	if (lat == NULL || lon == NULL)
		return "";
	label = place_name(f, "Label", a);
	address = place_name(f, "Address", a);
	if (is_degrees(lat, 90) && is_degrees(lon, 180))
		link = arena_printf(a, "https://maps.google.com/?q=%s,%s", lat, lon);
	return join(a, join(a, label, ", ", address), " ", link);
}

/* The title he pressed stands in Body; where it does not, its own field has it. */
static const char *
visible(const struct form *f, const char *pick, struct arena *a)
{
	static const char *const fields[] = { "Body", "ButtonText", "ListTitle" };

	for (size_t i = 0; i < NELEMS(fields); i++) {
		const char *text = field_text(f, fields[i], a);

		if (text != NULL)
			return text;
	}
	return pick != NULL ? pick : "";
}

static enum twilio_opt_out
opted(const struct form *f)
{
	static const char *const words[] = { [TWILIO_OPT_OUT_STOP] = "STOP",
		[TWILIO_OPT_OUT_START] = "START",
		[TWILIO_OPT_OUT_HELP] = "HELP" };
	const char *word = form_get(f, "OptOutType");

	for (size_t i = TWILIO_OPT_OUT_STOP; i < NELEMS(words); i++)
		if (word != NULL && strcasecmp(word, words[i]) == 0)
			return (enum twilio_opt_out)i;
	return TWILIO_OPT_OUT_NONE;
}

void
twilio_said(struct twilio_said *out, const struct form *form, struct arena *a)
{
	out->pick = picked(form, a);
	out->n_media = count_media(form);
	out->opt_out = opted(form);
	out->text = join(a, visible(form, out->pick, a), " ", location(form, a));
}

/* "MediaUrl7": the field, when it is there and not empty. */
static const struct form_field *
numbered(const struct form *f, const char *name, int i, struct arena *a)
{
	const struct form_field *field = form_find(f, arena_printf(a, "%s%d", name, i));

	return field != NULL && field->value_len > 0 ? field : NULL;
}

/* "" when it is absent, longer than max, or holds anything but printable ASCII. */
static const char *
plain(const struct form_field *field, size_t max)
{
	if (field == NULL || field->value_len > max)
		return "";
	for (size_t i = 0; i < field->value_len; i++)
		if (field->value[i] < ' ' || field->value[i] > '~')
			return "";
	return field->value;
}

size_t
twilio_files(const struct twilio_file **out, const struct form *form, struct arena *a)
{
	struct twilio_file *files = arena_alloc(a, LIMIT_MEDIA * sizeof(*files));
	size_t n = 0, there = count_urls(form);

	if (there > LIMIT_MEDIA)
		there = LIMIT_MEDIA;
	for (int i = 0; i < 100 && n < there; i++) {
		const struct form_field *url = numbered(form, "MediaUrl", i, a);

		if (url == NULL)
			continue;
		files[n].url = plain(url, LIMIT_URL);
		files[n++].claimed =
		    plain(numbered(form, "MediaContentType", i, a), LIMIT_LABEL);
	}
	*out = files;
	return n;
}
