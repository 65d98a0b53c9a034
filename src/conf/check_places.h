/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CHECK_PLACES_H
#define CONF_CHECK_PLACES_H

struct conf;
struct conf_report;

/*
 * The findings of a check about places: store.path, folders below root/conf, environments
 * that no rule leads to.
 */
void check_places(const struct conf *c, const char *root, struct conf_report *report);

#endif
