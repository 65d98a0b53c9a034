/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_HANDLERS_H
#define WEB_HANDLERS_H

#include <stdbool.h>

#include "base/err.h"

struct web_answer;
struct web_file;
struct web_req;
struct web_worker;

/*
 * One handler for each kind of webhook. It runs after the proof of its row in router.c,
 * fills the answer and returns true, or returns false with an error that the router turns
 * into a status and a log line.
 */
typedef bool web_handler_fn(struct web_worker *w, const struct web_req *r,
    struct web_answer *ans, struct err *e);

web_handler_fn on_media; /* a file of ours is fetched by its token */
void on_media_end(struct web_worker *w, const struct web_file *file); /* it is out */
web_handler_fn on_agent_handshake; /* the agents' side tells its secret: echoed, kept */
web_handler_fn on_agent_event; /* something happened in a chat: put into the queue */
web_handler_fn on_ticket; /* agents answered tickets: put into the queue */
web_handler_fn on_ticket_challenge; /* the office looks whether we know its secret */
web_handler_fn on_twilio_message; /* a person wrote: a turn, answered by TwiML */
web_handler_fn on_twilio_status; /* what became of a message of ours: noted */
web_handler_fn on_health; /* whether all is well, as JSON */
web_handler_fn on_metrics; /* the numbers, for Prometheus */

#endif
