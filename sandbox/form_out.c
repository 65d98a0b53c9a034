/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "sandbox/form_out.h"
#include "sandbox/segments.h"

/* The first field of that name, else a new one; NULL when there is no room. */
static struct twilio_param *
field(struct form_out *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->fields[i].name, name) == 0)
			return &f->fields[i];
	if (f->n == FORM_OUT_MAX)
		return NULL;
	f->fields[f->n] =
	    (struct twilio_param){ .name = name, .name_len = strlen(name) };
	return &f->fields[f->n++];
}

static void
set_bytes(struct form_out *f, const char *name, const char *value, size_t len)
{
	struct twilio_param *p = field(f, name);

	if (p == NULL)
		return;
	p->value = value;
	p->value_len = len;
}

static void
set(struct form_out *f, const char *name, const char *value)
{
	set_bytes(f, name, value, strlen(value));
}

static void
drop(struct form_out *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->fields[i].name, name) == 0) {
			f->n--;
			memmove(&f->fields[i], &f->fields[i + 1],
			    (f->n - i) * sizeof(f->fields[0]));
			return;
		}
}

/* Guessed from the number by Twilio; outside of the USA mostly empty, but sent. */
static void
add_places(struct form_out *f)
{
	static const char *const names[] = { "FromCity", "FromState", "FromZip",
		"ToCity", "ToState", "ToZip" };

	for (size_t i = 0; i < NELEMS(names); i++)
		set(f, names[i], "");
	set(f, "FromCountry", "ES");
	set(f, "ToCountry", "ES");
}

static void
add_whatsapp(struct form_out *f, const struct outgoing *m)
{
	const char *digits = m->from + strcspn(m->from, ":");

	digits += strspn(digits, ":+");
	set(f, "ProfileName", "Ana");
	set(f, "WaId", digits);
	set(f, "MessageType", "text");
	set(f, "ChannelMetadata",
	    "{\"type\":\"whatsapp\",\"data\":{\"context\":{\"ProfileName\":\"Ana\"}}}");
	set(f, "ReferralNumMedia", "0");
}

static void
apply_changes(struct form_out *f, struct arena *a, js *params)
{
	json_object_object_foreach(params, name, value)
	{
		const char *text;

		if (value == NULL) {
			drop(f, name);
			continue;
		}
		text = json_object_get_string(value);
		set_bytes(f, arena_strdup(a, name), text,
		    json_object_is_type(value, json_type_string)
			? (size_t)json_object_get_string_len(value)
			: strlen(text));
	}
}

void
form_out_make(struct form_out *f, struct arena *a, const struct outgoing *m,
    const char *account_sid)
{
	bool whatsapp = is_whatsapp(m->from);
	size_t segments = segments_of(m->body, strlen(m->body)).count;

	f->n = 0;
	set(f, "MessageSid", m->sid);
	set(f, "SmsSid", m->sid);
	set(f, "SmsMessageSid", m->sid);
	set(f, "AccountSid", account_sid);
	set(f, "From", m->from);
	set(f, "To", m->to);
	set(f, "Body", m->body);
	set(f, "NumMedia", "0");
	set(f, "NumSegments", whatsapp ? "1" : arena_printf(a, "%zu", segments));
	set(f, "SmsStatus", "received");
	set(f, "ApiVersion", "2010-04-01");
	if (whatsapp)
		add_whatsapp(f, m);
	else
		add_places(f);
	if (m->extra != NULL)
		apply_changes(f, a, m->extra);
	if (m->params != NULL)
		apply_changes(f, a, m->params);
}

void
form_out_set(struct form_out *f, const char *name, const char *value)
{
	set(f, name, value);
}

/* As browsers and Twilio write forms: a blank is +, all but unreserved is %XX. */
static void
write_part(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == ' ')
			buf_chr(out, '+');
		else
			buf_url(out, s + i, 1);
	}
}

void
form_out_write(const struct form_out *f, struct buf *out)
{
	for (size_t i = 0; i < f->n; i++) {
		if (i > 0)
			buf_chr(out, '&');
		write_part(out, f->fields[i].name, f->fields[i].name_len);
		buf_chr(out, '=');
		write_part(out, f->fields[i].value, f->fields[i].value_len);
	}
}
