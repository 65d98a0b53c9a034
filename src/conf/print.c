/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "conf/check.h"
#include "conf/print.h"

#define OUTPUT_BYTES (4 * 1024 * 1024)

static int
print(const struct buf *out, int status)
{
	if (fwrite(out->data, 1, out->len, stdout) != out->len || fflush(stdout) != 0) {
		perror("botline: standard output");
		return EX_IOERR;
	}
	return status;
}

int
conf_check_print(const char *root, char *const *environ)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(OUTPUT_BYTES);
	const struct conf_look look = {
		.root = root, .variables = environ, .apache = CONF_APACHE
	};
	int status = conf_check(&look, &out);

	return print(&out, status);
}

int
conf_dump_print(
    const char *root, char *const *environ, enum conf_env env, bool show_secrets)
{
	const struct conf_opts o = { .root = root, .environ = environ };
	CLEANUP(buf_fini) struct buf out = BUF_INIT(OUTPUT_BYTES);
	struct conf_report report = { 0 };
	struct conf *c = conf_load(&o, &report);
	int status = EX_CONFIG;

	if (c == NULL) {
		conf_report_print(&report, &out);
		fwrite(out.data, 1, out.len, stderr);
	} else {
		conf_dump(c, env, show_secrets, &out);
		status = print(&out, EXIT_SUCCESS);
	}
	conf_report_fini(&report);
	conf_unref(c);
	return status;
}
