/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements of any bytes: lines of the input in turn are a block's HTML, hint, address and
 * label; an empty line ends a statement. The reply keeps its limits, and its TwiML is XML.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "channel/channel.h"
#include "dialog/compose.h"
#include "fuzz/fuzz.h"
#include "render/html.h"
#include "twilio/twiml.h"

#define MAX_BLOCKS 8

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* The next line; NULL at the end. */
static char *
take_line(char **rest)
{
	return *rest != NULL ? strsep(rest, "\n") : NULL;
}

/* A label as the dialogue makes them: plain text, one line. */
static const char *
plain_label(struct arena *a, const char *html)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT((size_t)2 * LIMIT_HTML);

	render_label(&out, html, strlen(html));
	return arena_strndup(a, out.data, out.len);
}

static void
add_member(struct block *b, size_t which, struct arena *a, const char *line)
{
	const char **labels;

	switch (which % 4) {
	case 0:
		b->html = line;
		b->italic = which % 8 != 0;
		b->label = !b->italic;
		break;
	case 1:
		b->hint = line;
		break;
	case 2:
		b->url = line;
		break;
	default:
		labels = arena_alloc(a, sizeof(*labels));
		labels[0] = plain_label(a, line);
		b->labels = labels;
		b->n_labels = 1;
		b->first = which;
	}
}

static void
say_all(struct compose *c, char *text)
{
	struct block blocks[MAX_BLOCKS] = { 0 };
	size_t which = 0;
	char *line;

	while ((line = take_line(&text)) != NULL) {
		if (*line == '\0' || which == (size_t)4 * MAX_BLOCKS) {
			compose_say(c, blocks, (which + 3) / 4);
			memset(blocks, 0, sizeof(blocks));
			which = 0;
		} else {
			add_member(&blocks[which / 4], which, c->arena, line);
			which++;
		}
	}
	compose_say(c, blocks, (which + 3) / 4);
}

static void
check_reply(const struct channel *c, const struct reply *r)
{
	CLEANUP(buf_fini) struct buf xml = BUF_INIT(LIMIT_TWIML);
	struct twiml_message said[LIMIT_REPLY_MESSAGES];
	xmlDocPtr doc;

	must(r->n <= LIMIT_REPLY_MESSAGES);
	for (size_t i = 0; i < r->n; i++) {
		const struct message *m = &r->messages[i];
		size_t len = strlen(m->text);

		must(m->n_media <= c->max_media && (len > 0 || m->n_media > 0));
		must(utf8_utf16_units(m->text, len) <= c->max_units);
		must(utf8_valid(m->text, len));
		said[i] = (struct twiml_message){
			.text = m->text, .media = m->media, .n_media = m->n_media
		};
	}
	twiml_messages(&xml, said, r->n);
	must(buf_ok(&xml));
	doc = xmlReadMemory(xml.data, (int)xml.len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	must(doc != NULL);
	xmlFreeDoc(doc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const addresses[] = { "+1", "whatsapp:+1" };

	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	for (size_t i = 0; i < NELEMS(addresses); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(freep) char *text = xstrndup((const char *)data, size);
		struct compose c = {
			.arena = a, .channel = channel_of(addresses[i]), .plain = true
		};
		struct reply r;

		say_all(&c, text);
		compose_end(&c, &r);
		check_reply(c.channel, &r);
	}
	return 0;
}
