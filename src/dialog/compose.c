/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "dialog/compose.h"
#include "render/html.h"

/* Of a TwiML document: what stands around each message, and around all. Rounded up. */
#define TWIML_MESSAGE 64
#define TWIML_FRAME 128

/* One message to be. */
struct part {
	const char *text;
	size_t units;
	bool opens; /* begins a statement; else it goes on with the part before */
};

static void
add_part(struct compose *c, const char *text, bool opens)
{
	if (c->n == c->cap) {
		struct part *bigger;

		c->cap = c->cap > 0 ? 2 * c->cap : 16;
		bigger = arena_alloc(c->arena, c->cap * sizeof(*bigger));
		if (c->n > 0)
			memcpy(bigger, c->parts, c->n * sizeof(*bigger));
		c->parts = bigger;
	}
	c->parts[c->n++] =
	    (struct part){ text, utf8_utf16_units(text, strlen(text)), opens };
}

/*
 * Labels are written for channels that know `_italic_`; on the others the marks around one
 * are noise.
 */
static void
drop_marks(const struct compose *c, struct buf *text, size_t begin)
{
	size_t end = text->len;

	if (c->channel->style != RENDER_PLAIN || end < begin + 2 ||
	    text->data[begin] != '_' || text->data[end - 1] != '_')
		return;
	memmove(text->data + begin, text->data + begin + 1, end - begin - 2);
	buf_truncate(text, end - 2);
}

static void
write_html(struct compose *c, struct buf *out, const struct block *b)
{
	const char *html = b->html != NULL ? b->html : "";
	const struct render_whole how = {
		.style = c->channel->style,
		.italic = b->italic,
		.url = b->url,
	};
	size_t begin = out->len;

	render_whole(out, html, strlen(html), &how);
	if (b->label)
		drop_marks(c, out, begin);
}

/* A block's text, without what divides it from others. */
static void
write_block(struct compose *c, struct buf *out, const struct block *b)
{
	size_t end;

	write_html(c, out, b);
	end = out->len;
	if (b->hint != NULL) {
		buf_str(out, end > 0 ? " " : "");
		write_html(c, out, &(struct block){ .html = b->hint, .label = true });
		if (out->len == end + 1)
			buf_truncate(out, end); /* it shows nothing */
	}
	if (out->len > 0 && b->n_labels > 0)
		buf_str(out, b->gap ? "\n\n" : "\n");
	render_options(out, b->labels, b->n_labels, b->first);
}

/* Marks and links can make a text somewhat longer than its HTML. */
#define BLOCK_BYTES ((size_t)2 * LIMIT_HTML)
#define STATEMENT_BYTES ((size_t)4 * LIMIT_HTML)

static void
add_block(struct compose *c, struct buf *out, const struct block *b)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(BLOCK_BYTES);

	write_block(c, &text, b);
	if (text.len > 0 && out->len > 0)
		buf_str(out, "\n\n");
	buf_add(out, text.data, text.len);
	if (!buf_ok(&text) || !buf_ok(out))
		LOG(LOG_WARN, "dialog", "answer cut", LI("bytes", out->len));
}

void
compose_say(struct compose *c, const struct block *blocks, size_t n)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(STATEMENT_BYTES);
	const char *const *pieces;
	size_t n_pieces;

	for (size_t i = 0; i < n; i++)
		add_block(c, &text, &blocks[i]);
	pieces = channel_split(c->channel, c->arena, text.data, &n_pieces);
	for (size_t i = 0; i < n_pieces; i++)
		add_part(c, pieces[i], i == 0);
}

void
compose_label(struct compose *c, const char *html)
{
	compose_say(c, &(struct block){ .html = html, .label = true }, 1);
}

/* Whether part i + 1 may stand in the same message as part i. */
static bool
joinable(const struct compose *c, size_t i)
{
	return c->parts[i + 1].opens &&
	    c->parts[i].units + 2 + c->parts[i + 1].units <= c->channel->max_units;
}

/*
 * Joins the shortest pair of neighbours that may be joined. False when there is none.
 */
static bool
join_one(struct compose *c)
{
	size_t best = c->n, best_units = SIZE_MAX;
	struct part *p;

	for (size_t i = 0; i + 1 < c->n; i++) {
		size_t units = c->parts[i].units + c->parts[i + 1].units;

		if (joinable(c, i) && units < best_units) {
			best = i;
			best_units = units;
		}
	}
	if (best == c->n)
		return false;
	p = &c->parts[best];
	p->text = arena_printf(c->arena, "%s\n\n%s", p[0].text, p[1].text);
	p->units += 2 + p[1].units;
	c->n--;
	memmove(p + 1, p + 2, (c->n - best - 1) * sizeof(*p));
	return true;
}

/* How many messages, from the first, a TwiML document takes. */
static size_t
twiml_room(const struct compose *c)
{
	CLEANUP(buf_fini) struct buf escaped = BUF_INIT(LIMIT_TWIML);
	size_t used = TWIML_FRAME, i;

	for (i = 0; i < c->n && i < LIMIT_REPLY_MESSAGES; i++) {
		buf_reset(&escaped);
		buf_xml(&escaped, c->parts[i].text, strlen(c->parts[i].text));
		used += escaped.len + TWIML_MESSAGE;
		if (!buf_ok(&escaped) || used > LIMIT_TWIML)
			break;
	}
	return i;
}

void
compose_end(struct compose *c, struct reply *out)
{
	struct message *messages;
	size_t n;

	while (c->n > LIMIT_REPLY_MESSAGES && join_one(c))
		continue;
	n = twiml_room(c);
	if (n < c->n)
		LOG(LOG_WARN, "dialog", "reply cut", LI("messages", c->n),
		    LI("kept", n));
	messages = arena_alloc(c->arena, (n + 1) * sizeof(*messages));
	for (size_t i = 0; i < n; i++)
		messages[i] = (struct message){ .text = c->parts[i].text };
	out->messages = messages;
	out->n = n;
}
