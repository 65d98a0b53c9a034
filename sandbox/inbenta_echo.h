/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_ECHO_H
#define SANDBOX_INBENTA_ECHO_H

#include "sandbox/inbenta_answer.h"

/*
 * The part of the bot that needs no knowledge, for tests with thousands of messages:
 *
 *   echo TEXT       "You said: TEXT"
 *   echo12 TEXT     as many answers, "You said: TEXT (1 of 12)" and so on; 99 at most
 *   echolong TEXT   one text of ECHO_LONG characters: "You said: TEXT" and numbers that
 *                   count up, so that a lost or misplaced part shows
 *
 * The word is of small letters and a blank follows it.
 */
enum { ECHO_ANSWERS = 99, ECHO_LONG = 5000 };

/* False: the text is none of these, and nothing was said. */
bool answers_echo(const struct saying *s, const char *text) MUST_CHECK;

#endif
