#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# botlinectl segments: its golden files, tests/golden/segments/CASE.in with what is printed for
# a person (CASE.text.ref) and for a program (CASE.json.ref), and what it refuses.
# shellcheck source=tests/ctl/begin.sh
. "${top_srcdir:?set by make check}/tests/ctl/begin.sh"
golden=$top_srcdir/tests/golden/segments

# $1: name; $2: status that is wanted; $3: all it says; then the command, which reads $dir/in.
refuses() {
	name=$1 want=$2 says=$3
	shift 3
	"$@" < "$dir/in" > "$dir/out" 2> "$dir/err"
	got=$?
	printf '%s\n' "$says" > "$dir/says"
	[ "$got" -eq "$want" ] && [ ! -s "$dir/out" ] && cmp -s "$dir/says" "$dir/err"
	tell $? "$name" "$dir/err"
}

for input in "$golden"/*.in; do
	case=${input%.in}
	title=${case##*/}
	cp "$input" "$dir/in"
	prints_ref "$title" "$case.text.ref" "$ctl" segments -
	prints_ref "$title as JSON" "$case.json.ref" "$ctl" segments --json -
	prints_ref "$title as an argument" "$case.text.ref" "$ctl" segments "$(cat "$input")"
done
[ "$n" -ge 42 ]
tell $? 'no golden file is missing' /dev/null
no_strays "$golden"

echo 'HOME' > "$dir/in"
printf -- '--json' > "$dir/dashes"
"$ctl" segments -- --json > "$dir/one" 2>&1
"$ctl" segments - < "$dir/dashes" > "$dir/two" 2>&1
[ -s "$dir/one" ] && cmp -s "$dir/one" "$dir/two"
tell $? 'behind -- an option is a text' "$dir/one"
"$ctl" segments '- one' > "$dir/one" 2>&1 && grep -q 'GSM-7, 5 units' "$dir/one"
tell $? 'one dash makes no option' "$dir/one"
"$ctl" segments '*' --json > "$dir/one" 2>&1 && grep -q '"text":"\*"' "$dir/one"
tell $? 'the option may stand behind' "$dir/one"

usage='Usage: botlinectl segments [--json] TEXT'
refuses 'no text' 64 "botlinectl: segments: a word is missing: TEXT
$usage" "$ctl" segments
refuses 'no text, with an option' 64 "botlinectl: segments: a word is missing: TEXT
$usage" "$ctl" segments --json
refuses 'two texts' 64 "botlinectl: segments: there is a word too many (quote a text that \
has several): two
$usage" "$ctl" segments one two
refuses 'another option' 64 "botlinectl: segments: there is no such option, and a text \
that begins with two dashes stands behind --: --frobnicate
$usage" "$ctl" segments --frobnicate
refuses 'not UTF-8' 65 'botlinectl: the text is not UTF-8' "$ctl" segments "$(printf 'a\351')"
refuses 'half a character' 65 'botlinectl: the text is not UTF-8' \
	"$ctl" segments "$(printf 'a\342\202')"
refuses 'an order to the terminal' 65 \
	'botlinectl: the text has control characters, which botline does not send' \
	"$ctl" segments "$(printf 'a\033[2J')"
printf 'a\0b' > "$dir/in"
refuses 'a NUL that is read' 65 \
	'botlinectl: the text has control characters, which botline does not send' \
	"$ctl" segments -
printf '\377\376' > "$dir/in"
refuses 'not UTF-8 that is read' 65 'botlinectl: the text is not UTF-8' "$ctl" segments -
head -c 262145 /dev/zero | tr '\0' a > "$dir/in"
refuses 'too long' 65 'botlinectl: the text is longer than an answer of a bot may be' \
	"$ctl" segments -
head -c 262144 "$dir/in" > "$dir/most"
"$ctl" segments - < "$dir/most" > "$dir/one" 2>&1 &&
	grep -q '^total: 164 messages, 1802 segments' "$dir/one"
tell $? 'as long as may be' "$dir/one"
"$ctl" segments - < "$dir" > "$dir/one" 2>&1
[ $? -eq 74 ] && grep -q '^botlinectl: standard input: read: ' "$dir/one"
tell $? 'nothing can be read' "$dir/one"
"$ctl" segments one > /dev/full 2> "$dir/one"
[ $? -eq 74 ] && grep -q '^botlinectl: standard output cannot be written' "$dir/one"
tell $? 'nothing can be written' "$dir/one"
echo "1..$n"
