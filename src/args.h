/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARGS_H
#define ARGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "conf/conf.h"

/* The command line of botline(8). Texts are borrowed from argv and the environment. */
enum command { CMD_SERVE, CMD_RUN_QUEUE, CMD_CHECK, CMD_DUMP, CMD_VERSION, CMD_HELP };

struct args {
	enum command command;
	const char *root; /* folder of conf/ and lang/ */
	const char *listen; /* NULL: take over a socket, or be a CGI program */
	const char *socket_group; /* NULL: our own */
	mode_t socket_mode;
	int64_t seconds; /* of --run-queue */
	enum conf_env env; /* of --dump */
	bool show_secrets;
};

/* False after a message on stderr: the command line is wrong. */
bool args_parse(struct args *a, int argc, char **argv);
void args_help(void);

#endif
