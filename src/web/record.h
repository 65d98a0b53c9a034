/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_RECORD_H
#define WEB_RECORD_H

struct web_req;

/*
 * At debug level of the room web: a line that holds what a proven webhook said, so that it
 * can be looked at, and sent again by `botlinectl replay`:
 *
 *   event=webhook route=message type=form query="status=1" cut=0 body="From=*1222&Body=Hi"
 *
 * route  the row of the router: message, status, event or ticket
 * type   form (application/x-www-form-urlencoded) or json
 * query  that of the address, as a form; "" without one
 * cut    how many characters of each value were left, 0: all. What is cut ends with "…"
 * body   the form, names and order as they came, or the JSON
 *
 * Numbers and e-mail addresses are masked: who sends it again puts others in their place. What has the name of a
 * secret is ***; headers, and with them signatures, are not there. A body that fits no line
 * even so is empty, with cut=-1. The line is the same in kv and JSON; botline(8), LOG.
 */
void web_record(const struct web_req *r, const char *route);

#endif
