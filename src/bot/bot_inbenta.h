/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOT_BOT_INBENTA_H
#define BOT_BOT_INBENTA_H

#include "bot/bot.h"

/*
 * The Inbenta Chatbot API as a bot engine. Settings: api.*, conversation.*. The memory of a
 * conversation is {"v":1,"token":"…","used":N}: its session and when it was last used.
 */
extern const struct bot_ops bot_inbenta;

#endif
