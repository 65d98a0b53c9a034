/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"

enum { USUAL_SECONDS = 60, MOST_SECONDS = 86400 };

enum {
	OPT_ROOT = 256,
	OPT_LISTEN,
	OPT_GROUP,
	OPT_MODE,
	OPT_RUN_QUEUE,
	OPT_FOR,
	OPT_CHECK,
	OPT_DUMP,
	OPT_ENV,
	OPT_SECRETS,
	OPT_VERSION,
	OPT_HELP
};

static const struct option longs[] = {
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "listen", required_argument, NULL, OPT_LISTEN },
	{ "socket-group", required_argument, NULL, OPT_GROUP },
	{ "socket-mode", required_argument, NULL, OPT_MODE },
	{ "run-queue", no_argument, NULL, OPT_RUN_QUEUE },
	{ "for", required_argument, NULL, OPT_FOR },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "dump", no_argument, NULL, OPT_DUMP },
	{ "env", required_argument, NULL, OPT_ENV },
	{ "show-secrets", no_argument, NULL, OPT_SECRETS },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

void
args_help(void)
{
	puts(
	    "Usage: botline [--root DIR] [--listen SOCKET] …\n"
	    "\n"
	    "Puts a chatbot on a phone number: a FastCGI or CGI program for Apache.\n"
	    "\n"
	    "  --root DIR           folder of conf/ and lang/ (or BOTLINE_ROOT;\n"
	    "                       else " BOTLINE_ROOT ")\n"
	    "  --listen SOCKET      make this Unix socket and serve FastCGI on it;\n"
	    "                       without it an inherited socket is used, or CGI\n"
	    "  --socket-group NAME  group of the socket file: Apache's\n"
	    "  --socket-mode MODE   its mode, octal (0660)\n"
	    "  --run-queue          work what waits in the queue, then end: for cron,\n"
	    "                       where botline is a CGI program\n"
	    "  --for SECONDS        of --run-queue: begin nothing after so long (60)\n"
	    "  --check              load everything, say what is wrong, serve nothing\n"
	    "  --dump               print the effective configuration with its origins\n"
	    "  --env NAME           of --dump: production, preproduction, development\n"
	    "  --show-secrets       of --dump: print secrets too\n"
	    "  --version, --help\n"
	    "\n"
	    "SIGHUP reloads configuration and languages, SIGTERM finishes what is at hand\n"
	    "and ends. See botline(8) and botline.cfg(5).");
}

static bool
parse_mode(const char *text, mode_t *mode)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 8);
	if (errno != 0 || end == text || *end != '\0' || value < 0 || value > 0777)
		return false;
	*mode = (mode_t)value;
	return true;
}

static bool
parse_seconds(const char *text, int64_t *seconds)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value < 1 ||
	    value > MOST_SECONDS)
		return false;
	*seconds = value;
	return true;
}

static bool
complain(const char *what, const char *value)
{
	fprintf(stderr, "botline: %s: %s\nTry botline --help.\n", what, value);
	return false;
}

static bool
take(struct args *a, int opt)
{
	switch (opt) {
	case OPT_ROOT:
		a->root = optarg;
		return true;
	case OPT_LISTEN:
		a->listen = optarg;
		return true;
	case OPT_GROUP:
		a->socket_group = optarg;
		return true;
	case OPT_MODE:
		return parse_mode(optarg, &a->socket_mode) ||
		    complain("--socket-mode is no octal mode", optarg);
	case OPT_RUN_QUEUE:
		a->command = CMD_RUN_QUEUE;
		return true;
	case OPT_FOR:
		return parse_seconds(optarg, &a->seconds) ||
		    complain("--for takes 1 to 86400 seconds", optarg);
	case OPT_CHECK:
		a->command = CMD_CHECK;
		return true;
	case OPT_DUMP:
		a->command = CMD_DUMP;
		return true;
	case OPT_ENV:
		return conf_env_parse(optarg, &a->env) ||
		    complain("--env is no environment", optarg);
	case OPT_SECRETS:
		a->show_secrets = true;
		return true;
	case OPT_VERSION:
		a->command = CMD_VERSION;
		return true;
	case OPT_HELP:
		a->command = CMD_HELP;
		return true;
	default: /* getopt_long has said what is wrong */
		fputs("Try botline --help.\n", stderr);
		return false;
	}
}

bool
args_parse(struct args *a, int argc, char **argv)
{
	const char *root = getenv("BOTLINE_ROOT");
	int opt;

	*a = (struct args){
		.root = root != NULL ? root : BOTLINE_ROOT,
		.seconds = USUAL_SECONDS,
	};
	while ((opt = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (!take(a, opt))
			return false;
	if (optind < argc)
		return complain("unexpected argument", argv[optind]);
	return true;
}
