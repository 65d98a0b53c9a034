/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include "base/file.h"
#include "base/log.h"
#include "sandbox/knowledge.h"
#include "support/leaks.h"
#include "support/tmpdir.h"

TestSuite(sandbox_knowledge, .fini = no_leaks);

#define SHIPPED TOP_SRCDIR "/sandbox/knowledge.cfg"
#define BOT \
	"bot = { name = \"B\"; welcome = \"w\"; too_long = \"l\"; fallback = \"f\"; };\n"

static struct knowledge *
shipped(void)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(KNOW_FILE_BYTES);
	struct knowledge *k;
	struct err e;

	cr_assert(file_read(AT_FDCWD, SHIPPED, &b, &e), "%s", e.text);
	k = knowledge_parse(b.data, b.len, &e);
	cr_assert_not_null(k, "%s", e.text);
	return k;
}

Test(sandbox_knowledge, what_texts_mean)
{
	static const struct {
		const char *said, *entry; /* NULL: none */
	} t[] = {
		{ "hello", "hello" },
		{ "  HELLO!! ", "hello" },
		{ "hi there", "hello" },
		{ "Good morning", "hello" },
		{ "What are your opening hours?", "hours" },
		{ "opening hour", "hours" },
		{ "hours", "hours" },
		{ "when are you open?", "hours" },
		{ "Opening times please", "hours" },
		{ "do you open on Sundays?", "hours-shop" },
		{ "is the store closed today", "hours-shop" },
		{ "support hours", "hours-support" },
		{ "at what time do you open tomorrow", "hours" },
		{ "hello, when is the shop open?", "hours-shop" },
		{ "Can I use my phone abroad?", "roaming" },
		{ "ROAMING", "roaming" },
		{ "roaming in Spain", "roaming" },
		{ "I'm travelling to Italy next week", "roaming" },
		{ "my bill", "invoices" },
		{ "you charged me twice!", "invoice-wrong" },
		{ "my invoice is wrong", "invoice-wrong" },
		{ "human", "person" },
		{ "can I talk to someone", "person" },
		{ "help", "menu" },
		{ "help me please", "menu" },
		{ "what can you do?", "menu" },
		{ "hi, can you help me with my invoice?", "invoices" },
		{ "hola, mi factura", "factura" },
		{ "I lost my phone", "sim" },
		{ "where are my invoices", "invoices" },
		{ "I want to talk to a person", "person" },
		{ "thank you very much", "thanks" },
		{ "bye", "bye" },
		{ "¡Hola!", "hola" },
		{ "buenos dias", "hola" },
		{ "¿Cuál es el horario?", "horario" },
		{ "¿Están abiertos hoy?", "horario" },
		{ "roaming en Francia", "roaming-es" },
		{ "me voy de viaje", "roaming-es" },
		{ "quiero ver mi factura", "factura" },
		{ "Me habéis cobrado de más", "factura-mal" },
		{ "quiero hablar con un humano", "persona" },
		{ "ayuda", "ayuda" },
		{ "Muchas gracias", "gracias" },
		{ "Adiós", "adios" },
		{ "Where is my parcel?", "orders" },
		{ "my order has not arrived yet", "parcel-late" },
		{ "can I return my phone?", "returns" },
		{ "Returns", "returns" },
		{ "When do I get my money back?", "money-back" },
		{ "I want to buy a new phone", "products" },
		{ "show me a picture", "products" },
		{ "Acme Hub", "acme-hub" },
		{ "my screen is broken", "warranty" },
		{ "search", "warranty" },
		{ "my internet is slow", "slow-internet" },
		{ "I'd like to book an appointment", "appointment" },
		{ "Opening hours of the shop", "hours-shop" },
		{ "xyzzy", NULL },
		{ "", NULL },
		{ "?!", NULL },
		{ "shopping", NULL },
	};
	CLEANUP(knowledge_putp) struct knowledge *k = shipped();
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct know_entry *en = know_match(k, a, t[i].said);

		cr_expect_str_eq(en != NULL ? en->name : "(none)",
		    t[i].entry != NULL ? t[i].entry : "(none)", "\"%s\"", t[i].said);
	}
}

Test(sandbox_knowledge, questions)
{
	CLEANUP(knowledge_putp) struct knowledge *k = shipped();
	const struct know_entry *hours = know_named(k, "hours");
	const struct know_entry *roaming = know_named(k, "roaming");

	cr_assert(hours != NULL && roaming != NULL);
	cr_expect_eq(hours->kind, KNOW_CHOICE);
	cr_assert_eq(hours->n_options, 2);
	cr_expect_str_eq(hours->options[0].label, "Shop");
	cr_expect_str_eq(hours->options[0].value, "10");
	cr_expect_str_eq(hours->options[1].to->name, "hours-support");
	cr_expect_eq(roaming->kind, KNOW_POLAR);
	cr_expect_str_eq(roaming->options[0].label, "yes");
	cr_expect_str_eq(roaming->options[1].to->name, "roaming-world");
	cr_expect_eq(roaming->options[1].to->n_answers, 2);
}

/* Every fault can be had from the phone, but the one that concerns the secret. */
Test(sandbox_knowledge, words)
{
	static const struct {
		const char *said, *word; /* NULL: none */
		int status;
		int64_t ms, reset_s;
	} t[] = {
		{ "!slow", "!slow", 0, 3000, 0 },
		{ "!slow 250", "!slow", 0, 250, 0 },
		{ "!slow 999999999", "!slow", 0, FAULT_MS_MAX, 0 },
		{ "!slow -5", "!slow", 0, 3000, 0 },
		{ "!500", "!500", 500, 0, 0 },
		{ "!status 418", "!status", 418, 0, 0 },
		{ "!status 7", "!status", 503, 0, 0 },
		{ "!throttle 3", "!throttle", 0, 0, 3 },
		{ "!slower", NULL, 0, 0, 0 },
		{ "say !slow", NULL, 0, 0, 0 },
	};
	CLEANUP(knowledge_putp) struct knowledge *k = shipped();

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct fault f = { 0 };
		const struct know_word *w = know_word(k, t[i].said, &f);

		cr_expect_str_eq(w != NULL ? w->say : "(none)",
		    t[i].word != NULL ? t[i].word : "(none)", "\"%s\"", t[i].said);
		cr_expect_eq(
		    f.status, t[i].status, "%s: status %d", t[i].said, f.status);
		cr_expect_eq(f.ms, t[i].ms, "%s: ms", t[i].said);
		cr_expect_eq(f.reset_s, t[i].reset_s, "%s: reset_s", t[i].said);
	}
	cr_expect_eq(k->n_words, 13);
}

/* Files with one mistake each. */
static const struct {
	const char *name, *in, *says;
} wrong[] = {
	{ "nothing", "", "line 1: the group bot is missing" },
	{ "syntax", "bot = {\n name = ;\n};", "line 2: syntax error" },
	{ "no name", "bot = { };", "line 1: name is missing" },
	{ "bot is no group", "bot = 7;", "line 1: bot must be a group { … }" },
	{ "unknown member", BOT "colour = 1;", "line 2: \"colour\" is not known here" },
	{ "part of a known word", BOT "entr = 1;",
	    "line 2: \"entr\" is not known here" },
	{ "entries is no list", BOT "entries = { };",
	    "line 2: entries must be a list" },
	{ "entry is no group", BOT "entries = ( 1 );",
	    "line 2: entries must be a group" },
	{ "no answer", BOT "entries = ( { name = \"a\"; } );",
	    "line 2: \"a\" has neither answer nor ask, form or pages" },
	{ "name twice",
	    BOT
	    "entries = ( { name = \"a\"; answer = \"x\"; },\n{ name = \"a\"; answer = "
	    "\"y\"; } );",
	    "line 3: the name \"a\" is taken" },
	{ "says a number",
	    BOT "entries = ( { name = \"a\"; says = 1; answer = \"x\"; } );",
	    "line 2: says must be a string or a list of strings" },
	{ "leads nowhere",
	    BOT
	    "entries = ( { name = \"a\"; ask = \"q\";\nyes = { to = \"b\"; }; no = { "
	    "answer = \"n\"; }; } );",
	    "line 3: there is no entry \"b\"" },
	{ "yes without no",
	    BOT
	    "entries = ( { name = \"a\"; ask = \"q\"; yes = { answer = \"y\"; }; } );",
	    "line 2: a yes/no question needs both yes and no" },
	{ "both kinds",
	    BOT
	    "entries = ( { name = \"a\"; ask = \"q\"; yes = { answer = \"y\"; }; no = { "
	    "answer = \"n\"; }; choose = ( { label = \"l\"; answer = \"x\"; } ); } );",
	    "line 2: a question has yes and no, or choose, not both" },
	{ "question without options",
	    BOT "entries = ( { name = \"a\"; ask = \"q\"; } );",
	    "line 2: ask without options" },
	{ "options without question",
	    BOT
	    "entries = ( { name = \"a\"; answer = \"x\"; choose = ( { label = \"l\"; "
	    "answer = \"x\"; } ); } );",
	    "line 2: options without ask" },
	{ "option with two ways",
	    BOT
	    "entries = ( { name = \"a\"; ask = \"q\"; choose = ( { label = \"l\"; answer "
	    "= \"x\"; to = \"a\"; } ); } );",
	    "line 2: an option needs either to or answer" },
	{ "empty choice",
	    BOT "entries = ( { name = \"a\"; ask = \"q\"; choose = ( ); } );",
	    "line 2: choose is empty" },
	{ "not UTF-8", BOT "entries = ( { name = \"a\"; answer = \"\xff\"; } );",
	    "line 2: is not UTF-8" },
	{ "unknown fault",
	    BOT "trouble = ( { say = \"!x\"; fault = \"x\"; answer = \"a\"; } );",
	    "line 2: fault must be one of stall, slow" },
	{ "number out of range",
	    BOT
	    "trouble = ( { say = \"!x\"; fault = \"slow\"; ms = -1; answer = \"a\"; } );",
	    "line 2: ms must be a number from 0 to 120000" },
	{ "unknown number",
	    BOT
	    "trouble = ( { say = \"!x\"; fault = \"slow\"; number = \"n\"; answer = \"a\"; "
	    "} );",
	    "line 2: number must be ms, status or reset_s" },
	{ "include", BOT "  @include \"/etc/passwd\"\n", "@include is not supported" },
};

Test(sandbox_knowledge, mistakes)
{
	for (size_t i = 0; i < NELEMS(wrong); i++) {
		struct err e = { 0 };

		cr_expect_null(knowledge_parse(wrong[i].in, strlen(wrong[i].in), &e),
		    "%s", wrong[i].name);
		cr_expect(strncmp(e.text, wrong[i].says, strlen(wrong[i].says)) == 0,
		    "%s: %s", wrong[i].name, e.text);
	}
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	cr_assert_not_null(f);
	cr_assert_geq(fputs(text, f), 0);
	cr_assert_eq(fclose(f), 0);
}

static void
expect_name(struct know_file *f, const char *name)
{
	CLEANUP(knowledge_putp) struct knowledge *k = know_file_get(f);

	cr_expect_str_eq(k->bot_name, name);
}

Test(sandbox_knowledge, file_is_read_again)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct know_file *f;
	struct err e;
	char path[128];

	cr_redirect_stderr(); /* it says what is wrong */
	log_setup(LOG_ERROR, LOG_KV);
	snprintf(path, sizeof(path), "%s/k.cfg", dir.path);
	cr_expect_null(know_file_open(path, &e), "a missing file");

	write_file(path, BOT);
	f = know_file_open(path, &e);
	cr_assert_not_null(f, "%s", e.text);
	expect_name(f, "B");
	write_file(path, BOT "nonsense");
	expect_name(f, "B");
	write_file(path,
	    "bot = { name = \"Other\"; welcome = \"w\"; too_long = \"l\"; "
	    "fallback = ( \"f\", \"g\" ); };");
	expect_name(f, "Other");
	cr_assert_eq(unlink(path), 0);
	expect_name(f, "Other");
	know_file_close(f);
}

Test(sandbox_knowledge, outlives_its_file)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct know_file *f;
	struct knowledge *k;
	struct err e;
	char path[128];

	snprintf(path, sizeof(path), "%s/k.cfg", dir.path);
	write_file(path, BOT);
	f = know_file_open(path, &e);
	cr_assert_not_null(f, "%s", e.text);
	k = know_file_get(f);
	know_file_close(f);
	cr_expect_str_eq(k->bot_name, "B");
	knowledge_put(k);
}
