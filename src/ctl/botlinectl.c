/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/attr.h"
#include "conf/conf.h"
#include "conf/print.h"
#include "ctl/ctl.h"

extern char **environ;

int
ctl_usage(const char *why, const char *what)
{
	fprintf(stderr, "botlinectl: %s%s\nTry botlinectl help.\n", why, what);
	return EX_USAGE;
}

static int
cmd_check(const struct ctl *ctl, int argc, char **argv)
{
	if (argc > 1)
		return ctl_usage("check takes no ", argv[1]);
	return conf_check_print(ctl->root, environ);
}

static int
cmd_config_dump(const struct ctl *ctl, int argc, char **argv)
{
	enum conf_env env = CONF_PRODUCTION;
	bool secrets = false;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--show-secrets") == 0)
			secrets = true;
		else if (strcmp(argv[i], "--env") == 0 && i + 1 < argc)
			continue; /* as botline has it; its name comes next */
		else if (!conf_env_parse(argv[i], &env))
			return ctl_usage("no environment: ", argv[i]);
	}
	return conf_dump_print(ctl->root, environ, env, secrets);
}

static int
cmd_version(const struct ctl *ctl, int argc, char **argv)
{
	(void)ctl;
	if (argc > 1)
		return ctl_usage("version takes no ", argv[1]);
	puts(PACKAGE_STRING);
	return EXIT_SUCCESS;
}

static ctl_fn cmd_help;

static const struct {
	const char *words, *args, *help;
	ctl_fn *run;
} commands[] = {
	{ "check", "", "load everything and say what is wrong and how to mend it",
	    cmd_check },
	{ "config dump", "[--show-secrets] [ENVIRONMENT]",
	    "print the effective configuration with the origin of each value",
	    cmd_config_dump },
	{ "hyperchat allow-handshake", "[--env ENVIRONMENT]",
	    "take one more handshake of HyperChat within the next hour",
	    ctl_allow_handshake },
	{ "queue list", "[--dead] [--json]",
	    "print what waits in the queue, or the dead letters", ctl_queue_list },
	{ "queue show", "[--body] [--json] ID",
	    "print all of a job or a dead letter; --body adds what users say",
	    ctl_queue_show },
	{ "queue retry", "ID", "put a dead letter back into the queue",
	    ctl_queue_retry },
	{ "queue drop", "ID", "remove a job or a dead letter for good",
	    ctl_queue_drop },
	{ "segments", "[--json] TEXT",
	    "print how a text is cut into messages and what they cost as SMS",
	    ctl_segments },
	{ "version", "", "print the version", cmd_version },
	{ "help", "", "print this", cmd_help },
};

static int
cmd_help(const struct ctl *ctl, int argc, char **argv)
{
	(void)ctl;
	(void)argc;
	(void)argv;
	puts("Usage: botlinectl [--root DIR] COMMAND …\n");
	for (size_t i = 0; i < NELEMS(commands); i++)
		printf("  %s %s\n      %s\n", commands[i].words, commands[i].args,
		    commands[i].help);
	puts("\n--root names the folder of conf/ and lang/ (or BOTLINE_ROOT;\n"
	     "else " BOTLINE_ROOT "). See botlinectl(8).");
	return EXIT_SUCCESS;
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

/*
 * Takes --root DIR out of the words, wherever it stands, and moves the others together.
 * Their number; -1 when the folder is missing.
 */
static int
take_root(struct ctl *ctl, int argc, char **argv)
{
	static const char name[] = "--root";
	const size_t len = sizeof(name) - 1;
	int n = 0;

	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], name, len) != 0 ||
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
	struct ctl ctl = { .root = root != NULL ? root : BOTLINE_ROOT };

	argv++;
	argc = take_root(&ctl, argc - 1, argv);
	if (argc < 0)
		return ctl_usage("--root needs a folder", "");
	if (argc == 0)
		return ctl_usage("no command", "");
	if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "--version") == 0)
		argv[0] += 2;
	for (size_t i = 0; i < NELEMS(commands); i++) {
		int n = words_match(commands[i].words, argc, argv);

		if (n > 0)
			return commands[i].run(&ctl, argc - n + 1, argv + n - 1);
	}
	for (size_t i = 0; i < NELEMS(commands); i++) {
		size_t len = strcspn(commands[i].words, " ");

		if (commands[i].words[len] == ' ' && strlen(argv[0]) == len &&
		    memcmp(argv[0], commands[i].words, len) == 0)
			return ctl_usage(
			    "did you mean: botlinectl ", commands[i].words);
	}
	return ctl_usage("no such command: ", argv[0]);
}
