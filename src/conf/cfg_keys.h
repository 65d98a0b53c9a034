/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CFG_KEYS_H
#define CONF_CFG_KEYS_H

/* The names of all configuration keys: CFG_API_URL is "api.url". */
enum cfg_key {
#define CFG_KEY(id, key, type, dflt, flags, help) id,
#include "conf/cfg_keys.def"
	CFG_KEYS /* how many there are */
};

/* The languages a bot may speak: conversation.default.lang and lang/<code>.cfg. */
#define CFG_LANGUAGES \
	"ca de en es fr it ja ko nl pt zh ru ar hu eu ro gl da sv no tr cs fi pl el th id uk"

#endif
