/* SPDX-License-Identifier: Apache-2.0 */
/* botlinectl segments: what a text costs as an SMS, in the messages botline makes of it. */
#include "config.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "twilio/segments.h"
#include "twilio/transliterate.h"

/* Characters that are told one by one to a person; a program is told all. */
enum { ODDS_SHOWN = 10 };

/* A text as it would be sent. */
struct body {
	const char *text;
	struct seg_bill bill;
};

/* One message, of at most LIMIT_PART_UNITS units and so of no more characters. */
struct message {
	struct body sent,
	    plain; /* plain.text NULL: transliterate() has nothing better */
	size_t n_odds;
	struct odd {
		size_t times;
		uint32_t c;
	} odds[LIMIT_PART_UNITS]; /* what GSM-7 does not have, in order of appearance */
};

struct total {
	size_t messages, segments, plain_segments;
};

/* How it is told: appended to out, for main to print. */
struct form {
	void (*begin)(struct buf *out);
	void (*message)(struct buf *out, const struct message *m, size_t number);
	void (*end)(struct buf *out, const struct total *t);
};

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* The units of each segment, with something between. */
static void
put_segments(struct buf *out, const struct body *b, const char *between)
{
	size_t n = strlen(b->text), pos = 0, units;

	for (size_t i = 0; (units = seg_next(&b->bill, b->text, n, &pos)) > 0; i++)
		buf_printf(out, "%s%zu", i > 0 ? between : "", units);
}

static void
text_bill(struct buf *out, const struct body *b)
{
	buf_printf(out,
	    "%s, %zu unit%s, %zu segment%s: ", seg_alphabet_name(b->bill.alphabet),
	    b->bill.units, plural(b->bill.units), b->bill.segments,
	    plural(b->bill.segments));
	put_segments(out, b, " ");
	buf_chr(out, '\n');
}

/* Not what a terminal would take as an order, nor what nobody sees. */
static void
text_odd(struct buf *out, const struct odd *o)
{
	CLEANUP(buf_fini) struct buf c = BUF_INIT(4);

	utf8_put(&c, o->c);
	buf_printf(out, "U+%04" PRIX32, o->c);
	if (utf8_shows(c.data, c.len) && !utf8_turns(o->c))
		buf_printf(out, " %s", c.data);
	if (o->times > 1)
		buf_printf(out, " (%zu times)", o->times);
}

static void
text_begin(struct buf *out)
{
	(void)out;
}

static void
text_message(struct buf *out, const struct message *m, size_t number)
{
	buf_printf(out, "message %zu: ", number);
	text_bill(out, &m->sent);
	if (m->n_odds > 0)
		buf_str(out, "    not in GSM-7: ");
	for (size_t i = 0; i < m->n_odds && i < ODDS_SHOWN; i++) {
		buf_str(out, i > 0 ? ", " : "");
		text_odd(out, &m->odds[i]);
	}
	if (m->n_odds > ODDS_SHOWN)
		buf_printf(out, " and %zu more", m->n_odds - ODDS_SHOWN);
	if (m->n_odds > 0)
		buf_chr(out, '\n');
	if (m->plain.text != NULL) {
		buf_str(out, "    made plain: ");
		text_bill(out, &m->plain);
	}
}

static void
text_end(struct buf *out, const struct total *t)
{
	buf_printf(out, "total: %zu message%s, %zu segment%s", t->messages,
	    plural(t->messages), t->segments, plural(t->segments));
	if (t->plain_segments < t->segments)
		buf_printf(out, " (%zu made plain)", t->plain_segments);
	buf_chr(out, '\n');
}

static void
json_body(struct buf *out, const struct body *b)
{
	js_put_text(out, "\"text\":", b->text);
	js_put_text(out, ",\"alphabet\":", seg_alphabet_name(b->bill.alphabet));
	buf_printf(out, ",\"units\":%zu,\"segments\":%zu,\"units_per_segment\":[",
	    b->bill.units, b->bill.segments);
	put_segments(out, b, ",");
	buf_chr(out, ']');
}

static void
json_odd(struct buf *out, const struct odd *o)
{
	CLEANUP(buf_fini) struct buf c = BUF_INIT(4);

	utf8_put(&c, o->c);
	buf_printf(out, "{\"code\":\"U+%04" PRIX32 "\"", o->c);
	js_put_text(out, ",\"character\":", c.data);
	buf_printf(out, ",\"times\":%zu}", o->times);
}

static void
json_begin(struct buf *out)
{
	buf_printf(out, "{\"max_units\":%d,\"messages\":[", LIMIT_PART_UNITS);
}

static void
json_message(struct buf *out, const struct message *m, size_t number)
{
	buf_str(out, number > 1 ? ",\n{" : "\n{");
	json_body(out, &m->sent);
	buf_str(out, ",\"not_gsm7\":[");
	for (size_t i = 0; i < m->n_odds; i++) {
		buf_str(out, i > 0 ? "," : "");
		json_odd(out, &m->odds[i]);
	}
	buf_str(out, "],\"plain\":");
	if (m->plain.text == NULL) {
		buf_str(out, "null}");
		return;
	}
	buf_chr(out, '{');
	json_body(out, &m->plain);
	buf_str(out, "}}");
}

static void
json_end(struct buf *out, const struct total *t)
{
	buf_printf(out,
	    "],\n\"total\":{\"messages\":%zu,\"segments\":%zu,\"plain_segments\":%zu}}"
	    "\n",
	    t->messages, t->segments, t->plain_segments);
}

static const struct form text_form = { text_begin, text_message, text_end };
static const struct form json_form = { json_begin, json_message, json_end };

static void
find_odds(struct message *m)
{
	size_t n = strlen(m->sent.text);

	m->n_odds = 0;
	for (size_t pos = 0, i; pos < n;) {
		uint32_t c = utf8_next(m->sent.text, n, &pos);

		if (seg_septets(c) > 0)
			continue;
		for (i = 0; i < m->n_odds && m->odds[i].c != c; i++)
			continue;
		assert(i < LIMIT_PART_UNITS);
		if (i == m->n_odds)
			m->odds[m->n_odds++] = (struct odd){ 0, c };
		m->odds[i].times++;
	}
}

/* The plain text, if it is better, is the buffer's. */
static void
count(struct message *m, const char *text, struct buf *plain)
{
	size_t n = strlen(text);

	m->sent = (struct body){ text, seg_count(text, n) };
	m->plain = m->sent;
	buf_reset(plain);
	if (transliterate(text, n, LIMIT_PART_UNITS, plain))
		m->plain =
		    (struct body){ plain->data, seg_count(plain->data, plain->len) };
	else
		m->plain.text = NULL;
	find_odds(m);
}

/* Prints what is in the buffer and empties it. */
static void
flush(struct buf *out)
{
	assert(buf_ok(out));
	fwrite(out->data, 1, out->len, stdout);
	buf_reset(out);
}

/* Of all messages that sms.transliterate would make of the text. */
static size_t
plain_segments(struct arena *a, const char *text)
{
	size_t n, segments = 0;
	const char *const *parts =
	    channel_messages(channel_of("+1"), a, text, true, &n);

	for (size_t i = 0; i < n; i++)
		segments += seg_count(parts[i], strlen(parts[i])).segments;
	return segments;
}

static int
tell(const char *text, const struct form *form)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf plain = BUF_INIT((size_t)4 * LIMIT_PART_UNITS);
	CLEANUP(buf_fini) struct buf out = BUF_INIT((size_t)256 * LIMIT_PART_UNITS);
	struct message *m = arena_alloc(a, sizeof(*m));
	struct total total = { 0 };
	const char *const *parts =
	    channel_messages(channel_of("+1"), a, text, false, &total.messages);

	form->begin(&out);
	for (size_t i = 0; i < total.messages; i++) {
		count(m, parts[i], &plain);
		total.segments += m->sent.bill.segments;
		form->message(&out, m, i + 1);
		flush(&out);
	}
	total.plain_segments = plain_segments(a, text);
	form->end(&out, &total);
	flush(&out);
	if (fflush(stdout) != 0 || ferror(stdout))
		return ctl_fail(EX_IOERR, "standard output cannot be written");
	return EXIT_SUCCESS;
}

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' && c != '\t' && c != '\n' && c != '\f' &&
	    c != '\r';
}

/* NULL: botline could send it. Raw marks (render/html.h) are among the controls. */
static const char *
unfit(const struct buf *text)
{
	if (!buf_ok(text))
		return "the text is longer than an answer of a bot may be";
	if (!utf8_valid(text->data, text->len))
		return "the text is not UTF-8";
	for (size_t i = 0; i < text->len; i++)
		if (is_control(text->data[i]))
			return "the text has control characters, which botline does "
			       "not send";
	return NULL;
}

int
ctl_segments(const struct ctl *ctl, const struct opts *o)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_HTML);
	const struct form *form = opts_has(o, "json") ? &json_form : &text_form;
	const char *word = opts_word(o, 0), *why;
	struct err e;

	(void)ctl;
	if (strcmp(word, "-") != 0)
		buf_str(&text, word);
	else if (!file_read_all(STDIN_FILENO, &text, &e) && e.kind != ERR_TOO_BIG) {
		err_wrap(&e, "standard input");
		return ctl_fail(EX_IOERR, e.text);
	}
	why = unfit(&text);
	return why != NULL ? ctl_fail(EX_DATAERR, why) : tell(text.data, form);
}
