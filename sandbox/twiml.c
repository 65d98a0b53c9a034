/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>

#include "base/utf8.h"
#include "sandbox/twiml.h"

/* One reading. */
struct reading {
	struct twiml *out;
	struct arena *a;
	bool whatsapp;
	bool stopped; /* nothing behind a Redirect is run */
};

static const char *const voice_verbs[] = { "Connect", "Dial", "Echo", "Enqueue",
	"Gather", "Hangup", "Leave", "Pause", "Pay", "Play", "Prompt", "Queue",
	"Record", "Refer", "Reject", "Say", "Start", "Stop" };

void
twiml_fault(
    struct twiml *t, struct arena *a, enum twilio_code code, const char *fmt, ...)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(600);
	va_list ap;

	if (t->n_faults == TWIML_FAULTS)
		return;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	t->faults[t->n_faults++] =
	    (struct twilio_fault){ code, arena_strdup(a, b.data) };
}

#define FAULT(r, code, ...) twiml_fault((r)->out, (r)->a, code, __VA_ARGS__)

static const char *
name_of(const xmlNode *n)
{
	return (const char *)n->name;
}

static bool
is(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && n->ns == NULL &&
	    strcmp(name_of(n), name) == 0;
}

static bool
is_text(const xmlNode *n)
{
	return n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE;
}

static bool
is_blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

/* The text right inside; that of child elements does not belong to it. */
static const char *
own_text(struct reading *r, const xmlNode *n)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(TWIML_BYTES);

	for (const xmlNode *c = n->children; c != NULL; c = c->next)
		if (is_text(c) && c->content != NULL)
			buf_str(&b, (const char *)c->content);
	return arena_strdup(r->a, b.data);
}

static bool
has_elements(const xmlNode *n)
{
	for (const xmlNode *c = n->children; c != NULL; c = c->next)
		if (c->type == XML_ELEMENT_NODE)
			return true;
	return false;
}

/* Attributes not in the list are warned about. */
static void
check_attributes(
    struct reading *r, const xmlNode *n, const char *const *known, size_t n_known)
{
	for (const xmlAttr *at = n->properties; at != NULL; at = at->next) {
		bool ok = false;

		for (size_t i = 0; i < n_known; i++)
			ok = ok || strcmp((const char *)at->name, known[i]) == 0;
		if (!ok)
			FAULT(r, TWILIO_SCHEMA,
			    "attribute \"%.60s\" is not allowed in <%.60s>",
			    (const char *)at->name, name_of(n));
	}
}

static const char *
attribute(struct reading *r, const xmlNode *n, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(n, (const xmlChar *)name);
	const char *copy = arena_strdup(r->a, (const char *)value);

	xmlFree(value);
	return copy;
}

/* The text of a part, which must not hold elements. */
static const char *
part_text(struct reading *r, const xmlNode *n)
{
	check_attributes(r, n, NULL, 0);
	if (has_elements(n))
		FAULT(r, TWILIO_SCHEMA, "<%.60s> holds text only", name_of(n));
	return own_text(r, n);
}

static void
add_media(struct reading *r, const xmlNode *n, const char **list, size_t *count)
{
	size_t max = r->whatsapp ? TWIML_MEDIA_WHATSAPP : TWIML_MEDIA_SMS;
	const char *url = part_text(r, n);

	url += strspn(url, " \t\r\n");
	url = arena_strndup(r->a, url, strcspn(url, " \t\r\n"));
	if (*url == '\0')
		FAULT(r, TWILIO_SCHEMA, "<Media> is empty");
	else if (*count == max)
		FAULT(r, TWILIO_SCHEMA, "more than %zu <Media> in one <Message>", max);
	else
		list[(*count)++] = url;
}

/* Body and Media children, or plain text, never both. */
static void
read_parts(struct reading *r, const xmlNode *n, struct twiml_message *m)
{
	const char **media = arena_alloc(r->a, TWIML_MEDIA_SMS * sizeof(*media));
	CLEANUP(buf_fini) struct buf body = BUF_INIT(TWIML_BYTES);

	for (const xmlNode *c = n->children; c != NULL; c = c->next) {
		if (is(c, "Body"))
			buf_str(&body, part_text(r, c));
		else if (is(c, "Media"))
			add_media(r, c, media, &m->n_media);
		else if (c->type == XML_ELEMENT_NODE)
			FAULT(r, TWILIO_SCHEMA, "<%.60s> is not allowed in <Message>",
			    name_of(c));
	}
	if (!has_elements(n))
		m->body = own_text(r, n);
	else
		m->body = arena_strdup(r->a, body.data);
	if (has_elements(n) && !is_blank(own_text(r, n)))
		FAULT(r, TWILIO_SCHEMA, "text beside the elements of <Message>");
	m->media = media;
}

static bool
body_fits(struct reading *r, const struct twiml_message *m)
{
	size_t units = utf8_utf16_units(m->body, strlen(m->body));

	if (is_blank(m->body) && m->n_media == 0)
		FAULT(r, TWILIO_BODY, "a message without text and media");
	else if (units > TWIML_TEXT_UNITS)
		FAULT(r, TWILIO_BODY, "a message of %zu characters; %d are the limit",
		    units, TWIML_TEXT_UNITS);
	else
		return true;
	return false;
}

static bool
address_fits(struct reading *r, const char *address, enum twilio_code code)
{
	const char *digits = address;

	if (address == NULL)
		return true;
	if (strncmp(digits, "whatsapp:", 9) == 0)
		digits += 9;
	digits += *digits == '+';
	if (*digits != '\0' && digits[strspn(digits, "0123456789")] == '\0')
		return true;
	FAULT(r, code, "\"%.40s\" is not a phone number", address);
	return false;
}

static bool
method_fits(struct reading *r, const char *method)
{
	if (method == NULL || strcasecmp(method, "GET") == 0 ||
	    strcasecmp(method, "POST") == 0)
		return true;
	FAULT(r, TWILIO_METHOD, "method \"%.40s\" is neither GET nor POST", method);
	return false;
}

static void
add_message(struct reading *r, const struct twiml_message *m)
{
	if (r->out->n == TWIML_MESSAGES) {
		FAULT(r, TWILIO_TOO_MANY, "more than %d messages in one reply",
		    TWIML_MESSAGES);
		r->stopped = true;
	} else {
		r->out->messages[r->out->n++] = *m;
	}
}

/* Twilio takes one relative to the webhook too; nobody needs that here. */
static const char *
callback(struct reading *r, const xmlNode *n)
{
	const char *url = attribute(r, n, "statusCallback");

	return url != NULL && strstr(url, "://") != NULL ? url : NULL;
}

static void
read_message(struct reading *r, const xmlNode *n)
{
	static const char *const known[] = { "to", "from", "action", "method",
		"statusCallback" };
	struct twiml_message m = { .body = "",
		.to = attribute(r, n, "to"),
		.from = attribute(r, n, "from"),
		.callback = callback(r, n) };

	check_attributes(r, n, known, NELEMS(known));
	read_parts(r, n, &m);
	if (method_fits(r, attribute(r, n, "method")) &&
	    address_fits(r, m.to, TWILIO_TO) && address_fits(r, m.from, TWILIO_FROM) &&
	    body_fits(r, &m))
		add_message(r, &m);
}

static void
read_verb(struct reading *r, const xmlNode *n)
{
	for (size_t i = 0; i < NELEMS(voice_verbs); i++)
		if (is(n, voice_verbs[i])) {
			FAULT(r, TWILIO_VERB, "<%s> is for calls, not for messages",
			    name_of(n));
			return;
		}
	if (is(n, "Message")) {
		read_message(r, n);
	} else if (is(n, "Redirect")) {
		FAULT(r, TWILIO_SCHEMA, "<Redirect> is not followed by the sandbox");
		r->stopped = true;
	} else {
		FAULT(r, TWILIO_SCHEMA, "<%.60s> is not a verb (case counts)",
		    name_of(n));
	}
}

static void
read_root(struct reading *r, const xmlNode *root)
{
	static const char *const known[] = { "version" };
	const char *version = attribute(r, root, "version");

	if (!is(root, "Response")) {
		FAULT(r, TWILIO_SCHEMA,
		    "the root is <%.60s>, not <Response> (case counts)", name_of(root));
		return;
	}
	if (version != NULL && strcmp(version, "2010-04-01") != 0 &&
	    strcmp(version, "2008-08-01") != 0) {
		FAULT(r, TWILIO_VERSION, "version \"%.40s\" is not known", version);
		return;
	}
	check_attributes(r, root, known, NELEMS(known));
	if (!is_blank(own_text(r, root)))
		FAULT(r, TWILIO_SCHEMA, "text right inside <Response>");
	for (const xmlNode *c = root->children; c != NULL && !r->stopped; c = c->next)
		if (c->type == XML_ELEMENT_NODE)
			read_verb(r, c);
}

/* A document type can define entities that grow without bound: none is needed in TwiML. */
static void
refuse_doctype(void *ctx, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
	xmlParserCtxtPtr parser = ctx;

	(void)name;
	(void)id;
	(void)system;
	parser->wellFormed = 0;
	xmlStopParser(parser);
}

static void
fault_of_parser(struct reading *r, xmlParserCtxtPtr parser)
{
	const xmlError *why = parser != NULL ? xmlCtxtGetLastError(parser) : NULL;
	size_t n;

	if (why == NULL || why->message == NULL) {
		FAULT(r, TWILIO_NO_XML, "the answer is not an XML document");
		return;
	}
	n = strcspn(why->message, "\n");
	FAULT(r, TWILIO_NO_XML, "line %d: %.*s", why->line, n < 200 ? (int)n : 200,
	    why->message);
}

static void
read_document(struct reading *r, const char *body, size_t len)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	xmlDocPtr doc = NULL;

	if (parser != NULL) {
		parser->sax->internalSubset = refuse_doctype;
		parser->sax->externalSubset = refuse_doctype;
		doc = xmlCtxtReadMemory(parser, body, (int)len, NULL, NULL,
		    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	}
	if (doc != NULL && xmlDocGetRootElement(doc) != NULL)
		read_root(r, xmlDocGetRootElement(doc));
	else
		fault_of_parser(r, parser);
	xmlFreeDoc(doc);
	xmlFreeParserCtxt(parser);
}

static void
read_plain(struct reading *r, const char *body, size_t len)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(4 * TWIML_BYTES);
	struct twiml_message m = { 0 };

	utf8_repair(&text, body, len);
	m.body = arena_strdup(r->a, text.data);
	if (body_fits(r, &m))
		add_message(r, &m);
}

static bool
type_is(const char *given, const char *type)
{
	size_t n = strlen(type);

	return strncasecmp(given, type, n) == 0 &&
	    (given[n] == '\0' || given[n] == ';' || given[n] == ' ');
}

void
twiml_read(struct twiml *out, struct arena *a, const char *content_type, bool chunked,
    const char *body, size_t len, bool whatsapp)
{
	struct reading r = { out, a, whatsapp, false };

	*out = (struct twiml){ 0 };
	if (len > TWIML_BYTES)
		FAULT(&r, TWILIO_TOO_LARGE, "the answer is larger than 64 kB");
	else if (content_type == NULL && chunked && len == 0)
		FAULT(&r, TWILIO_CHUNKED_EMPTY, "an empty answer in chunks");
	else if (content_type == NULL)
		FAULT(&r, TWILIO_FETCH, "the answer has no Content-Type");
	else if (type_is(content_type, "text/plain"))
		read_plain(&r, body, len);
	else if (type_is(content_type, "text/xml") ||
	    type_is(content_type, "application/xml") ||
	    type_is(content_type, "text/html"))
		read_document(&r, body, len);
	else
		FAULT(&r, TWILIO_CONTENT_TYPE, "Content-Type \"%.80s\" is not read",
		    content_type);
}
