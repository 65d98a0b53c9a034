/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <fnmatch.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/apache.h"
#include "conf/check_apache.h"
#include "conf/conf_inner.h"
#include "conf/report.h"

enum { MOST_ROADS = 16, MOST_GROUPS = 256 };

/* How Apache can be told to hand a path to us. */
enum way { WAY_PROXY, WAY_FCGID, WAY_CGI };

static const struct {
	const char *name, *snippet;
	const char *modules; /* what its snippet needs */
} ways[] = {
	[WAY_PROXY] = { "mod_proxy_fcgi", "botline-proxy-fcgi.conf",
	    "proxy proxy_fcgi alias env reqtimeout" },
	[WAY_FCGID] = { "mod_fcgid", "botline-fcgid.conf", "fcgid alias reqtimeout" },
	[WAY_CGI] = { "plain CGI", "botline-cgi.conf", "alias env reqtimeout" },
};

struct road {
	enum way way;
	const char *path; /* "/botline" */
	const char *target; /* the program, or the proxy's address */
	const struct apache_line *line;
};

/* What is looked at. */
struct look {
	const struct cfg *cfg;
	const struct apache *ap;
	struct arena *a;
	struct conf_report *report;
	const char *host, *path; /* of twilio.webhook_url; NULL: it has none */
	bool https;
	struct road roads[MOST_ROADS];
	size_t n;
};

static bool
ends_with_botline(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash != NULL ? slash + 1 : path, "botline") == 0;
}

static bool
is_same_path(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Ours by its name, or because it stands where Twilio calls. PHP has such lines, too. */
static bool
is_ours(const struct look *k, const char *path, const char *target)
{
	return strstr(target, "fcgi://") != NULL &&
	    (strstr(path, "botline") != NULL || strstr(target, "botline") != NULL ||
		is_same_path(path, k->path));
}

/* Whether the location of an Alias to our program makes it FastCGI, or a CGI script. */
static enum way
way_of_alias(const struct look *k, const char *path)
{
	for (const struct apache_line *l = k->ap->first; l != NULL; l = l->next)
		if (apache_is(l, "SetHandler") && l->location != NULL &&
		    strcmp(l->location, path) == 0 &&
		    strcasecmp(apache_arg(l, 0), "fcgid-script") == 0)
			return WAY_FCGID;
	return WAY_CGI;
}

static void
add_road(struct look *k, enum way way, const char *path, const char *target,
    const struct apache_line *line)
{
	if (k->n < MOST_ROADS)
		k->roads[k->n++] = (struct road){ way, path, target, line };
}

static void
look_at(struct look *k, const struct apache_line *l)
{
	const char *first = apache_arg(l, 0), *second = apache_arg(l, 1);

	if (apache_is(l, "ProxyPass") && l->location != NULL) {
		second = first;
		first = l->location;
	}
	if (apache_is(l, "ProxyPass") && is_ours(k, first, second))
		add_road(k, WAY_PROXY, first, second, l);
	else if (apache_is(l, "SetHandler") && l->location != NULL &&
	    strncmp(first, "proxy:", 6) == 0 && is_ours(k, l->location, first))
		add_road(k, WAY_PROXY, l->location, first + 6, l);
	else if ((apache_is(l, "Alias") || apache_is(l, "ScriptAlias")) &&
	    ends_with_botline(second))
		add_road(k,
		    apache_is(l, "Alias") || way_of_alias(k, first) == WAY_FCGID
			? way_of_alias(k, first)
			: WAY_CGI,
		    first, second, l);
}

/* Whether a line of that name counts for a virtual host: its own, or the whole server's. */
static const struct apache_line *
find_line(const struct look *k, const struct apache_host *host, const char *name)
{
	const struct apache_line *found = NULL;

	for (const struct apache_line *l = k->ap->first; l != NULL; l = l->next)
		if (apache_is(l, name) && (l->host == host || l->host == NULL) &&
		    (found == NULL || l->host == host))
			found = l;
	return found;
}

static void
check_modules(const struct look *k, const struct road *r)
{
	const char *list = ways[r->way].modules;

	while (*list != '\0') {
		size_t len = strcspn(list, " ");
		const char *name = arena_strndup(k->a, list, len);

		if (!apache_has_module(k->ap, name))
			report_once(k->report, CONF_ERROR, r->line->where,
			    "the module %s is not enabled: a2enmod %s, then restart Apache",
			    name, name);
		list += len + (list[len] == ' ');
	}
	if (r->way == WAY_CGI && !apache_has_module(k->ap, "cgid") &&
	    !apache_has_module(k->ap, "cgi"))
		report_once(k->report, CONF_ERROR, r->line->where,
		    "no module for CGI programs is enabled: a2enmod cgid, then restart "
		    "Apache");
}

static void
check_path(const struct look *k, const struct road *r)
{
	if (k->path == NULL || strcmp(k->path, r->path) == 0)
		return;
	report_add(k->report, CONF_WARNING, r->line->where,
	    "leads %s to botline, but the path of twilio.webhook_url is %s: make them equal, "
	    "unless a proxy before this Apache changes the path",
	    r->path, k->path);
}

/* Whether a name or an alias, which may have * and ? in it, is the host. */
static bool
is_named(const struct look *k, const struct apache_host *host, bool *any)
{
	for (const struct apache_line *l = k->ap->first; l != NULL; l = l->next) {
		if (l->host != host ||
		    (!apache_is(l, "ServerName") && !apache_is(l, "ServerAlias")))
			continue;
		*any = true;
		for (size_t i = 0; i < l->n; i++) {
			const char *name = strstr(l->args[i], "://");
			char *bare;

			name = name != NULL ? name + 3 : l->args[i];
			bare = arena_strndup(k->a, name, strcspn(name, ":"));
			for (char *c = bare; *c != '\0'; c++)
				*c = (char)tolower((unsigned char)*c);
			if (fnmatch(bare, k->host, 0) == 0)
				return true;
		}
	}
	return false;
}

static void
check_host(const struct look *k, const struct road *r)
{
	const struct apache_line *ssl = find_line(k, r->line->host, "SSLEngine");
	bool any = false;

	if (k->host == NULL)
		return;
	if (!is_named(k, r->line->host, &any) && any)
		report_add(k->report, CONF_WARNING,
		    r->line->host != NULL ? r->line->host->where : r->line->where,
		    "the virtual host that leads to botline is not named %s, which is the "
		    "host of twilio.webhook_url: add it as ServerName or ServerAlias, or put "
		    "the Include into the one that is",
		    k->host);
	if (k->https && (ssl == NULL || strcasecmp(apache_arg(ssl, 0), "on") != 0))
		report_add(k->report, CONF_NOTE,
		    r->line->host != NULL ? r->line->host->where : r->line->where,
		    "twilio.webhook_url is https, and this virtual host has no SSLEngine "
		    "on: well, if a proxy before Apache takes TLS off");
}

static void
check_reading(const struct look *k, const struct road *r)
{
	if (find_line(k, r->line->host, "RequestReadTimeout") == NULL)
		report_add(k->report, CONF_WARNING, r->line->where,
		    "there is no RequestReadTimeout here: slow senders can hold all of "
		    "Apache's threads. Add the line of %s/apache/%s",
		    BOTLINE_DATA, ways[r->way].snippet);
}

static bool
in_group(const struct passwd *pw, gid_t gid)
{
	gid_t list[MOST_GROUPS];
	int n = MOST_GROUPS;

	if (getgrouplist(pw->pw_name, pw->pw_gid, list, &n) < 0)
		return false;
	for (int i = 0; i < n; i++)
		if (list[i] == gid)
			return true;
	return false;
}

static bool
may_write(const struct passwd *pw, const struct stat *st)
{
	if (st->st_uid == pw->pw_uid || pw->pw_uid == 0)
		return pw->pw_uid == 0 || (st->st_mode & S_IWUSR) != 0;
	if (in_group(pw, st->st_gid))
		return (st->st_mode & S_IWGRP) != 0;
	return (st->st_mode & S_IWOTH) != 0;
}

static void
check_socket(const struct look *k, const struct road *r)
{
	const struct passwd *pw = k->ap->user != NULL ? getpwnam(k->ap->user) : NULL;
	const char *bar = strchr(r->target, '|');
	const char *path;
	struct stat st;

	if (strncmp(r->target, "unix:", 5) != 0 || bar == NULL)
		return; /* over TCP, as only somebody's own set-up does */
	path = arena_strndup(k->a, r->target + 5, (size_t)(bar - r->target) - 5);
	if (stat(path, &st) != 0)
		report_add(k->report, CONF_WARNING, r->line->where,
		    "there is no socket %s (or none we may see): start botline with "
		    "--listen %s, or Define BOTLINE_SOCKET as where it listens",
		    path, path);
	else if (!S_ISSOCK(st.st_mode))
		report_add(k->report, CONF_ERROR, r->line->where,
		    "%s is no socket: name the one botline listens on", path);
	else if (pw != NULL && !may_write(pw, &st))
		report_add(k->report, CONF_ERROR, r->line->where,
		    "Apache's user %s may not write to %s: start botline with "
		    "--socket-group of a group that user is in",
		    pw->pw_name, path);
	else if ((st.st_mode & S_IWOTH) != 0)
		report_add(k->report, CONF_WARNING, r->line->where,
		    "anybody on this machine may write to %s: start botline with "
		    "--socket-mode 0660 and --socket-group",
		    path);
}

static void
check_proxy(const struct look *k, const struct road *r)
{
	const int64_t deadline = cfg_int(k->cfg, CFG_TWILIO_REPLY_DEADLINE_MS);

	check_socket(k, r);
	for (size_t i = 0; i < r->line->n; i++) {
		const char *arg = r->line->args[i];

		if (strcasecmp(arg, "enablereuse=on") == 0)
			report_add(k->report, CONF_WARNING, r->line->where,
			    "enablereuse=on: a kept connection holds a thread of botline "
			    "between two messages. Set enablereuse=off");
		if (strncasecmp(arg, "timeout=", 8) == 0 &&
		    strtoll(arg + 8, NULL, 10) * 1000 <= deadline)
			report_add(k->report, CONF_WARNING, r->line->where,
			    "%s is not longer than twilio.reply_deadline_ms (%lld ms): "
			    "late answers end in errors. Set timeout=20",
			    arg, (long long)deadline);
	}
}

/* botline runs as Apache's user then, whose the folders have to be. */
static void
check_owner(const struct look *k, const struct road *r, enum cfg_key key)
{
	const struct passwd *pw = k->ap->user != NULL ? getpwnam(k->ap->user) : NULL;
	const char *path = cfg_str(k->cfg, key);
	struct stat st;

	if (pw == NULL || *path == '\0' || stat(path, &st) != 0 ||
	    st.st_uid == pw->pw_uid)
		return;
	report_add(k->report, CONF_ERROR, k->cfg->v[key].origin,
	    "%s: %s belongs to user %ld, but by %s botline runs as Apache's user %s: "
	    "chown %s it",
	    key_rows[key].key, path, (long)st.st_uid, ways[r->way].name, pw->pw_name,
	    pw->pw_name);
}

static void
check_program(const struct look *k, const struct road *r)
{
	if (access(r->target, X_OK) != 0)
		report_add(k->report, CONF_ERROR, r->line->where,
		    "%s cannot be run: Define BOTLINE_PROGRAM as where botline is",
		    r->target);
	check_owner(k, r, CFG_STORE_PATH);
	check_owner(k, r, CFG_STORE_STATE_PATH);
}

static void
check_road(const struct look *k, const struct road *r)
{
	report_add(k->report, CONF_NOTE, r->line->where, "%s leads to botline by %s",
	    r->path, ways[r->way].name);
	check_modules(k, r);
	check_path(k, r);
	check_host(k, r);
	check_reading(k, r);
	if (r->way == WAY_PROXY)
		check_proxy(k, r);
	else
		check_program(k, r);
}

/* The same path twice in one virtual host: the first one has it. */
static void
check_doubles(const struct look *k)
{
	for (size_t i = 0; i < k->n; i++)
		for (size_t j = 0; j < i; j++)
			if (k->roads[i].line->host == k->roads[j].line->host &&
			    strcmp(k->roads[i].path, k->roads[j].path) == 0)
				report_add(k->report, CONF_WARNING,
				    k->roads[i].line->where,
				    "%s leads to botline already, by %s at %s: keep one "
				    "of them",
				    k->roads[i].path, ways[k->roads[j].way].name,
				    k->roads[j].line->where);
}

static void
take_url(struct look *k)
{
	const char *url = cfg_str(k->cfg, CFG_TWILIO_WEBHOOK_URL);
	const char *host = strstr(url, "://"), *at;
	size_t n;
	char *name;

	if (host == NULL)
		return;
	k->https = strncasecmp(url, "https:", 6) == 0;
	host += 3;
	n = strcspn(host, "/?");
	at = memchr(host, '@', n);
	k->path = host[n] == '/' ? arena_strndup(k->a, host + n, strcspn(host + n, "?"))
				 : "/";
	if (at != NULL) {
		n -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	name = arena_strndup(k->a, host, n);
	name[strcspn(name, ":")] = '\0';
	for (char *c = name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	k->host = name;
}

void
check_apache(const struct conf *c, const char *folder, struct conf_report *report)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct apache ap;
	struct look k = { .cfg = &c->cfg[c->is_fixed ? c->fixed : CONF_PRODUCTION],
		.ap = &ap,
		.a = a,
		.report = report };
	struct err e;

	if (!apache_read(a, folder, &ap, &e)) {
		report_add(report, CONF_NOTE, folder,
		    "%s: the road from Apache to botline was not looked at (--apache "
		    "names the folder)",
		    e.text);
		return;
	}
	take_url(&k);
	for (const struct apache_line *l = ap.first; l != NULL; l = l->next)
		look_at(&k, l);
	if (k.n == 0)
		report_add(report, CONF_WARNING, folder,
		    "nothing in this Apache leads to botline: put Include "
		    "%s/apache/%s into the virtual host that Twilio calls",
		    BOTLINE_DATA, ways[WAY_PROXY].snippet);
	for (size_t i = 0; i < k.n; i++)
		check_road(&k, &k.roads[i]);
	check_doubles(&k);
}
