/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/metrics.h"
#include "http/counted.h"

static unsigned
upstream_of(const char *what)
{
	if (what == NULL)
		return M_UPSTREAM_other;
	return metrics_label(metric_rows[M_UPSTREAM_CALLS].a, what, strcspn(what, " "),
	    M_UPSTREAM_other);
}

static enum metric_CALL
outcome_of(CURLcode rc, long status, bool sent)
{
	if (rc == CURLE_OPERATION_TIMEDOUT)
		return M_CALL_timeout;
	if (rc != CURLE_OK)
		return sent ? M_CALL_failed : M_CALL_unreachable;
	if (status == 429)
		return M_CALL_throttled;
	if (status / 100 == 4)
		return M_CALL_refused;
	return status / 100 == 2 || status / 100 == 3 ? M_CALL_ok : M_CALL_failed;
}

static bool
is_proper(enum metric_CALL outcome)
{
	return outcome == M_CALL_ok || outcome == M_CALL_refused ||
	    outcome == M_CALL_throttled;
}

void
counted_try(const char *what, CURLcode rc, long status, bool sent, int64_t ms)
{
	const enum metric_CALL outcome = outcome_of(rc, status, sent);
	const unsigned upstream = upstream_of(what);

	metrics_count(M_UPSTREAM_CALLS, upstream, outcome);
	metrics_observe(M_UPSTREAM_SECONDS, upstream, ms);
	if (is_proper(outcome))
		metrics_set(M_UPSTREAM_FAILING, upstream, 0);
	else
		metrics_count(M_UPSTREAM_FAILING, upstream, 0);
	if (status == 401 || status == 403)
		metrics_count(M_UPSTREAM_DENIED, upstream, 0);
	else if (is_proper(outcome))
		metrics_set(M_UPSTREAM_DENIED, upstream, 0);
}

void
counted_retry(const char *what)
{
	metrics_count(M_UPSTREAM_RETRIES, upstream_of(what), 0);
}

void
counted_connections(const char *what, CURL *curl)
{
	long n = 0;

	curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &n);
	if (n > 0)
		metrics_add(M_UPSTREAM_CONNECTIONS, upstream_of(what), 0, (uint64_t)n);
}
