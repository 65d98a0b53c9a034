/* SPDX-License-Identifier: Apache-2.0 */
/* What only a check looks at: folders on the disk, and values that miss their place. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "conf/check_places.h"
#include "conf/conf_inner.h"
#include "conf/report.h"

/* Whether others may look into it, and the start does not put an end to that. */
static bool
is_open_to_others(const char *path, const struct stat *st)
{
	CLEANUP(closep)
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return (st->st_mode & 077) != 0 && (fd == -1 || !dir_takes_private(fd));
}

static void
check_folder(
    const char *where, const char *key, const char *path, struct conf_report *report)
{
	struct stat st;

	if (lstat(path, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			report_add(report, CONF_ERROR, where, "%s: %s is not a folder",
			    key, path);
		else if (is_open_to_others(path, &st))
			report_add(report, CONF_ERROR, where,
			    "%s: others may look into %s: chmod 700 it", key, path);
		/* One finding must not hide the other. */
		if (S_ISDIR(st.st_mode) && st.st_uid != geteuid())
			report_add(report, geteuid() == 0 ? CONF_NOTE : CONF_ERROR,
			    where,
			    "%s: %s belongs to user %ld, not to %ld who checks: it must "
			    "belong to the user botline runs as",
			    key, path, (long)st.st_uid, (long)geteuid());
		return;
	}
	if (errno != ENOENT)
		report_add(report, CONF_ERROR, where, "%s: %s: %s", key, path,
		    strerror(errno));
}

/* A folder that is not there yet is made at start: in its parent. */
static void
check_parent(
    const char *where, const char *key, const char *path, struct conf_report *report)
{
	CLEANUP(buf_fini) struct buf parent = BUF_INIT(4096);
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (lstat(path, &st) == 0 || errno != ENOENT)
		return;
	buf_add(&parent, path, slash == path ? 1 : (size_t)(slash - path));
	if (access(parent.data, W_OK | X_OK) != 0)
		report_add(report, CONF_ERROR, where,
		    "%s: %s does not exist and cannot be made in %s: %s", key, path,
		    parent.data, strerror(errno));
}

static void
check_store(const struct conf *c, struct conf_report *report)
{
	const struct value *v = &c->cfg[CONF_PRODUCTION].v[CFG_STORE_PATH];
	CLEANUP(buf_fini) struct buf path = BUF_INIT(PATH_MAX);
	bool named = *v->u.s != '\0';
	const char *where = named ? v->origin : "conf/custom/store.cfg";

	if (v->bad)
		return;
	if (named)
		buf_str(&path, v->u.s);
	else
		dir_default(&path);
	check_folder(where, "store.path", path.data, report);
	check_parent(where, "store.path", path.data, report);
}

static bool
is_below(const char *path, const char *folder)
{
	size_t len = folder != NULL ? strlen(folder) : 0;

	while (len > 1 && folder[len - 1] == '/')
		len--;
	return len > 1 && strncmp(path, folder, len) == 0 &&
	    (path[len] == '/' || path[len] == '\0');
}

/*
 * What must outlive the machine has no place where every start of it sweeps. Where no folder
 * is named, the one of the service manager or of the build is used, which only the program
 * that it starts can tell.
 */
static void
check_state(const struct conf *c, struct conf_report *report)
{
	const struct value *v = &c->cfg[CONF_PRODUCTION].v[CFG_STORE_STATE_PATH];
	const char *const swept[] = { "/tmp", "/var/tmp", "/dev/shm",
		getenv("TMPDIR") };

	if (v->bad || *v->u.s == '\0')
		return;
	check_folder(v->origin, "store.state_path", v->u.s, report);
	check_parent(v->origin, "store.state_path", v->u.s, report);
	for (size_t i = 0; i < NELEMS(swept); i++)
		if (is_below(v->u.s, swept[i])) {
			report_add(report, CONF_WARNING, v->origin,
			    "store.state_path: what lies in %s may be lost at any time, "
			    "and with it messages and HyperChat's secret: name a folder "
			    "such as /var/lib/botline",
			    v->u.s);
			return;
		}
}

static bool
is_said_in(const struct layer *layer)
{
	for (size_t i = 0; i < CFG_KEYS; i++)
		if (layer->v[i].origin != NULL || layer->v[i].bad)
			return true;
	return false;
}

static bool
is_rule_type(const char *type)
{
	return strcmp(type, "http_host") == 0 || strcmp(type, "script_name") == 0;
}

static void
check_environments(const struct conf *c, struct conf_report *report)
{
	static const struct {
		enum conf_env env;
		enum cfg_key type;
	} rules[] = {
		{ CONF_DEVELOPMENT, CFG_ENVIRONMENTS_DEVELOPMENT_TYPE },
		{ CONF_PREPRODUCTION, CFG_ENVIRONMENTS_PREPRODUCTION_TYPE },
	};
	const struct value *v = c->cfg[CONF_PRODUCTION].v;

	if (v[CFG_ENVIRONMENTS_FIXED].bad)
		return;
	for (size_t i = 0; i < NELEMS(rules); i++) {
		const char *name = conf_env_name(rules[i].env);

		if (is_said_in(c->folders[rules[i].env]) &&
		    !conf_env_used(c, rules[i].env) && !v[rules[i].type + 1].bad)
			report_add(report, CONF_WARNING, "conf/custom/environments.cfg",
			    "conf/%s is never used: no rule leads to that environment",
			    name);
		if (c->rules[rules[i].env].rule != NULL &&
		    *v[rules[i].type].u.s == '\0')
			report_add(report, CONF_NOTE, v[rules[i].type + 1].origin,
			    "environments.%s.type is empty: the rule looks at the script name",
			    name);
		else if (c->rules[rules[i].env].rule != NULL &&
		    !is_rule_type(v[rules[i].type].u.s))
			report_add(report, CONF_WARNING, v[rules[i].type].origin,
			    "environments.%s.type is neither http_host nor script_name: the "
			    "rule looks at the script name",
			    name);
	}
}

static void
check_folders(const char *root, struct conf_report *report)
{
	CLEANUP(buf_fini) struct buf path = BUF_INIT(4096);
	struct dirent *d;
	enum conf_env env;
	DIR *dir;

	buf_printf(&path, "%s/conf", root);
	dir = opendir(path.data);
	if (dir == NULL)
		return; /* conf/default has been missed already */
	while ((d = readdir(dir)) != NULL) {
		CLEANUP(buf_fini) struct buf where = BUF_INIT(4096);
		struct stat st;

		if (d->d_name[0] == '.' || strcmp(d->d_name, "default") == 0 ||
		    strcmp(d->d_name, "custom") == 0 ||
		    conf_env_parse(d->d_name, &env) ||
		    fstatat(dirfd(dir), d->d_name, &st, 0) != 0 || !S_ISDIR(st.st_mode))
			continue;
		buf_printf(&where, "conf/%s", d->d_name);
		report_add(report, CONF_WARNING, where.data,
		    "is not read: the environments are production, preproduction and "
		    "development");
	}
	closedir(dir);
}

void
check_places(const struct conf *c, const char *root, struct conf_report *report)
{
	check_store(c, report);
	check_state(c, report);
	check_environments(c, report);
	check_folders(root, report);
}
