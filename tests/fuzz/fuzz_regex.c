/* SPDX-License-Identifier: Apache-2.0 */
/* A rule's notation on the first line, what it is held against on the rest. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "conf/rule.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *subject = strchr(text, '\n');
	struct rule *r = NULL;
	struct err e = { 0 };

	if (subject != NULL)
		*subject++ = '\0';
	if (rule_new(text, &r, &e)) {
		(void)!rule_match(r, subject != NULL ? subject : "");
		rule_free(r);
	} else if (e.kind != ERR_CONFIG || e.text[0] == '\0') {
		abort();
	}
	free(text);
	return 0;
}
