/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/js.h"
#include "base/log.h"
#include "dialog/jobs.h"

void
dialog_job_log(const struct job *job)
{
	CLEANUP(js_putp) js *o = NULL;
	const char *ref;
	struct err e;

	if (!js_parse(job->body, strlen(job->body), &o, &e))
		return; /* there is nothing that could be told */
	ref = js_str(o, "ref", NULL);
	if (ref != NULL)
		log_turn(ref);
	log_ticket(js_str(o, "ticket", ""));
}
