#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# botlinectl render: its golden files, tests/golden/render/CASE.in with what is printed for a
# person (CASE.text.ref) and for a program (CASE.json.ref), and what it refuses.
# shellcheck source=tests/ctl/begin.sh
. "${top_srcdir:?set by make check}/tests/ctl/begin.sh"
golden=$top_srcdir/tests/golden/render

# $1: name; $2: status that is wanted; $3: a pattern of what it says; then the command.
refuses() {
	name=$1 want=$2 says=$3
	shift 3
	"$@" < "$dir/in" > "$dir/out" 2> "$dir/err"
	got=$?
	[ "$got" -eq "$want" ] && [ ! -s "$dir/out" ] && grep -Eq -- "$says" "$dir/err"
	tell $? "$name" "$dir/err"
}

for input in "$golden"/*.in; do
	case=${input%.in}
	title=${case##*/}
	cp "$input" "$dir/in"
	prints_ref "$title" "$case.text.ref" "$ctl" render "$input"
	prints_ref "$title as JSON" "$case.json.ref" "$ctl" render --json -
	"$ctl" render --json - < "$dir/in" | python3 -m json.tool > /dev/null 2> "$dir/err"
	tell $? "$title is JSON" "$dir/err"
done
[ "$n" -ge 15 ]
tell $? 'no golden file is missing' /dev/null
no_strays "$golden"

printf '“so” it is, and %070d' 1 > "$dir/in"
"$ctl" render --channel sms --transliterate - < "$dir/in" > "$dir/one" 2>&1 &&
	grep -q '^"so" it is' "$dir/one" && grep -q 'GSM-7, 86 units, 1 seg' "$dir/one" &&
	! grep -q whatsapp "$dir/one"
tell $? 'one channel, made plain' "$dir/one"
printf 'a\033[31mb\302\233c\342\200\256d\000e\377f' > "$dir/in"
"$ctl" render - < "$dir/in" > "$dir/one" 2>&1
# What is left below a blank but the ends of lines, and what turns them.
[ "$(LC_ALL=C tr -d '\n -~\302-\364' < "$dir/one" | wc -c)" -le 8 ] &&
	! LC_ALL=C grep -q "$(printf '\033')" "$dir/one"
tell $? 'nothing that orders a terminal' "$dir/one"
head -c 262144 /dev/zero | tr '\0' '<' > "$dir/in"
"$ctl" render --json - < "$dir/in" | python3 -m json.tool > /dev/null 2> "$dir/err"
tell $? 'as long as may be, every byte escaped' "$dir/err"
printf 'x' >> "$dir/in"
refuses 'too long' 65 'standard input' "$ctl" render -
refuses 'no such file' 66 'No such file' "$ctl" render "$dir/none"
refuses 'a folder' 74 'read' "$ctl" render "$dir"
refuses 'no such channel' 64 'no such channel.*: fax' "$ctl" render --channel fax -
refuses 'no file' 64 'missing: FILE' "$ctl" render
printf 'one' > "$dir/in"
"$ctl" render - < "$dir/in" > /dev/full 2> "$dir/err"
[ $? -eq 74 ] && grep -q 'standard output' "$dir/err"
tell $? 'nothing can be written' "$dir/err"
# Colours are for terminals, which python's pty is; NO_COLOR and TERM are heard.
cat > "$dir/terminal.py" << 'EOF'
import os
import pty
import sys
out = b""
def read(fd):
    global out
    data = os.read(fd, 65536)
    out += data
    return data
saved = os.dup(1)
null = os.open(os.devnull, os.O_WRONLY)
os.dup2(null, 1)
status = pty.spawn(sys.argv[1:], read, lambda fd: b"")
os.dup2(saved, 1)
print("painted" if b"\x1b[" in out else "plain", status)
EOF
for how in 'TERM=xterm painted' 'TERM=dumb plain' 'TERM=xterm NO_COLOR=1 plain' \
	'TERM=xterm NO_COLOR= painted'; do
	# shellcheck disable=SC2086 # words of variables
	env -u NO_COLOR ${how% *} python3 "$dir/terminal.py" "$ctl" render "$dir/in" \
		> "$dir/one" 2>&1 < /dev/null
	[ "$(cat "$dir/one")" = "${how##* } 0" ]
	tell $? "on a terminal with $how" "$dir/one"
done
echo "1..$n"
