/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_WEB_SCENE_H
#define UNIT_WEB_SCENE_H

#include <criterion/criterion.h>

#include "http/http.h"
#include "support/stage.h"
#include "web/web.h"

/* What web works with: a stage, and the rest of what it needs. */
struct scene {
	struct stage stage;
	struct http_shared *http;
	struct web web;
};

/* With these files of the configuration over or besides the usual ones. */
static inline void
scene_init_with(struct scene *s, const struct stage_file *files, size_t n)
{
	const struct http_shared_opts ho = { .clock = &clock_system };
	struct err e = { 0 };

	stage_init_with(&s->stage, files, n);
	s->http = http_shared_new(&ho, &e);
	cr_assert_not_null(s->http, "%s", e.text);
	s->web = (struct web){ .conf = conf_box_new(conf_ref(s->stage.conf)),
		.dialog = &s->stage.dialog,
		.http = s->http,
		.clock = &clock_system };
}

static inline void
scene_init(struct scene *s)
{
	scene_init_with(s, NULL, 0);
}

static inline void
scene_fini(struct scene *s)
{
	conf_box_free(s->web.conf);
	http_shared_free(s->http);
	stage_fini(&s->stage);
}

#endif
