#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tools/check-layers: the real tree is in order, and each kind of wrong arrow is refused.
check=${top_srcdir:?set by make check}/tools/check-layers
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
n=0

# A small tree that is in order.
plant() {
	rm -rf "${tree:?}"/*
	mkdir -p "$tree/src/base" "$tree/src/conf" "$tree/src/store" "$tree/src/web" \
		"$tree/src/ctl" "$tree/sandbox"
	printf '#include "config.h"\n#include "base/buf.h"\n' > "$tree/src/base/buf.c"
	printf '#include <stdio.h>\n#include "base/buf.h"\n' > "$tree/src/conf/conf.h"
	printf '#include "conf/conf.h"\n#include "store/s.h"\n' > "$tree/src/web/web.c"
	printf '#include "store/s.h"\n' > "$tree/src/ctl/ctl.c"
	printf '#include "web/web.h"\n#include "dialog/d.h"\n' > "$tree/src/main.c"
	printf '#include "base/buf.h"\n#include "sandbox/s.h"\n' > "$tree/sandbox/s.c"
}

# Adds one include to one file. $1: accepted or refused; $2: file; $3: include; $4: name.
case_of() {
	n=$((n + 1))
	plant
	mkdir -p "$(dirname "$tree/$2")"
	[ -z "$3" ] || printf '#include "%s"\n' "$3" >> "$tree/$2"
	verdict=refused
	"$check" "$tree" > "$tree/out" 2>&1 && verdict=accepted
	# A refusal must name the file, or it was refused for another reason.
	[ "$verdict" = accepted ] || grep -q "^$2:" "$tree/out" || verdict=broken
	if [ "$verdict" = "$1" ]; then
		echo "ok $n - $4"
	else
		echo "not ok $n - $4: $verdict"
		sed 's/^/# /' "$tree/out"
	fi
}

echo 1..18
case_of accepted src/base/buf.c '' 'a tree in order'
case_of accepted src/dialog/d.c 'bot/bot.h' 'the next room to the left'
case_of accepted src/web/web.c 'base/buf.h' 'a room far to the left'
case_of accepted src/ctl/ctl.c 'agent/agent.h' 'ctl uses what it may'
case_of accepted src/options.c 'options.h' 'a file beside main.c'
case_of refused src/web/web.c '../main.h' 'a path that climbs'
case_of refused src/base/buf.c 'conf/conf.h' 'upward'
case_of refused src/conf/conf.h 'web/web.h' 'far upward'
case_of refused src/conf/conf.c 'store/s.h' 'sideways'
case_of refused src/bot/bot.c 'channel/channel.h' 'sideways higher up'
case_of refused src/ctl/ctl.c 'dialog/d.h' 'ctl uses dialog'
case_of refused src/ctl/ctl.c 'web/web.h' 'ctl uses web'
case_of refused src/web/web.c 'ctl/ctl.h' 'a room uses ctl'
case_of refused sandbox/s.c 'conf/conf.h' 'sandbox uses more than base'
case_of refused src/web/web.c 'sandbox/s.h' 'a room uses the sandbox'
case_of refused src/attic/a.c 'base/buf.h' 'a room that is not in the table'
case_of refused src/base/buf.c 'buf.h' 'a header without its room'

n=$((n + 1))
if "$check" > "$tree/out"; then
	echo "ok $n - this tree"
else
	echo "not ok $n - this tree"
	sed 's/^/# /' "$tree/out"
fi
