/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_KNOW_LOAD_H
#define SANDBOX_KNOW_LOAD_H

#include "sandbox/know_cfg.h"
#include "sandbox/knowledge.h"

/* Reading a knowledge file, in parts: knowledge.c and the files named here. */
struct load {
	struct kcfg c;
	struct knowledge *k;
	struct know_entry *entries; /* = k->entries while they are still written */
};

/*
 * Each reads members of the group s, the one of its name when there is a name. False: the
 * error says where and why.
 */

/* know_entries.c: the list `entries` */
bool load_entries(struct load *l, const config_setting_t *root) MUST_CHECK;

/* know_options.c: yes and no, or choose. All entries must have been read. */
bool load_options(
    struct load *l, config_setting_t *s, struct know_entry *en) MUST_CHECK;

/* know_form.c: `form` */
bool load_form(struct load *l, config_setting_t *s, struct know_entry *en) MUST_CHECK;

/* know_escalate.c: flag, direct, callback; without_agents, once all have been read */
bool load_escalation(
    struct load *l, config_setting_t *s, struct know_entry *en) MUST_CHECK;
bool load_without_agents(
    struct load *l, config_setting_t *s, struct know_entry *en) MUST_CHECK;

/* know_contents.c: `pages`; `related`, once all entries have been read */
bool load_pages(struct load *l, config_setting_t *s, struct know_entry *en) MUST_CHECK;
bool load_related(
    struct load *l, config_setting_t *s, struct know_entry *en) MUST_CHECK;

#endif
