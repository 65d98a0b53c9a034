/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "inbenta/extra.h"
#include "support/leaks.h"
#include "support/log_capture.h"

TestSuite(extra, .fini = no_leaks);

/* "lang label=text;…" and what the switch says. */
static void
describe(struct buf *out, const struct inbenta_extra *x)
{
	static const char *const words[] = { "", "off", "on" };

	for (size_t i = 0; i < x->n; i++)
		buf_printf(out, "%s %s=%s;", x->texts[i].lang, x->texts[i].label,
		    x->texts[i].text);
	buf_str(out, words[x->only_chat]);
}

static js *
parse(const char *text)
{
	struct err e;
	js *root = NULL;

	cr_assert(js_parse(text, strlen(text), &root, &e), "%s: %s", text, e.text);
	return root;
}

Test(extra, entries)
{
	static const struct {
		const char *name, *entries, *want;
	} t[] = {
		{ "texts and switch",
		    "{\"name\":\"translations\",\"value\":{\"en\":[{\"thanks\":\"Ta\","
		    "\"yes\":\"Aye\"}],\"es\":[{\"thanks\":\"¡Gracias!\"}]}},"
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":\"false\"}}",
		    "en thanks=Ta;en yes=Aye;es thanks=¡Gracias!;off" },
		{ "an object in place of the list",
		    "{\"name\":\"translations\",\"value\":{\"en\":{\"a\":\"b\"}}}",
		    "en a=b;" },
		{ "the first of the list alone",
		    "{\"name\":\"translations\",\"value\":{\"en\":[{\"a\":\"b\"},{\"a\":"
		    "\"c\"}]}}",
		    "en a=b;" },
		{ "two entries, the later one later",
		    "{\"name\":\"translations\",\"value\":{\"en\":[{\"a\":\"b\"}]}},"
		    "{\"name\":\"translations\",\"value\":{\"en\":[{\"a\":\"c\"}]}}",
		    "en a=b;en a=c;" },
		{ "texts that are none",
		    "{\"name\":\"translations\",\"value\":{\"en\":[{\"a\":1,\"b\":null,\"c\":"
		    "[\"x\"],\"d\":{},\"e\":true,\"f\":\"\",\"\":\"g\",\"h\":\"i\"}],\"\":[{"
		    "\"a\":\"b\"}]}}",
		    "en h=i;" },
		{ "languages that are none",
		    "{\"name\":\"translations\",\"value\":{\"en\":\"\",\"es\":[],\"fr\":[[{"
		    "\"a\":\"b\"}]],\"de\":null,\"it\":[null],\"pt\":7,\"nl\":[\"x\"]}}",
		    "" },
		{ "translations in a list, as their languages are",
		    "{\"name\":\"translations\",\"value\":[{\"en\":[{\"a\":\"b\"}]}]}",
		    "en a=b;" },
		{ "values that are none",
		    "{\"name\":\"translations\",\"value\":\"\"},{\"name\":\"translations\"},"
		    "{\"name\":\"translations\",\"value\":[]},{\"name\":\"settings\",\"value\":"
		    "\"\"},{\"name\":\"settings\",\"value\":null},{\"name\":\"settings\"},"
		    "{\"name\":\"only_chat_mode\",\"value\":null},{\"name\":"
		    "\"only_chat_mode\",\"value\":{}},{\"name\":\"only_chat_mode\"}",
		    "" },
		{ "entries that are none",
		    "null,7,\"translations\",[],{},{\"name\":7,\"value\":{}},{\"name\":"
		    "\"other\",\"value\":{\"en\":[{\"a\":\"b\"}]}}",
		    "" },
		{ "on",
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":\"true\"}}",
		    "on" },
		{ "on, capitals",
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":\"True\"}}",
		    "on" },
		{ "on, boolean",
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":true}}",
		    "on" },
		{ "on, number",
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":1}}", "on" },
		{ "on, in lists",
		    "{\"name\":\"settings\",\"value\":[{\"only_chat_mode\":[\"true\"]}]}",
		    "on" },
		{ "off, boolean",
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":false}}",
		    "off" },
		{ "off, other words",
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":\"yes\"}}",
		    "off" },
		{ "off, empty",
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":\"\"}}",
		    "off" },
		{ "off, number",
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":0}}", "off" },
		{ "unset, null",
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":null}}", "" },
		{ "unset, other settings",
		    "{\"name\":\"settings\",\"value\":{\"x\":\"true\"}}", "" },
		{ "an entry of that name",
		    "{\"name\":\"only_chat_mode\",\"value\":\"true\"}", "on" },
		{ "an entry, boolean", "{\"name\":\"only_chat_mode\",\"value\":true}",
		    "on" },
		{ "an entry, off", "{\"name\":\"only_chat_mode\",\"value\":\"false\"}",
		    "off" },
		{ "an entry, with an object",
		    "{\"name\":\"only_chat_mode\",\"value\":{\"value\":\"true\"}}",
		    "on" },
		{ "an entry, with its own name inside",
		    "{\"name\":\"only_chat_mode\",\"value\":[{\"x\":\"false\",\"only_chat_mode\":"
		    "\"true\"}]}",
		    "on" },
		{ "both, settings count",
		    "{\"name\":\"only_chat_mode\",\"value\":\"true\"},{\"name\":\"settings\","
		    "\"value\":{\"only_chat_mode\":\"false\"}}",
		    "off" },
		{ "both, settings count in any order",
		    "{\"name\":\"settings\",\"value\":{\"only_chat_mode\":\"true\"}},"
		    "{\"name\":\"only_chat_mode\",\"value\":\"false\"}",
		    "on" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini)
		struct buf text = BUF_INIT(10000), seen = BUF_INIT(10000);
		CLEANUP(js_putp) js *root = NULL;
		struct inbenta_extra *x;

		buf_printf(&text, "{\"results\":[%s]}", t[i].entries);
		root = parse(text.data);
		x = inbenta_extra_new(root);
		describe(&seen, x);
		cr_expect_str_eq(seen.data, t[i].want, "%s: %s", t[i].name, seen.data);
		inbenta_extra_free(x);
	}
	inbenta_extra_free(NULL);
}

/* Whoever published texts in another shape is told; empty ones are nobody's mistake. */
Test(extra, mistakes_are_told)
{
	static const struct {
		const char *entries, *want; /* NULL: not a word */
	} t[] = {
		{ "", NULL },
		{ "{\"name\":\"translations\",\"value\":\"\"}", NULL },
		{ "{\"name\":\"translations\",\"value\":{\"en\":[],\"es\":\"\",\"fr\":"
		  "[{\"yes\":\"\",\"no\":null}]}}",
		    NULL },
		{ "{\"name\":\"translations\",\"value\":{\"en\":[{\"yes\":\"Aye\"}]}},"
		  "{\"name\":\"other\",\"value\":7}",
		    NULL },
		{ "{\"name\":\"translations\",\"value\":\"Ta\"}",
		    "not understood\" n=1 " },
		{ "{\"name\":\"translations\",\"value\":{\"thanks\":\"Ta\",\"yes\":"
		  "\"Aye\"}}",
		    "not understood\" n=2 " },
		{ "{\"name\":\"translations\",\"value\":{\"en\":[{\"yes\":1}]}}",
		    "not understood\" n=1 " },
		{ "{\"name\":\"Translations\",\"value\":{\"en\":[{\"yes\":\"Aye\"}]}}",
		    "has a name we know\" objects=1 " },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf text = BUF_INIT(1000);
		CLEANUP(js_putp) js *root = NULL;
		struct log_capture c;
		char *said;

		buf_printf(&text, "{\"results\":[%s]}", t[i].entries);
		root = parse(text.data);
		c = log_capture_begin();
		inbenta_extra_free(inbenta_extra_new(root));
		said = log_capture_end(&c);
		if (t[i].want == NULL)
			cr_expect_str_empty(said, "%s: %s", t[i].entries, said);
		else
			cr_expect_not_null(
			    strstr(said, t[i].want), "%s: %s", t[i].entries, said);
		free(said);
	}
}

Test(extra, answers_that_are_none)
{
	static const char *const t[] = { "{}", "[]", "null", "\"x\"",
		"{\"results\":\"\"}", "{\"results\":null}",
		"{\"results\":{\"name\":\"settings\"}}",
		"{\"errors\":[{\"code\":404}]}" };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(js_putp) js *root = parse(t[i]);
		struct inbenta_extra *x = inbenta_extra_new(root);

		cr_expect(x->n == 0 && x->only_chat == INBENTA_CHAT_UNSET, "%s", t[i]);
		inbenta_extra_free(x);
	}
}

Test(extra, limits)
{
	static char longest[LIMIT_SETUP_TEXT + 2];
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_SETUP_BYTES);
	CLEANUP(js_putp) js *root = NULL;
	struct inbenta_extra *x;

	log_setup(LOG_ERROR, LOG_KV);
	memset(longest, 'x', LIMIT_SETUP_TEXT + 1);
	buf_str(&text, "{\"results\":[{\"name\":\"translations\",\"value\":{\"en\":[{");
	buf_printf(&text, "\"long\":\"%s\",\"fits\":\"%.*s\",\"%.*s\":\"x\"", longest,
	    LIMIT_SETUP_TEXT, longest, LIMIT_LABEL + 1, longest);
	for (int i = 0; i < LIMIT_SETUP_TEXTS + 10; i++)
		buf_printf(&text, ",\"l%d\":\"x\"", i);
	buf_str(&text, "}]}}]}");
	cr_assert(buf_ok(&text));
	root = parse(text.data);
	x = inbenta_extra_new(root);
	cr_assert_eq(x->n, LIMIT_SETUP_TEXTS);
	cr_expect_str_eq(x->texts[0].label, "fits");
	cr_expect_eq(strlen(x->texts[0].text), LIMIT_SETUP_TEXT);
	cr_expect_str_eq(x->texts[1].label, "l0");
	inbenta_extra_free(x);
}

Test(extra, files)
{
	static const struct {
		const char *name, *text, *want; /* NULL: not ours; "!": damaged */
	} t[] = {
		{ "ours",
		    "{\"twilio\":{\"results\":[{\"name\":\"only_chat_mode\",\"value\":\"true\"}]"
		    "}}",
		    "on" },
		{ "with others", "{\"x\":{\"results\":7},\"twilio\":{\"results\":[]}}",
		    "" },
		{ "ours, as nothing", "{\"twilio\":[]}", "" },
		{ "others", "{\"whatsapp\":{\"results\":[]}}", NULL },
		{ "none", "{}", NULL },
		{ "none at all", "{\"twilio\":null}", NULL },
		{ "empty", "", "!" },
		{ "half", "{\"twilio\":{\"resu", "!" },
		{ "a list", "[]", "!" },
		{ "garbage", "\xff\xfe", "!" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf seen = BUF_INIT(1000);
		struct inbenta_extra *x = NULL;
		struct err e = { 0 };
		bool ok = inbenta_extra_load(&x, t[i].text, strlen(t[i].text), &e);

		if (t[i].want != NULL && t[i].want[0] == '!') {
			cr_expect(!ok && e.kind == ERR_INPUT, "%s", t[i].name);
			continue;
		}
		cr_assert(ok, "%s: %s", t[i].name, e.text);
		cr_assert_eq(x != NULL, t[i].want != NULL, "%s", t[i].name);
		if (x != NULL)
			describe(&seen, x);
		cr_expect_str_eq(
		    seen.data, t[i].want ? t[i].want : "", "%s", t[i].name);
		inbenta_extra_free(x);
	}
}

Test(extra, files_that_are_written)
{
	static const struct {
		const char *name, *before, *answer, *want;
		size_t max;
	} t[] = {
		{ "the first", "", "{\"results\":[1]}",
		    "{\"twilio\":{\"results\":[1]}}", 0 },
		{ "over an older one", "{\"twilio\":{\"results\":[2]}}",
		    "{\"results\":[1]}", "{\"twilio\":{\"results\":[1]}}", 0 },
		{ "none", "", NULL, "{\"twilio\":{\"results\":[]}}", 0 },
		{ "other groups stay", "{\"a\":{\"results\":[\"/é\"]},\"twilio\":7}",
		    "{\"results\":[],\"more\":\"x\"}",
		    "{\"a\":{\"results\":[\"/é\"]},\"twilio\":{\"results\":[],\"more\":\"x\"}}",
		    0 },
		{ "a damaged one", "{\"a\":", "{\"results\":[1]}",
		    "{\"twilio\":{\"results\":[1]}}", 0 },
		{ "other groups give way", "{\"a\":\"0123456789\"}",
		    "{\"results\":[1]}", "{\"twilio\":{\"results\":[1]}}", 40 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini)
		struct buf out = BUF_INIT(t[i].max != 0 ? t[i].max : 1000);
		CLEANUP(js_putp)
		js *answer = t[i].answer != NULL ? parse(t[i].answer) : NULL;

		inbenta_extra_save(&out, t[i].before, strlen(t[i].before), answer);
		cr_expect(buf_ok(&out), "%s", t[i].name);
		cr_expect_str_eq(out.data, t[i].want, "%s: %s", t[i].name, out.data);
	}
}
