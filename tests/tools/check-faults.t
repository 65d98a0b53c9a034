#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tools/check-faults: a fault counts as absent only when all its cases ran and passed.
n=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A whole table, all of a later issue, but for the row in $1.
table() {
	printf '# built: 3\n'
	for k in $(seq 1 40) $(seq 50 68) 9b 10b 10c; do
		[ "F-$k" = "${1%%	*}" ] || [ "$k$1" = "1# nothing" ] || printf 'F-%s\t9\t-\twhat\n' "$k"
	done
	for k in 18 19 20 21; do printf 'R%s\t9\t-\twhat\n' "$k"; done
	printf '%s\n' "$1"
}

# $1: name; $2: exit status; $3: what is said; $4: the row; $5: the log.
case_of() {
	n=$((n + 1))
	table "$(printf '%b' "$4")" > "$work/table"
	printf '%b' "$5" > "$work/log"
	status=0
	said=$("${top_srcdir:?set by make check}/tools/check-faults" "$work/table" "$work/log") ||
		status=$?
	case $status,$said in
	"$2,"*"$3"*) echo "ok $n - $1" ;;
	*) echo "not ok $n - $1: exit $status: $said" ;;
	esac
}

roads='ok 1 - conversations.t: proxy, sms: list: x\n
ok 2 - conversations.t: fcgid, sms: list: x\n'

echo 1..15
case_of 'a unit test that passed' 0 'ok 1 - F-1 w' 'F-1\t2\tunit a::b\tw' 'PASS: t/x 3 - a::b  (0.1s)\n'
case_of 'one that failed' 1 'failed: a::b' 'F-1\t2\tunit a::b\tw' 'FAIL: t/x 3 - a::b  (0.1s)\n'
case_of 'one that did not run' 1 'did not run: a::b' 'F-1\t2\tunit a::b\tw' ''
case_of 'a longer name is another test' 1 'did not run' 'F-1\t2\tunit a::b\tw' 'PASS: t/x 3 - a::bc  (0.1s)\n'
case_of 'end to end' 0 'ok 1' 'F-1\t2\te2e a.t: one\tw' 'ok 3 - a.t: one two\n'
case_of 'one of two did not run' 1 'not ok 1' 'F-1\t2\tunit a::b; e2e a.t: one\tw' 'PASS: t/x 3 - a::b  (0.1s)\n'
case_of 'a talk on every road' 0 'ok 1' 'F-1\t2\ttalk list\tw' "${roads}ok 3 - conversations.t: cgi, whatsapp: list: x\n"
case_of 'a talk of another script' 0 'ok 1' 'F-1\t2\ttalk list\tw' "${roads}ok 3 - conversations_office.t: cgi, sms: list: x\n"
case_of 'a talk not on every road' 1 'cgi' 'F-1\t2\ttalk list\tw' "$roads"
case_of 'a skipped test' 1 'failed' 'F-1\t2\te2e a.t: one\tw' 'ok 3 - a.t: one # SKIP\n'
case_of 'no case' 1 'not ok 1 - F-1 w' 'F-1\t3\t-\tw' ''
case_of 'a later issue' 0 '1..0' 'F-1\t4\t-\tw' ''
case_of 'no such number' 1 'is no number' 'F-99\t9\t-\tw' ''
case_of "a number that is missing" 1 "F-1 has no row" "# nothing" ""
case_of 'a row cut short' 1 'four columns' 'F-1\t9\t-' ''
