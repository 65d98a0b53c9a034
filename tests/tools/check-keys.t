#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tools/check-keys: the real tree agrees, and each kind of difference is found and named.
source=${top_srcdir:?set by make check}
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
n=0

plant() {
	rm -rf "${tree:?}"/*
	mkdir -p "$tree/src/conf" "$tree/conf" "$tree/man"
	cp "$source/src/conf/cfg_keys.def" "$tree/src/conf"
	cp -R "$source/conf/default" "$source/conf/custom" "$tree/conf"
	cp "$source/man/botline.cfg.5" "$tree/man"
	chmod -R u+w "$tree"
}

# $1: name; $2: file; $3: sed script that spoils it; $4: what must be said, "" for nothing.
case_of() {
	n=$((n + 1))
	plant
	sed "$3" "$tree/$2" > "$tree/spoilt" && mv "$tree/spoilt" "$tree/$2"
	if "$source/tools/check-keys" "$tree" > "$tree/out" 2>&1; then
		verdict=
	else
		verdict=$4
		grep -qF -- "${4:-nothing is wrong}" "$tree/out" || verdict=other
	fi
	if [ "$verdict" = "$4" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# /' "$tree/out"
	fi
}

echo 1..11
case_of 'the tree as it is' src/conf/cfg_keys.def '' ''
case_of 'a key is not in conf/default' conf/default/log.cfg '/^level/d' \
	'log.level: missing in conf/default'
case_of 'a key is only in conf/default' conf/default/log.cfg '1a colour = true;' \
	'log.colour: in conf/default, but not in the table'
case_of 'a key is in another group' conf/default/chat.cfg 's/^queue = {/line = {/; s/^	queue = {/	line = {/' \
	'chat.chat.queue.id: missing in conf/default'
case_of 'a key stands twice' conf/default/log.cfg '1a level = "info";' \
	'log.level: in conf/default, but not in the table, or twice'
case_of 'a key is not in the man page' man/botline.cfg.5 '/^\.It Va log\.level/d' \
	'log.level: missing in man/botline.cfg.5'
case_of 'another default in the man page' man/botline.cfg.5 's/^Default: 12000\./Default: 12./' \
	'> api.timeout_ms Default: 12.'
case_of 'a flag is not in the man page' man/botline.cfg.5 '/^Secret\.$/d' \
	'< api.key Default: empty. Secret.'
case_of 'an alias is not in the man page' man/botline.cfg.5 's/^\.Va chat\.messenger\.auht_url.*//' \
	'chat.messenger.auht_url: an alias'
case_of 'a line to fill in is no key' conf/custom/api.cfg 's/^# secret = /# sercet = /' \
	'api.sercet: in conf/custom'
case_of 'an id is not the key in capitals' src/conf/cfg_keys.def 's/CFG_LOG_LEVEL/CFG_LOG_LVL/' \
	'log.level: its id should be CFG_LOG_LEVEL'
