/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "conf/check.h"
#include "conf/conf_inner.h"
#include "conf/report.h"
#include "conf/url.h"

/* --- what each environment needs -------------------------------------------------------*/

#define SILENT (-1)

static bool
is_empty(const struct cfg *c, enum cfg_key key)
{
	return *cfg_str(c, key) == '\0';
}

static bool
lacks_text(const struct cfg *c, enum cfg_key key)
{
	return is_empty(c, key);
}

static bool
lacks_proof(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, CFG_TWILIO_VALIDATE_SIGNATURE) && is_empty(c, key);
}

static bool
is_off(const struct cfg *c, enum cfg_key key)
{
	return !cfg_bool(c, key);
}

static bool
is_on(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, key);
}

static bool
is_redis(const struct cfg *c, enum cfg_key key)
{
	return strcmp(cfg_str(c, key), "redis") == 0;
}

/* AC and 32 hex digits: Twilio, "SID". */
static bool
is_strange_sid(const struct cfg *c, enum cfg_key key)
{
	const char *s = cfg_str(c, key);

	if (*s == '\0')
		return false;
	if (strncmp(s, "AC", 2) != 0 || strlen(s) != 34)
		return true;
	for (s += 2; *s != '\0'; s++)
		if (!isxdigit((unsigned char)*s))
			return true;
	return false;
}

static bool
is_plain_http(const struct cfg *c, enum cfg_key key)
{
	return strncasecmp(cfg_str(c, key), "http:", 5) == 0;
}

static bool
is_unreadable(const struct cfg *c, enum cfg_key key)
{
	return !is_empty(c, key) && access(cfg_str(c, key), R_OK) != 0;
}

/* In which grade at start and in a check; the text goes behind the key's name. */
static const struct need {
	enum cfg_key key;
	bool (*is_wrong)(const struct cfg *c, enum cfg_key key);
	int at_start, in_check;
	const char *text;
} needs[] = {
	{ CFG_API_KEY, lacks_text, CONF_ERROR, CONF_ERROR,
	    "is empty: fill in the API key of your chatbot instance" },
	{ CFG_API_SECRET, lacks_text, CONF_ERROR, CONF_ERROR,
	    "is empty: fill in the secret that belongs to api.key" },
	{ CFG_TWILIO_CREDENTIALS_SID, lacks_text, CONF_WARNING, CONF_ERROR,
	    "is empty, so every webhook will be refused: fill in the Account SID" },
	{ CFG_TWILIO_CREDENTIALS_SID, is_strange_sid, CONF_WARNING, CONF_WARNING,
	    "does not look like an Account SID, which is AC and 32 hex digits" },
	{ CFG_TWILIO_CREDENTIALS_AUTH_TOKEN, lacks_proof, CONF_WARNING, CONF_ERROR,
	    "is empty, so every webhook will be refused: fill in the Auth Token" },
	{ CFG_TWILIO_WEBHOOK_URL, lacks_proof, CONF_NOTE, CONF_ERROR,
	    "is empty, so signatures are checked against the address as it arrives here, "
	    "which a proxy may change: fill in the URL as typed at Twilio" },
	{ CFG_TWILIO_WEBHOOK_URL, is_plain_http, SILENT, CONF_WARNING,
	    "is not https: what users write travels in the clear" },
	{ CFG_TWILIO_VALIDATE_SIGNATURE, is_off, CONF_WARNING, CONF_WARNING,
	    "is false: anybody can speak as any number. Set it to true again after the "
	    "trial" },
	{ CFG_STORE_BACKEND, is_redis, CONF_ERROR, CONF_ERROR,
	    "is \"redis\", which is not built yet: set \"file\"" },
	{ CFG_SERVER_ALLOW_HTTP, is_on, SILENT, CONF_WARNING,
	    "is true: keys and texts may travel to upstreams in the clear" },
	{ CFG_SERVER_CA_FILE, is_unreadable, CONF_ERROR, CONF_ERROR,
	    "names a file that cannot be read: is it there, and may botline's user read "
	    "it?" },
};

/* Where to mend it: the line that says so, or the file where a line is missing. */
static void
add_need(const struct conf *c, enum conf_env env, const struct need *need,
    enum conf_grade grade, bool is_first, struct conf_report *report)
{
	const struct value *v = &c->cfg[env].v[need->key];
	const char *key = key_rows[need->key].key;
	CLEANUP(buf_fini) struct buf where = BUF_INIT(200);

	if (v->shipped)
		buf_printf(&where, "conf/%s/%.*s.cfg",
		    is_first ? "custom" : conf_env_name(env), (int)strcspn(key, "."),
		    key);
	else
		buf_str(&where, v->origin);
	if (is_first)
		report_add(report, grade, where.data, "%s %s", key, need->text);
	else
		report_add(report, grade, where.data, "in the environment %s, %s %s",
		    conf_env_name(env), key, need->text);
}

static void
check_need(const struct conf *c, const struct need *need, int grade,
    struct conf_report *report)
{
	bool is_first = true;

	for (size_t i = 0; i < CONF_ENVS && grade != SILENT; i++) {
		enum conf_env env = (enum conf_env)i;
		const struct cfg *cfg = &c->cfg[i];

		if (!conf_env_used(c, env))
			continue;
		if (!cfg->v[need->key].bad && need->is_wrong(cfg, need->key)) {
			add_need(
			    c, env, need, (enum conf_grade)grade, is_first, report);
			/* What is wrong in the first one comes from files they share. */
			if (is_first)
				return;
		}
		is_first = false;
	}
}

/* --- URLs of upstreams -----------------------------------------------------------------*/

static void
check_urls(const struct cfg *cfg, struct conf_report *report)
{
	if (cfg_bool(cfg, CFG_SERVER_ALLOW_HTTP) || cfg->v[CFG_SERVER_ALLOW_HTTP].bad)
		return;
	for (size_t i = 0; i < CFG_KEYS; i++)
		if (key_rows[i].type == KEY_URL && url_is_open(cfg->v[i].u.s))
			report_once(report, CONF_ERROR, cfg->v[i].origin,
			    "%s must begin with https:// (http only to this machine itself, or "
			    "with server.allow_http)",
			    key_rows[i].key);
}

/* --- keys that do nothing --------------------------------------------------------------*/

static const struct value *
said_by_operator(const struct conf *c, size_t key)
{
	if (c->custom->v[key].origin != NULL)
		return &c->custom->v[key];
	for (size_t i = 0; i < CONF_ENVS; i++)
		if (c->folders[i]->v[key].origin != NULL)
			return &c->folders[i]->v[key];
	return c->variables->v[key].origin != NULL ? &c->variables->v[key] : NULL;
}

static void
note_idle_keys(
    const struct conf *c, unsigned flag, const char *what, struct conf_report *report)
{
	for (size_t i = 0; i < CFG_KEYS; i++) {
		const struct value *v = said_by_operator(c, i);

		if (v != NULL && key_rows[i].flags & flag)
			report_add(report, CONF_NOTE, v->origin, "%s has no effect%s",
			    key_rows[i].key, what);
	}
}

void
check_start(const struct conf *c, struct conf_report *report)
{
	for (size_t i = 0; i < NELEMS(needs); i++)
		check_need(c, &needs[i], needs[i].at_start, report);
	for (size_t i = 0; i < CONF_ENVS; i++)
		if (conf_env_used(c, (enum conf_env)i))
			check_urls(&c->cfg[i], report);
	note_idle_keys(c, KEY_NOEFFECT, "", report);
}

/* --- what only a check looks at --------------------------------------------------------*/

/* Whether others may look into it, and the start does not put an end to that. */
static bool
is_open_to_others(const char *path, const struct stat *st)
{
	CLEANUP(closep)
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return (st->st_mode & 077) != 0 && (fd == -1 || !dir_takes_private(fd));
}

static void
check_folder(const struct value *v, const char *key, const char *path,
    struct conf_report *report)
{
	struct stat st;

	if (lstat(path, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			report_add(report, CONF_ERROR, v->origin,
			    "%s: %s is not a folder", key, path);
		else if (is_open_to_others(path, &st))
			report_add(report, CONF_ERROR, v->origin,
			    "%s: others may look into %s: chmod 700 it", key, path);
		/* One finding must not hide the other. */
		if (S_ISDIR(st.st_mode) && st.st_uid != geteuid())
			report_add(report, geteuid() == 0 ? CONF_NOTE : CONF_ERROR,
			    v->origin,
			    "%s: %s belongs to user %ld, not to %ld who checks: it must "
			    "belong to the user botline runs as",
			    key, path, (long)st.st_uid, (long)geteuid());
		return;
	}
	if (errno != ENOENT)
		report_add(report, CONF_ERROR, v->origin, "%s: %s: %s", key, path,
		    strerror(errno));
}

/* A folder that is not there yet is made at start: in its parent. */
static void
check_parent(const struct value *v, const char *key, const char *path,
    struct conf_report *report)
{
	CLEANUP(buf_fini) struct buf parent = BUF_INIT(4096);
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (lstat(path, &st) == 0 || errno != ENOENT)
		return;
	buf_add(&parent, path, slash == path ? 1 : (size_t)(slash - path));
	if (access(parent.data, W_OK | X_OK) != 0)
		report_add(report, CONF_ERROR, v->origin,
		    "%s: %s does not exist and cannot be made in %s: %s", key, path,
		    parent.data, strerror(errno));
}

static void
check_store(const struct conf *c, struct conf_report *report)
{
	const struct value *v = &c->cfg[CONF_PRODUCTION].v[CFG_STORE_PATH];
	const char *tmp = getenv("TMPDIR");

	if (v->bad)
		return;
	if (*v->u.s != '\0') {
		check_folder(v, "store.path", v->u.s, report);
		check_parent(v, "store.path", v->u.s, report);
		return;
	}
	tmp = tmp != NULL && *tmp == '/' ? tmp : "/tmp";
	if (access(tmp, W_OK | X_OK) != 0)
		report_add(report, CONF_ERROR, "conf/custom/store.cfg",
		    "store.path is empty and the temporary folder %s cannot be written: %s",
		    tmp, strerror(errno));
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

static void
check_all(const struct conf *c, const char *root, struct conf_report *report)
{
	for (size_t i = 0; i < NELEMS(needs); i++)
		check_need(c, &needs[i], needs[i].in_check, report);
	for (size_t i = 0; i < CONF_ENVS; i++)
		if (conf_env_used(c, (enum conf_env)i))
			check_urls(&c->cfg[i], report);
	check_store(c, report);
	check_environments(c, report);
	check_folders(root, report);
	note_idle_keys(c, KEY_NOEFFECT, "", report);
	note_idle_keys(c, KEY_LATER, " yet", report);
}

int
conf_check(const char *root, char *const *variables, struct buf *out)
{
	struct conf_opts opts = { .root = root, .environ = variables };
	CLEANUP(conf_report_fini) struct conf_report report = { 0 };
	struct conf *c = conf_build(&opts, &report);

	check_all(c, root, &report);
	conf_unref(c);
	conf_report_print(&report, out);
	return report.errors > 0 ? EX_CONFIG : 0;
}
