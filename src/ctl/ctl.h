/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <stdbool.h>

#include "conf/conf.h"

/*
 * botlinectl(8): one function per command, run with what its usage line let through
 * (ctl/opts.h); the result is the exit status (sysexits.h). A new command is one function
 * and one row in botlinectl.c.
 */
struct ctl {
	const char *root; /* folder of conf/ and lang/ */
};

struct err;
struct opts;
struct state;
struct store;

typedef int ctl_fn(const struct ctl *ctl, const struct opts *o);

ctl_fn ctl_allow_handshake;
ctl_fn ctl_check;
ctl_fn ctl_config_dump;
ctl_fn ctl_config_explain;
ctl_fn ctl_config_get;
ctl_fn ctl_lang_check;
ctl_fn ctl_render;
ctl_fn ctl_replay;
ctl_fn ctl_say;
ctl_fn ctl_cache_clear;
ctl_fn ctl_cache_show;
ctl_fn ctl_import_php;
ctl_fn ctl_segments;
ctl_fn ctl_send;
ctl_fn ctl_sign;

ctl_fn ctl_queue_drop;
ctl_fn ctl_queue_list;
ctl_fn ctl_queue_retry;
ctl_fn ctl_queue_show;

ctl_fn ctl_session_drop;
ctl_fn ctl_session_list;
ctl_fn ctl_session_show;

ctl_fn ctl_status;

/* Says on standard error why it did not go, without what orders a terminal about; returns the
 * status that was given. */
int ctl_fail(int status, const char *why);
/* The same for an error of the state (store/state.h), which has its status. */
int ctl_fail_err(const struct err *e);

/* The configuration; its errors are said, notes and warnings are for check. The caller's to
 * give back by conf_unref(). NULL: it is wrong. */
struct conf *ctl_conf(const struct ctl *ctl);
/* The same for who looks into a botline at work: a reload may just have been refused, and it
 * goes on with what it had. So that there are errors is said, and no reason not to look. Never
 * NULL. */
struct conf *ctl_conf_as_it_is(const struct ctl *ctl);

/* The state that botline works with; none is made. NULL: said, the exit status in *status. */
struct state *ctl_state(const struct conf *conf, int *status);

/* Says that the state could not be opened, and as whom and how it can; its exit status. */
int ctl_no_state(const struct err *e);

/* The same of the store; its caller's to close. */
struct store *ctl_store(const struct conf *conf, int *status);

/* The environment of [--env ENVIRONMENT], which must be in the usage line; production where it
 * is not given. False: there is no such one, which is said. */
bool ctl_env(const struct opts *o, enum conf_env *env);

#endif
