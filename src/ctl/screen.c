/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "ctl/ctl.h"
#include "ctl/screen.h"

const char *
screen_line(struct arena *a, const char *text)
{
	/* U+FFFD may stand for one byte. */
	CLEANUP(buf_fini) struct buf out = BUF_INIT(3 * strlen(text));

	utf8_shown(&out, text, strlen(text));
	return arena_strndup(a, out.data, out.len);
}

void
screen_text(struct buf *out, const char *text)
{
	for (; *text != '\0';) {
		size_t n = strcspn(text, "\n\t");

		utf8_shown(out, text, n);
		buf_add(out, text + n, text[n] != '\0');
		text += n + (text[n] != '\0');
	}
}

int
screen_print(const struct buf *out)
{
	if (!buf_ok(out))
		return ctl_fail(EX_DATAERR, "there is too much to print");
	if (fwrite(out->data, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
		return ctl_fail(EX_IOERR, "standard output cannot be written");
	return EXIT_SUCCESS;
}

int
screen_read(const char *name, struct buf *out)
{
	bool from_stdin = strcmp(name, "-") == 0;
	CLEANUP(closep) int fd = -1;
	struct err e;

	if (!from_stdin && (fd = open(name, O_RDONLY | O_CLOEXEC)) < 0) {
		(void)err_io(&e, "%s", name);
		return ctl_fail(EX_NOINPUT, e.text);
	}
	if (file_read_all(from_stdin ? STDIN_FILENO : fd, out, &e))
		return EXIT_SUCCESS;
	err_wrap(&e, "%s", from_stdin ? "standard input" : name);
	return ctl_fail(e.kind == ERR_TOO_BIG ? EX_DATAERR : EX_IOERR, e.text);
}
