/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "dialog/compose.h"
#include "dialog/said.h"
#include "dialog/session.h"
#include "render/html.h"

/* Of a TwiML document: what stands around each message, medium, and around all. Rounded up. */
#define TWIML_MESSAGE 64
#define TWIML_MEDIUM 16
#define TWIML_FRAME 128

/* One message to be. */
struct part {
	struct message message;
	size_t units;
	bool opens; /* begins a statement; else it goes on with the part before */
	bool asks; /* the end of a text that wants an answer */
};

static void
add_part(struct compose *c, const struct message *message, bool opens)
{
	if (c->n == c->cap) {
		struct part *bigger;

		c->cap = c->cap > 0 ? 2 * c->cap : 16;
		bigger = arena_alloc(c->arena, c->cap * sizeof(*bigger));
		if (c->n > 0)
			memcpy(bigger, c->parts, c->n * sizeof(*bigger));
		c->parts = bigger;
	}
	c->parts[c->n++] = (struct part){ *message,
		utf8_utf16_units(message->text, strlen(message->text)), opens, false };
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
write_html(struct compose *c, struct buf *out, const struct block *b,
    struct render_media *media)
{
	const char *html = b->html != NULL ? b->html : "";
	const struct render_whole how = {
		.style = c->channel->style,
		.italic = b->italic,
		.raw_marks = true,
		.url = b->url,
		.media = media,
	};
	size_t begin = out->len;

	if (b->plain) {
		buf_str(out, said_whole(c->arena, html));
		return;
	}
	render_whole(out, html, strlen(html), &how);
	if (b->label)
		drop_marks(c, out, begin);
}

/* A block's text, without what divides it from others. */
static void
write_block(struct compose *c, struct buf *out, const struct block *b,
    struct render_media *media)
{
	size_t end;

	write_html(c, out, b, media);
	end = out->len;
	if (b->hint != NULL) {
		buf_str(out, end > 0 ? " " : "");
		write_html(
		    c, out, &(struct block){ .html = b->hint, .label = true }, NULL);
		if (out->len == end + 1)
			buf_truncate(out, end); /* it shows nothing */
	}
	if (out->len > 0 && b->n_labels > 0)
		buf_str(out, b->gap ? "\n\n" : "\n");
	render_options(out, b->labels, b->n_labels, b->first, b->survey ? " - " : ") ");
}

/* Marks and links can make a text somewhat longer than its HTML. */
#define BLOCK_BYTES ((size_t)2 * LIMIT_HTML)
#define STATEMENT_BYTES ((size_t)4 * LIMIT_HTML)

static void
add_block(struct compose *c, struct buf *out, const struct block *b,
    struct render_media *media)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(BLOCK_BYTES);

	write_block(c, &text, b, media);
	if (text.len > 0 && out->len > 0)
		buf_str(out, b->tight ? "\n" : "\n\n");
	buf_add(out, text.data, text.len);
	if (!buf_ok(&text) || !buf_ok(out))
		LOG(LOG_WARN, "dialog", "answer cut", LI("bytes", out->len),
		    LH(HINT_CONTENT));
}

/* As many in each message as the channel allows. */
static void
add_media(struct compose *c, const struct render_media *media, bool opens)
{
	for (size_t i = 0; i < media->n; i += c->channel->max_media) {
		size_t left = media->n - i, max = c->channel->max_media;
		struct message m = {
			.text = "",
			.media = media->urls + i,
			.n_media = left < max ? left : max,
		};

		add_part(c, &m, opens && i == 0);
	}
}

void
compose_say(struct compose *c, const struct block *blocks, size_t n)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(STATEMENT_BYTES);
	struct render_media media = {
		.arena = c->arena, .shows = c->channel->shows, .may = c->may
	};
	const char *const *pieces;
	size_t n_pieces;
	bool asks = false;

	for (size_t i = 0; i < n; i++) {
		add_block(c, &text, &blocks[i], &media);
		asks = asks || blocks[i].n_labels > 0 || blocks[i].hint != NULL;
	}
	pieces = channel_messages(c->channel, c->arena, text.data, c->plain, &n_pieces);
	for (size_t i = 0; i < n_pieces; i++)
		add_part(c, &(struct message){ .text = pieces[i] }, i == 0);
	if (n_pieces > 0)
		c->parts[c->n - 1].asks = asks;
	add_media(c, &media, n_pieces == 0);
}

void
compose_medium(struct compose *c, const char *url)
{
	struct render_media media = {
		.urls = arena_alloc(c->arena, sizeof(*media.urls)), .n = 1
	};

	media.urls[0] = url;
	add_media(c, &media, true);
}

void
compose_label(struct compose *c, const char *html)
{
	compose_say(c, &(struct block){ .html = html, .label = true }, 1);
}

void
compose_notice(struct compose *c, const char *html)
{
	size_t n = strlen(html);
	bool marked = n > 1 && html[0] == '_' && html[n - 1] == '_';

	compose_say(
	    c, &(struct block){ .html = html, .label = true, .italic = !marked }, 1);
}

/* Whether part i + 1 may stand in the same message as part i. */
static bool
joinable(const struct compose *c, size_t i)
{
	const struct part *p = &c->parts[i];

	return p[1].opens && p[0].message.n_media == 0 && p[1].message.n_media == 0 &&
	    p[0].units + 2 + p[1].units <= c->channel->max_units;
}

static void
remove_part(struct compose *c, size_t i)
{
	c->n--;
	memmove(&c->parts[i], &c->parts[i + 1], (c->n - i) * sizeof(c->parts[0]));
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
	p->message.text =
	    arena_printf(c->arena, "%s\n\n%s", p[0].message.text, p[1].message.text);
	p->units += 2 + p[1].units;
	p->asks = p[1].asks;
	remove_part(c, best + 1);
	return true;
}

/* Leaves out the last message of media. False when there is none. */
static bool
drop_media(struct compose *c)
{
	for (size_t i = c->n; i > 0; i--)
		if (c->parts[i - 1].message.n_media > 0) {
			remove_part(c, i - 1);
			return true;
		}
	return false;
}

/*
 * Leaves out the text in front of a question at the end, which would be lost in its place:
 * who answers has to have seen it. False when there is none.
 */
static bool
drop_text(struct compose *c)
{
	if (c->n < 2 || !c->parts[c->n - 1].asks)
		return false;
	remove_part(c, c->n - 2);
	return true;
}

static void
write_escaped(struct buf *out, const char *s)
{
	buf_xml(out, s, strlen(s));
}

/* How many messages, from the first, a TwiML document takes. */
static size_t
twiml_room(const struct compose *c)
{
	CLEANUP(buf_fini) struct buf escaped = BUF_INIT(LIMIT_TWIML);
	size_t used = TWIML_FRAME, i;

	for (i = 0; i < c->n && i < LIMIT_REPLY_MESSAGES; i++) {
		const struct message *m = &c->parts[i].message;

		buf_reset(&escaped);
		write_escaped(&escaped, m->text);
		for (size_t k = 0; k < m->n_media; k++)
			write_escaped(&escaped, m->media[k]);
		used += escaped.len + TWIML_MESSAGE + m->n_media * TWIML_MEDIUM;
		if (!buf_ok(&escaped) || used > LIMIT_TWIML)
			break;
	}
	return i;
}

/* The same of a claim in the conversation's record. */
static size_t
claim_room(const struct compose *c)
{
	size_t used = 0, i;

	for (i = 0; i < c->n && i < LIMIT_REPLY_ALL; i++) {
		used += session_messages_bytes(&c->parts[i].message, 1) + 1;
		if (used > LIMIT_CLAIM_BYTES)
			break;
	}
	return i;
}

/*
 * How many messages there will be, max at most. Better a picture less than the question
 * behind it.
 */
static size_t
make_room(struct compose *c, size_t max, size_t (*room)(const struct compose *c))
{
	size_t all, n, media = 0;

	while (c->n > max) {
		if (join_one(c))
			continue;
		if (!drop_media(c))
			break;
		media++;
	}
	all = c->n + media;
	while (room(c) < c->n && drop_media(c))
		media++;
	while ((n = room(c)) < c->n && drop_text(c))
		;
	if (n < all)
		LOG(LOG_WARN, "dialog", "reply cut", LI("messages", all), LI("kept", n),
		    LI("media_lost", media), LH(HINT_CONTENT));
	return n;
}

static void
give(const struct compose *c, size_t n, struct reply *out)
{
	struct message *messages;

	messages = arena_alloc(c->arena, (n + 1) * sizeof(*messages));
	for (size_t i = 0; i < n; i++)
		messages[i] = c->parts[i].message;
	out->messages = messages;
	out->n = n;
}

void
compose_end(struct compose *c, struct reply *out)
{
	size_t n = make_room(c, LIMIT_REPLY_MESSAGES, twiml_room);

	give(c, n, out);
}

void
compose_all(struct compose *c, struct reply *out)
{
	size_t n = make_room(c, LIMIT_REPLY_ALL, claim_room);

	give(c, n, out);
}

bool
compose_fits(const struct compose *c)
{
	return twiml_room(c) == c->n;
}
