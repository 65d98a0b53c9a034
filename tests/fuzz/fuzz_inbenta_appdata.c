/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an answer of app data and as its cache file: what comes out keeps the limits,
 * and what is written reads back as the same.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "inbenta/extra.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
check_text(const char *s, size_t max)
{
	size_t n = strlen(s);

	need(n > 0 && n <= max && utf8_valid(s, n));
}

static void
check(const struct inbenta_extra *x)
{
	need(x->n <= LIMIT_SETUP_TEXTS);
	for (size_t i = 0; i < x->n; i++) {
		check_text(x->texts[i].lang, LIMIT_LABEL);
		check_text(x->texts[i].label, LIMIT_LABEL);
		check_text(x->texts[i].text, LIMIT_SETUP_TEXT);
	}
}

static void
check_same(const struct inbenta_extra *a, const struct inbenta_extra *b)
{
	need(a->n == b->n && a->only_chat == b->only_chat);
	for (size_t i = 0; i < a->n; i++)
		need(strcmp(a->texts[i].lang, b->texts[i].lang) == 0 &&
		    strcmp(a->texts[i].label, b->texts[i].label) == 0 &&
		    strcmp(a->texts[i].text, b->texts[i].text) == 0);
}

/* The answer goes into the file that these bytes are, and comes out again. */
static void
check_file(const char *before, size_t len, js *answer, const struct inbenta_extra *x)
{
	CLEANUP(buf_fini) struct buf file = BUF_INIT(LIMIT_SETUP_BYTES);
	struct inbenta_extra *again = NULL;
	struct err e = { 0 };

	inbenta_extra_save(&file, before, len, answer);
	if (!buf_ok(&file))
		return;
	need(inbenta_extra_load(&again, file.data, file.len, &e) && again != NULL);
	check_same(x, again);
	inbenta_extra_free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	CLEANUP(js_putp) js *root = NULL;
	struct inbenta_extra *x = NULL;
	struct err e = { 0 };

	log_setup(LOG_ERROR, LOG_KV);
	if (inbenta_extra_load(&x, text, size, &e)) {
		if (x != NULL)
			check(x);
		inbenta_extra_free(x);
	} else {
		need(x == NULL && e.kind != ERR_NONE && e.text[0] != '\0');
	}
	if (!js_parse(text, size, &root, &e))
		return 0;
	x = inbenta_extra_new(root);
	check(x);
	/* What is null in a file is not there. */
	if (root != NULL)
		check_file(text, size, root, x);
	inbenta_extra_free(x);
	return 0;
}
