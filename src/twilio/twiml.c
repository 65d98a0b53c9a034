/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "twilio/twiml.h"

static void
put(struct buf *out, const char *begin, const char *text, const char *end)
{
	buf_str(out, begin);
	buf_xml(out, text, strlen(text));
	buf_str(out, end);
}

static void
put_message(struct buf *out, const struct twiml_message *m)
{
	buf_str(out, "<Message");
	if (m->status_callback != NULL)
		put(out, " statusCallback=\"", m->status_callback, "\"");
	if (m->n_media == 0) {
		put(out, ">", m->text, "</Message>");
		return;
	}
	buf_chr(out, '>');
	if (m->text[0] != '\0')
		put(out, "<Body>", m->text, "</Body>");
	for (size_t i = 0; i < m->n_media; i++)
		put(out, "<Media>", m->media[i], "</Media>");
	buf_str(out, "</Message>");
}

void
twiml_messages(struct buf *out, const struct twiml_message *messages, size_t n)
{
	/* Nothing may stand before the declaration: the document would be lost as a whole. */
	buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	if (n == 0) {
		buf_str(out, "<Response/>");
		return;
	}
	buf_str(out, "<Response>");
	for (size_t i = 0; i < n; i++)
		put_message(out, &messages[i]);
	buf_str(out, "</Response>");
}
