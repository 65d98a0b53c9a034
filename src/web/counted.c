/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/metrics.h"
#include "web/counted.h"
#include "web/web.h"

static int64_t
age_ms(const struct web_worker *w)
{
	return clock_mono_ms(w->web->clock) - w->accepted_ms;
}

void
counted_answer(const struct web_worker *w)
{
	enum metric_CODE code = M_CODE_5xx;

	if (w->status < 400)
		code = M_CODE_2xx;
	else if (w->status < 500)
		code = M_CODE_4xx;
	metrics_count(M_REQUESTS, w->route, code);
	if (w->route == M_ROUTE_message)
		metrics_observe(M_TURN_SECONDS, 0, age_ms(w));
}

void
counted_refusal(const struct web_worker *w, const struct err *e)
{
	if (e->kind != ERR_DENIED)
		return;
	switch ((enum metric_ROUTE)w->route) {
	case M_ROUTE_message:
	case M_ROUTE_status:
		metrics_count(M_PROOFS_FAILED, M_PROOF_twilio, 0);
		break;
	case M_ROUTE_event:
	case M_ROUTE_handshake:
		metrics_count(M_PROOFS_FAILED, M_PROOF_hyperchat, 0);
		break;
	case M_ROUTE_ticket:
	case M_ROUTE_challenge:
		metrics_count(M_PROOFS_FAILED, M_PROOF_messenger, 0);
		break;
	default:
		break;
	}
}

void
counted_end(const struct web_worker *w)
{
	if (w->route == M_ROUTE_message)
		metrics_observe(M_TURN_WHOLE_SECONDS, 0, age_ms(w));
}
