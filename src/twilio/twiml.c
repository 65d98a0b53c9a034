/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "twilio/twiml.h"

void
twiml_messages(struct buf *out, const char *const *texts, size_t n)
{
	/* Nothing may stand before the declaration: the document would be lost as a whole. */
	buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	if (n == 0) {
		buf_str(out, "<Response/>");
		return;
	}
	buf_str(out, "<Response>");
	for (size_t i = 0; i < n; i++) {
		buf_str(out, "<Message>");
		buf_xml(out, texts[i], strlen(texts[i]));
		buf_str(out, "</Message>");
	}
	buf_str(out, "</Response>");
}
