#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tools/check-logs: the real tree is in order, and each kind of fault is refused.
check=${top_srcdir:?set by make check}/tools/check-logs
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
n=0

# A small tree that is in order.
plant() {
	rm -rf "${tree:?}"/*
	mkdir -p "$tree/src/base" "$tree/src/web" "$tree/sandbox" "$tree/tools" "$tree/man"
	printf '.Sh LOG\n.Ss Rooms\n.It base , http\n.It web\n.It main , ctl , sandbox\n.Ss Outcomes\n.It Ql answered , out of range\n.Ss Warnings and errors\n.It Ql x\nIt.\n.Sh X\n.It Ql y\n' \
		> "$tree/man/botline.8"
	printf '# rooms\n\nbase <- http, web <- main.c\nctl: all but web\nsandbox: only base\n' \
		> "$tree/tools/layers"
	printf '#define LOG_ROOMS(X) \\\n\tX(base) \\\n\tX(http) \\\n\tX(web) \\\n\tX(main) \\\n\tX(ctl) \\\n\tX(sandbox)\n\n' \
		> "$tree/src/base/log.h"
	cat > "$tree/src/web/web.c" << 'END'
	LOG(LOG_INFO, "web", "ready");
	LOG(LOG_WARN, "web", "a bracket ) in \" a text", LS("why", e.text),
	    LH("say what to do"));
	LOG(bad ? LOG_ERROR : LOG_WARN, "web", "x", LH(HINT_AGAIN));
	LOG(done ? LOG_INFO : LOG_DEBUG, "web", "x", LI("n", f(1, 2)));
	LOG(level, "web", "x",
	    LH("a hint in "
	       "two pieces"));
END
	printf '\tLOG(LOG_ERROR, "http", "x", LH(err_hint(&e)));\n' > "$tree/src/app.c"
	mkdir -p "$tree/src/dialog"
	printf '\tw->outcome = "answered";\n\tw->outcome = "out of range";\n' \
		> "$tree/src/dialog/acts.c"
	printf '\tx->w.outcome = "again";\n' > "$tree/src/dialog/event_work.c"
	printf '\tLOG(LOG_INFO, "sandbox", "x");\n' > "$tree/sandbox/s.c"
}

# Adds one line to one file. $1: accepted or refused; $2: file; $3: line; $4: what is said of
# it; $5: name.
case_of() {
	n=$((n + 1))
	plant
	[ -z "$3" ] || printf '%s\n' "$3" >> "$tree/$2"
	verdict=refused
	"$check" "$tree" > "$tree/out" 2>&1 && verdict=accepted
	# A refusal must say why, or it was refused for another reason.
	grep -qF -- "$4" "$tree/out" || verdict=broken
	if [ "$verdict" = "$1" ]; then
		echo "ok $n - $5"
	else
		echo "not ok $n - $5: $verdict"
		sed 's/^/# /' "$tree/out"
	fi
}

echo 1..23
case_of accepted src/web/web.c '' 'check-logs: 7 lines' 'a tree in order'
case_of refused src/web/web.c 'LOG(LOG_WARN, "web", "x", LS("why", e.text));' \
	'src/web/web.c:9: a warning or an error without' 'a warning without a hint'
case_of refused src/web/web.c ' LOG(LOG_ERROR, "web", "LH(no)");' \
	'src/web/web.c:9: a warning or an error without' 'an error without a hint'
case_of refused src/web/web.c ' LOG(x ? LOG_ERROR : LOG_INFO, "web", "x");' \
	'without LH(' 'a level that may be an error'
case_of refused src/web/web.c ' LOG(rows[i].level, "web", "x");' 'without LH(' \
	'a level that is not known'
case_of refused src/web/web.c ' LOG(LOG_WARN, "web", "x", LH("mend it"));' \
	'says too little: mend it' 'a hint of a word or two'
case_of refused src/web/web.c " LOG(LOG_WARN, \"web\", \"x\", LH(\"$(printf %0161d 0)\"));" \
	'longer than 160' 'a hint like a book'
case_of refused src/web/web.c ' LOG(LOG_INFO, "web", "x", LS("hint", "call the office"));' \
	'a hint is written LH(' 'a hint by another way'
case_of refused src/web/web.c ' LOG(LOG_INFO, "http", "x");' \
	'the room is http, the folder is not' "another's room"
case_of refused src/web/web.c ' LOG(LOG_INFO, "wbe", "x");' 'there is no room wbe' \
	'a room that is none'
case_of refused src/web/web.c ' LOG(LOG_INFO, room, "x");' 'not written as a text' \
	'a room in a variable'
case_of accepted src/app.c ' LOG(LOG_INFO, "http", "x");' 'in order' \
	'src/ itself speaks for any room'
case_of refused sandbox/s.c ' LOG(LOG_INFO, "web", "x");' 'the room is web' \
	'the sandbox speaks for another'
case_of refused src/web/web.c ' LOG(LOG_INFO, "web", "x", LS("event", a));' \
	'every line has event= already' 'a name that every line has'
case_of refused src/web/web.c ' LOG(LOG_INFO, "web", "x", LI("n", a), LS( "n", b));' \
	'n= comes twice' 'a name that comes twice'
case_of refused tools/layers 'php: only base' 'php' 'a room that the log does not know'
case_of refused src/base/log.h '#define LOG_ROOMS(X) \
	X(attic)
' 'attic' 'a room that is in no layer'

case_of refused man/botline.8 '.Ss Rooms
.It attic' 'Rooms, has not those' 'a room that only the man page has'
case_of refused man/botline.8 '.Ss Warnings and errors
.It Ql no such thing' 'has the event no such thing' 'an event that only the man page has'
case_of refused man/botline.8 '.Ss Outcomes
.It Ql asleep' 'Outcomes, has not those' 'an outcome that only the man page has'
case_of refused src/dialog/acts.c '	w->outcome = "asleep";' 'asleep' \
	'an outcome that the man page has not'

n=$((n + 1))
plant
rm "$tree/src/web/web.c" "$tree/src/app.c" "$tree/sandbox/s.c"
if "$check" "$tree" > "$tree/out" 2>&1; then
	echo "not ok $n - a tree without a log"
else
	echo "ok $n - a tree without a log"
fi

n=$((n + 1))
if "$check" > "$tree/out"; then
	echo "ok $n - this tree"
else
	echo "not ok $n - this tree"
	sed 's/^/# /' "$tree/out"
fi
