/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All files, or none: each is written beside its place first, and only when all of them stand
 * there are they moved, so that a full disk or a folder that is not ours leaves all as it was.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "ctl/import.h"

static const char *
path_of(struct import *im, const char *name)
{
	return arena_printf(im->a, "%s/%s", im->to, name);
}

/* "DIR/conf/custom/.tmp-import-api.cfg": botline passes over names with a dot in front. */
static const char *
draft_of(struct import *im, const char *name)
{
	const char *base = strrchr(name, '/') + 1;

	return arena_printf(im->a, "%s/%.*s" FILE_TMP_PREFIX "import-%s", im->to,
	    (int)(base - name), name, base);
}

/* A new folder of an environment is for whom conf/custom is, whatever the umask. */
static bool
match_custom(struct import *im, const char *path, struct err *e)
{
	struct stat st;

	if (stat(path_of(im, "conf/custom"), &st) != 0)
		return true;
	if (chown(path, st.st_uid, st.st_gid) != 0 && errno != EPERM)
		return err_io(e, "%s", path);
	return chmod(path, st.st_mode & 0777) == 0 || err_io(e, "%s", path);
}

/* Makes the folders above a file of the folder `to`, and that one. */
static bool
make_folders(struct import *im, const char *name, struct err *e)
{
	char *path = arena_printf(im->a, "%s/%s", im->to, name);

	for (char *s = path + strlen(im->to); s != NULL; s = strchr(s + 1, '/')) {
		*s = '\0';
		if (mkdir(path, 0755) == 0) {
			if (!match_custom(im, path, e))
				return false;
		} else if (errno != EEXIST) {
			return err_io(e, "%s", path);
		}
		*s = '/';
	}
	return true;
}

/*
 * Whom a new file is like: the one of its name in conf/custom, since whoever reads that has to
 * read this, else its folder.
 */
static bool
find_model(
    struct import *im, const struct import_output *o, struct stat *st, struct err *e)
{
	const char *slash = strrchr(o->name, '/');

	if (!o->is_lang &&
	    stat(path_of(im, arena_printf(im->a, "conf/custom%s", slash)), st) == 0)
		return true;
	return stat(path_of(
			im, arena_strndup(im->a, o->name, (size_t)(slash - o->name))),
		   st) == 0 ||
	    err_io(e, "%s", o->name);
}

/* Gives the draft the owner and mode of what it replaces; new files with settings are for their
 * owner and group. */
static bool
set_owner(struct import *im, const struct import_output *o, int fd, struct err *e)
{
	mode_t mode = o->is_lang ? 0644 : 0640;
	struct stat st;

	if (stat(path_of(im, o->name), &st) == 0)
		mode = st.st_mode & 0777;
	else if (!find_model(im, o, &st, e))
		return false;
	/* Only root may give files away; for others the group is a wish. */
	if (fchown(fd, st.st_uid, st.st_gid) != 0 && errno == EPERM &&
	    fchown(fd, (uid_t)-1, st.st_gid) != 0 && errno != EPERM)
		return err_io(e, "%s", o->name);
	if (fchmod(fd, mode) != 0)
		return err_io(e, "%s", o->name);
	return true;
}

static bool
fill_draft(struct import *im, const struct import_output *o, int fd, struct err *e)
{
	if (!file_write_all(fd, o->text, o->len, e))
		return err_wrap(e, "%s", o->name);
	if (!set_owner(im, o, fd, e))
		return false;
	if (fsync(fd) != 0)
		return err_io(e, "%s", o->name);
	return true;
}

static bool
write_draft(struct import *im, const struct import_output *o, struct err *e)
{
	CLEANUP(closep) int fd = -1;
	const char *draft = draft_of(im, o->name);

	if (!make_folders(im, o->name, e))
		return false;
	/* One of an import that was killed. */
	if (unlink(draft) != 0 && errno != ENOENT)
		return err_io(e, "%s", draft);
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_io(e, "%s", draft);
	return fill_draft(im, o, fd, e);
}

static void
drop_drafts(struct import *im)
{
	for (const struct import_output *o = im->outputs; o != NULL; o = o->next)
		(void)unlink(draft_of(im, o->name));
}

/* What had settings stays beside as NAME.old. */
static bool
keep_old(struct import *im, const struct import_output *o, struct err *e)
{
	const char *path = path_of(im, o->name);
	const char *old = arena_printf(im->a, "%s.old", path);

	if (unlink(old) != 0 && errno != ENOENT)
		return err_io(e, "%s", old);
	if (link(path, old) != 0)
		return err_io(e, "%s", old);
	return true;
}

static bool
move_drafts(struct import *im, struct err *e)
{
	for (const struct import_output *o = im->outputs; o != NULL; o = o->next)
		if (o->has_settings && access(path_of(im, o->name), F_OK) == 0 &&
		    !keep_old(im, o, e))
			return false;
	for (const struct import_output *o = im->outputs; o != NULL; o = o->next)
		if (rename(draft_of(im, o->name), path_of(im, o->name)) != 0)
			return err_io(e, "%s", o->name);
	return true;
}

/* Names what stands in the way; false when there is something. */
static bool
is_free(const struct import *im, struct err *e)
{
	for (const struct import_output *o = im->outputs; o != NULL; o = o->next)
		if (o->has_settings && !im->force)
			return err_set(e, ERR_CONFIG, 0,
			    "%s/%s %s: nothing is written; --force does, and keeps the old "
			    "file as %s.old",
			    im->to, o->name,
			    o->is_lang ? "has been imported before" : "has settings",
			    strrchr(o->name, '/') + 1);
	return true;
}

bool
import_write(struct import *im, int *status, struct err *e)
{
	*status = EX_CANTCREAT;
	if (!is_free(im, e))
		return false;
	for (const struct import_output *o = im->outputs; o != NULL; o = o->next) {
		if (write_draft(im, o, e))
			continue;
		drop_drafts(im);
		return false;
	}
	if (move_drafts(im, e))
		return true;
	drop_drafts(im);
	return false;
}
