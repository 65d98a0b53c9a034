/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <limits.h>
#include <string.h>

#include <libxml/parser.h>

#include "base/buf.h"
#include "base/limits.h"
#include "ctl/twiml.h"

static bool
is(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

static size_t
count(const xmlNode *parent, const char *name)
{
	size_t n = 0;

	for (const xmlNode *c = parent->children; c != NULL; c = c->next)
		n += is(c, name);
	return n;
}

/* The text right inside, without that of elements. */
static const char *
text_of(struct arena *a, const xmlNode *n)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_UPSTREAM_BYTES);

	for (const xmlNode *c = n->children; c != NULL; c = c->next)
		if ((c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE) &&
		    c->content != NULL)
			buf_str(&b, (const char *)c->content);
	return arena_strndup(a, b.data, b.len);
}

/* <Message>text</Message>, or with <Body> and <Media> inside. */
static void
read_message(struct twiml_said *m, struct arena *a, const xmlNode *n)
{
	const char **media = arena_alloc(a, (count(n, "Media") + 1) * sizeof(*media));

	*m = (struct twiml_said){ .text = "", .media = media };
	if (count(n, "Body") + count(n, "Media") == 0)
		m->text = text_of(a, n);
	for (const xmlNode *c = n->children; c != NULL; c = c->next) {
		if (is(c, "Body"))
			m->text = text_of(a, c);
		else if (is(c, "Media"))
			media[m->n_media++] = text_of(a, c);
	}
}

static bool
read_document(struct twiml_reply *out, struct arena *a, const xmlDoc *doc)
{
	const xmlNode *root = doc->intSubset == NULL ? xmlDocGetRootElement(doc) : NULL;
	struct twiml_said *messages;
	size_t n = 0;

	if (root == NULL || !is(root, "Response"))
		return false;
	messages = arena_alloc(a, (count(root, "Message") + 1) * sizeof(*messages));
	for (const xmlNode *c = root->children; c != NULL; c = c->next)
		if (is(c, "Message"))
			read_message(&messages[n++], a, c);
	*out = (struct twiml_reply){ messages, n };
	return true;
}

bool
twiml_read(struct twiml_reply *out, struct arena *a, const char *body, size_t len)
{
	xmlDoc *doc = len > INT_MAX
	    ? NULL
	    : xmlReadMemory(body, (int)len, NULL, NULL,
		  XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	bool ok = doc != NULL && read_document(out, a, doc);

	xmlFreeDoc(doc);
	return ok;
}
