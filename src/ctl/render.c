/* SPDX-License-Identifier: Apache-2.0 */
/* botlinectl render: what phones show of a bot's answer, message by message. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/arena.h"
#include "base/js.h"
#include "base/limits.h"
#include "channel/channel.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/paint.h"
#include "ctl/screen.h"
#include "render/html.h"
#include "twilio/segments.h"

/* Marks and links can make a text somewhat longer than its HTML; then all is escaped. */
#define TEXT_BYTES ((size_t)4 * LIMIT_HTML)
#define OUT_BYTES ((size_t)32 * LIMIT_HTML)

/* What becomes of it on one channel. */
struct shown {
	const struct channel *channel;
	const char *const *texts;
	size_t n_texts;
	struct render_media media;
	size_t segments; /* of a channel that is billed by them */
};

static void
show(struct shown *s, const struct channel *channel, struct arena *a,
    const struct buf *html, bool plain)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(TEXT_BYTES);
	struct render_whole how = { .style = channel->style, .raw_marks = true };

	*s = (struct shown){ .channel = channel,
		.media = { .arena = a, .shows = channel->shows } };
	how.media = &s->media;
	render_whole(&text, html->data, html->len, &how);
	s->texts = channel_messages(channel, a, text.data, plain, &s->n_texts);
	for (size_t i = 0; channel->segments && i < s->n_texts; i++)
		s->segments += seg_count(s->texts[i], strlen(s->texts[i])).segments;
}

/* Media go in messages of their own, as many in each as the channel allows. */
static size_t
messages_of(const struct shown *s)
{
	const size_t max = s->channel->max_media;

	return s->n_texts + (s->media.n + max - 1) / max;
}

static void
put_bill(struct buf *out, const struct shown *s, const char *text)
{
	struct seg_bill bill;

	if (!s->channel->segments)
		return;
	bill = seg_count(text, strlen(text));
	buf_printf(out, ": %s, %zu unit%s, %zu segment%s",
	    seg_alphabet_name(bill.alphabet), bill.units, bill.units == 1 ? "" : "s",
	    bill.segments, bill.segments == 1 ? "" : "s");
}

static void
head(struct buf *out, size_t number)
{
	buf_printf(
	    out, "%s--- message %zu%s", paint(PAINT_DIM), number, paint(PAINT_OFF));
}

static void
put_text(struct buf *out, const struct shown *s)
{
	const size_t all = messages_of(s), max = s->channel->max_media;
	size_t number = 0;

	buf_printf(out, "%s%s%s: %zu message%s", paint(PAINT_BOLD), s->channel->name,
	    paint(PAINT_OFF), all, all == 1 ? "" : "s");
	if (s->channel->segments)
		buf_printf(
		    out, ", %zu segment%s", s->segments, s->segments == 1 ? "" : "s");
	buf_chr(out, '\n');
	for (size_t i = 0; i < s->n_texts; i++) {
		head(out, ++number);
		put_bill(out, s, s->texts[i]);
		buf_chr(out, '\n');
		screen_text(out, s->texts[i]);
		buf_chr(out, '\n');
	}
	for (size_t i = 0; i < s->media.n; i++) {
		if (i % max == 0) {
			head(out, ++number);
			buf_chr(out, '\n');
		}
		buf_printf(out, "[media] %s\n", s->media.urls[i]);
	}
}

static void
put_json_message(struct buf *out, const struct shown *s, const char *text)
{
	struct seg_bill bill = seg_count(text, strlen(text));

	js_put_text(out, "{\"text\":", text);
	if (s->channel->segments) {
		js_put_text(out, ",\"alphabet\":", seg_alphabet_name(bill.alphabet));
		buf_printf(
		    out, ",\"units\":%zu,\"segments\":%zu", bill.units, bill.segments);
	}
	buf_str(out, ",\"media\":[]}");
}

static void
put_json(struct buf *out, const struct shown *s)
{
	const size_t max = s->channel->max_media;

	js_put_text(out, "{\"channel\":", s->channel->name);
	buf_str(out, ",\"messages\":[");
	for (size_t i = 0; i < s->n_texts; i++) {
		buf_str(out, i > 0 ? ",\n" : "\n");
		put_json_message(out, s, s->texts[i]);
	}
	for (size_t i = 0; i < s->media.n; i++) {
		if (i % max == 0)
			buf_str(out,
			    s->n_texts + i > 0 ? ",\n{\"text\":\"\",\"media\":["
					       : "\n{\"text\":\"\",\"media\":[");
		js_put_text(out, i % max == 0 ? "" : ",", s->media.urls[i]);
		buf_str(out, i % max == max - 1 || i + 1 == s->media.n ? "]}" : "");
	}
	buf_str(out, "]");
	if (s->channel->segments)
		buf_printf(out, ",\"segments\":%zu", s->segments);
	buf_chr(out, '}');
}

static const struct channel *
channel_named(const char *name)
{
	size_t n;
	const struct channel *const *all = channels(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}

/* All channels, or the one that is wanted. */
static int
render(const struct buf *html, const struct channel *only, bool json, bool plain)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(OUT_BYTES);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct channel *const *all;
	size_t n, said = 0;

	render_init();
	all = channels(&n);
	buf_str(&out, json ? "{\"channels\":[" : "");
	while (n-- > 0) { /* the last is what most phones are */
		struct shown s;

		if (only != NULL && all[n] != only)
			continue;
		show(&s, all[n], a, html, plain);
		buf_str(&out, said++ > 0 ? (json ? ",\n" : "\n") : "");
		(json ? put_json : put_text)(&out, &s);
	}
	buf_str(&out, json ? "]}\n" : "");
	return screen_print(&out);
}

int
ctl_render(const struct ctl *ctl, const struct opts *o)
{
	CLEANUP(buf_fini) struct buf html = BUF_INIT(LIMIT_HTML);
	const char *name = opts_value(o, "channel");
	const struct channel *only = name != NULL ? channel_named(name) : NULL;
	int status;

	(void)ctl;
	if (name != NULL && only == NULL)
		return opts_wrong(
		    o, "there is no such channel, but sms and whatsapp", name);
	status = screen_read(opts_word(o, 0), &html);
	return status != EXIT_SUCCESS
	    ? status
	    : render(&html, only, opts_has(o, "json"), opts_has(o, "transliterate"));
}
