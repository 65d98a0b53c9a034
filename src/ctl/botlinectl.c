/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/attr.h"
#include "base/buf.h"
#include "conf/keys.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/webhook.h"

/* As much is said of a wrong word. */
enum { SAID_BYTES = 1024 };

static int
cmd_version(const struct ctl *ctl, const struct opts *o)
{
	(void)ctl;
	(void)o;
	puts(PACKAGE_STRING);
	return EXIT_SUCCESS;
}

static ctl_fn cmd_help;

/* usage is what ctl/opts.h reads; the words in it name what a completion offers. */
static const struct command {
	const char *words, *usage, *help;
	ctl_fn *run;
} commands[] = {
	{ "check", "[--online] [--env ENVIRONMENT] [--apache DIR] [--json]",
	    "load everything and say what is wrong and how to mend it; --online asks the "
	    "upstreams, too",
	    ctl_check },
	{ "config dump", "[--show-secrets] [--env ENVIRONMENT] [ENVIRONMENT]",
	    "print the effective configuration with the origin of each value",
	    ctl_config_dump },
	{ "config get", "[--show-secrets] [--env ENVIRONMENT] KEY [ENVIRONMENT]",
	    "print the value of a key and nothing else", ctl_config_get },
	{ "config explain",
	    "[--show-secrets] [--env ENVIRONMENT] [--json] KEY [ENVIRONMENT]",
	    "say what a key is for and where its value comes from",
	    ctl_config_explain },
	{ "hyperchat allow-handshake", "[--env ENVIRONMENT]",
	    "take one more handshake of HyperChat within the next hour",
	    ctl_allow_handshake },
	{ "lang check", "[--json] [FILE]",
	    "say what is missing and what is odd in each language, or in a file of one's own",
	    ctl_lang_check },
	{ "import-php", "[--to DIR] [--force] [--json] DIR",
	    "make our files of the PHP template's configuration and texts",
	    ctl_import_php },
	{ "queue list", "[--dead] [--json]",
	    "print what waits in the queue, or the dead letters", ctl_queue_list },
	{ "queue show", "[--body] [--json] ID",
	    "print all of a job or a dead letter; --body adds what users say",
	    ctl_queue_show },
	{ "queue retry", "ID", "put a dead letter back into the queue",
	    ctl_queue_retry },
	{ "queue drop", "ID", "remove a job or a dead letter for good",
	    ctl_queue_drop },
	{ "render", "[--channel CHANNEL] [--transliterate] [--json] FILE",
	    "print what SMS and WhatsApp show of a bot's answer in HTML; - reads it",
	    ctl_render },
	{ "replay",
	    WEBHOOK_OPTIONS
	    " [--from NUMBER] [--to NUMBER] [--keep-sid] [--yes] [--json] FILE",
	    "sign a recorded webhook anew and send it to the connector; - reads it",
	    ctl_replay },
	{ "say", WEBHOOK_OPTIONS " [--media URL]… [--json] FROM TO TEXT",
	    "send one message to the connector as Twilio would and print the reply",
	    ctl_say },
	{ "session list", "[--json]", "print the conversations that are remembered",
	    ctl_session_list },
	{ "session show", "[--body] [--json] NUMBER|ID",
	    "print what is remembered of one; --body adds what users say",
	    ctl_session_show },
	{ "session drop", "NUMBER|ID", "forget one, and say what is lost",
	    ctl_session_drop },
	{ "cache show", "[--json]",
	    "print what is kept of tokens, app data and timetables", ctl_cache_show },
	{ "cache clear", "[KIND…]", "remove it, so that botline asks for it anew",
	    ctl_cache_clear },
	{ "segments", "[--json] TEXT",
	    "print how a text is cut into messages and what they cost as SMS",
	    ctl_segments },
	{ "send",
	    "[--from NUMBER] [--env ENVIRONMENT] [--media URL]… [--wait] [--now] "
	    "[--timeout SECONDS] [--json] TO TEXT",
	    "send a user a message, behind what is on its way to him", ctl_send },
	{ "sign",
	    "[--env ENVIRONMENT] [--exact] [--event FILE] [--json] URL [NAME=VALUE…]",
	    "print a curl line with a valid signature", ctl_sign },
	{ "status", "[--watch[=SECONDS]] [--json]",
	    "print how botline is: health, turns, times, upstreams, queue",
	    ctl_status },
	{ "version", "", "print the version", cmd_version },
	{ "help", "[--keys] [COMMAND…]",
	    "print this, or what is said of a command, or the names of all keys",
	    cmd_help },
};

static void
say_help(const struct command *c)
{
	printf("  %s%s%s\n      %s\n", c->words, *c->usage != '\0' ? " " : "", c->usage,
	    c->help);
}

/* How many of argv's words name the command; 0: they do not. */
static int
words_match(const char *words, int argc, char **argv)
{
	int n = 0;

	for (const char *w = words; *w != '\0'; n++) {
		size_t len = strcspn(w, " ");

		if (n >= argc || strlen(argv[n]) != len || memcmp(argv[n], w, len) != 0)
			return 0;
		w += len + (w[len] == ' ');
	}
	return n;
}

static const struct command *
find_command(int argc, char **argv, int *n)
{
	for (size_t i = 0; i < NELEMS(commands); i++)
		if ((*n = words_match(commands[i].words, argc, argv)) > 0)
			return &commands[i];
	return NULL;
}

static int
usage(const char *why, const char *what)
{
	CLEANUP(buf_fini) struct buf said = BUF_INIT(SAID_BYTES);

	buf_printf(&said, "%s%s\nTry botlinectl help.", why, what);
	return ctl_fail(EX_USAGE, said.data);
}

/* There is no such command; one that begins so is proposed. */
static int
no_command(const char *word)
{
	for (size_t i = 0; i < NELEMS(commands); i++) {
		size_t len = strcspn(commands[i].words, " ");

		if (commands[i].words[len] == ' ' && strlen(word) == len &&
		    memcmp(word, commands[i].words, len) == 0)
			return usage("did you mean: botlinectl ", commands[i].words);
	}
	return usage("no such command: ", word);
}

static int
say_keys(void)
{
	for (size_t i = 0; i < CFG_KEYS; i++)
		puts(key_rows[i].key);
	return EXIT_SUCCESS;
}

/* Whether the command's words begin with those that help is asked for. */
static bool
is_asked_for(const struct command *c, const struct opts *o)
{
	const char *w = c->words;

	for (size_t i = 0; i < o->n_words; i++) {
		const char *word = opts_word(o, i);
		size_t len = strcspn(w, " ");

		if (strlen(word) != len || memcmp(w, word, len) != 0)
			return false;
		w += len + (w[len] == ' ');
	}
	return true;
}

/* With words: all commands that begin with them. */
static int
cmd_help(const struct ctl *ctl, const struct opts *o)
{
	bool any = false;

	(void)ctl;
	if (opts_has(o, "keys"))
		return say_keys();
	for (size_t i = 0; i < NELEMS(commands); i++) {
		if (!is_asked_for(&commands[i], o))
			continue;
		if (!any)
			puts("Usage: botlinectl [--root DIR] COMMAND …\n");
		any = true;
		say_help(&commands[i]);
	}
	if (!any)
		return no_command(opts_word(o, o->n_words - 1));
	puts("\n--root names the folder of conf/ and lang/ (or BOTLINE_ROOT;\n"
	     "else " BOTLINE_ROOT "). See botlinectl(8).");
	return EXIT_SUCCESS;
}

/* A command's line; --help in it asks for help on the command. */
static int
run(const struct ctl *ctl, const struct command *c, int argc, char **argv)
{
	struct opts o;

	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0) {
			puts("Usage:");
			say_help(c);
			return EXIT_SUCCESS;
		}
	return opts_read(&o, c->words, c->usage, argc, argv) ? c->run(ctl, &o)
							     : EX_USAGE;
}

/*
 * Takes --root DIR out of the words, wherever it stands before "--", and moves the others
 * together.
 * Their number; -1 when the folder is missing.
 */
static int
take_root(struct ctl *ctl, int argc, char **argv)
{
	static const char name[] = "--root";
	const size_t len = sizeof(name) - 1;
	int n = 0;
	bool options = true;

	for (int i = 0; i < argc; i++) {
		options = options && strcmp(argv[i], "--") != 0;
		if (!options || strncmp(argv[i], name, len) != 0 ||
		    (argv[i][len] != '\0' && argv[i][len] != '='))
			argv[n++] = argv[i];
		else if (argv[i][len] == '=')
			ctl->root = argv[i] + len + 1;
		else if (++i < argc)
			ctl->root = argv[i];
		else
			return -1;
	}
	return n;
}

int
main(int argc, char **argv)
{
	const char *root = getenv("BOTLINE_ROOT");
	const struct command *c;
	struct ctl ctl = { .root = root != NULL ? root : BOTLINE_ROOT };
	int n;

	argv++;
	argc = take_root(&ctl, argc - 1, argv);
	if (argc < 0)
		return usage("--root needs a folder", "");
	if (argc == 0)
		return usage("no command", "");
	if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "--version") == 0)
		argv[0] += 2;
	c = find_command(argc, argv, &n);
	return c != NULL ? run(&ctl, c, argc - n, argv + n) : no_command(argv[0]);
}
