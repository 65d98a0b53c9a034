/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "conf/check_secrets.h"
#include "conf/conf_inner.h"
#include "conf/report.h"

/* Whether anybody may come to the file: every folder above it can be passed by all. */
static bool
is_in_the_open(const char *path)
{
	char *real = realpath(path, NULL);
	bool open = real != NULL;
	struct stat st;

	while (open && strlen(real) > 1) {
		char *slash = strrchr(real, '/');

		slash[slash == real] = '\0';
		open = stat(real, &st) == 0 && (st.st_mode & S_IXOTH) != 0;
	}
	free(real);
	return open;
}

static void
check_file(const char *name, const char *path, struct conf_report *report)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return; /* whoever reads it has said so */
	if ((st.st_mode & S_IWOTH) != 0 && is_in_the_open(path))
		report_once(report, CONF_ERROR, name,
		    "anybody on this machine may change it: chmod o-w %s", path);
	if ((st.st_mode & S_IROTH) == 0 || !is_in_the_open(path))
		return;
	report_once(report, CONF_WARNING, name,
	    "holds secrets, and anybody on this machine may read them: chmod o-r %s, and "
	    "chgrp it to the group botline runs as",
	    path);
}

/* The file an origin such as "conf/custom/api.cfg:3" names; false: it is none. */
static bool
origin_file(const char *origin, struct buf *name)
{
	const char *colon = strrchr(origin, ':');

	if (strncmp(origin, "conf/", 5) != 0 || colon == NULL)
		return false;
	buf_add(name, origin, (size_t)(colon - origin));
	return true;
}

static void
check_value(const struct value *v, const char *root, struct conf_report *report)
{
	CLEANUP(buf_fini) struct buf name = BUF_INIT(PATH_MAX);
	CLEANUP(buf_fini) struct buf path = BUF_INIT(PATH_MAX);

	if (v->file != NULL) {
		check_file(v->file, v->file, report);
		return;
	}
	if (!origin_file(v->origin, &name))
		return;
	buf_printf(&path, "%s/%s", root, name.data);
	check_file(name.data, path.data, report);
}

static void
check_layer(const struct layer *layer, const char *root, struct conf_report *report)
{
	for (size_t i = 0; i < CFG_KEYS; i++) {
		const struct value *v = &layer->v[i];

		if ((key_rows[i].flags & KEY_SECRET) != 0 && v->origin != NULL &&
		    !v->bad && *v->u.s != '\0')
			check_value(v, root, report);
	}
}

void
check_secrets(const struct conf *c, const char *root, struct conf_report *report)
{
	check_layer(c->custom, root, report);
	for (size_t i = 0; i < CONF_ENVS; i++)
		check_layer(c->folders[i], root, report);
	check_layer(c->variables, root, report);
}
