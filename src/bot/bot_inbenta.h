/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOT_BOT_INBENTA_H
#define BOT_BOT_INBENTA_H

#include "bot/bot.h"

/*
 * The Inbenta Chatbot API as a bot engine. Settings: api.*, conversation.*. The memory of a
 * conversation is {"v":1,"token":"…","used":N}: its session and when it was last used.
 */
extern const struct bot_ops bot_inbenta;

struct inbenta_answers;

/*
 * What the API answered, in the words of bot.h: sets out->answers and out->n, unless there
 * are none. All lives in the arena, in which `from` lives too. Needs render_init(): a page
 * without a title is named by the first line of its text.
 */
void bot_inbenta_answers(
    const struct inbenta_answers *from, struct arena *a, struct bot_result *out);

#endif
