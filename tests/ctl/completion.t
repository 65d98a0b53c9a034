#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The completion of botlinectl: run in bash, and compared with the table of commands.
set -u
ctl=${top_builddir:?set by make check}/botlinectl
case $ctl in /*) ;; *) ctl=$PWD/$ctl ;; esac
top=$(cd "${top_srcdir:?}" && pwd) || exit 99
# shellcheck disable=SC1091
. "$top/completions/botlinectl"
dir=$(mktemp -d "${TMPDIR:-/tmp}/botline-completion-XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
n=0

# $1: status of what was to hold; $2: its name.
tell() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		printf '%s\n' "${COMPREPLY[@]}" | sed 's/^/# /'
	fi
}

# What the shell would offer behind these words; the last is the one that is typed.
complete_words() {
	COMP_WORDS=("$ctl" "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_botlinectl
}

# $1: what must be offered, in this order, and nothing else; then the words.
offers() {
	want=$1
	shift
	complete_words "$@"
	[ "${COMPREPLY[*]-}" = "$want" ]
	tell $? "behind '$*': $want"
}

# Every command of the table, word by word, and each of its options.
"$ctl" help | grep -E '^  [a-z]' | sed 's/^  //' > "$dir/table"
while IFS= read -r line; do
	usage=${line#"${line%%[\[A-Z]*}"}
	name=${line%"$usage"}
	read -ra words <<< "$name"
	for ((i = 0; i < ${#words[@]}; i++)); do
		complete_words "${words[@]:0:i}" "${words[i]:0:1}"
		[[ " ${COMPREPLY[*]} " == *" ${words[i]} "* ]]
		tell $? "$name: word $((i + 1)) is offered"
	done
	grep -Eq "^\.It Cm ${name% }( |$)" "$top/man/botlinectl.8"
	tell $? "$name: botlinectl(8) has it"
	while IFS= read -r option; do
		grep -q -- "Fl ${option#-}" "$top/man/botlinectl.8"
		tell $? "$name: botlinectl(8) has $option"
		complete_words "${words[@]}" "${option%?}"
		[[ " ${COMPREPLY[*]} " == *" $option "* ]]
		tell $? "$name: $option is offered"
	done < <(grep -oE -- '--[a-z-]+' <<< "$usage")
done < "$dir/table"
[ "$n" -gt 40 ]
tell $? 'there is a table'

offers 'production preproduction' config dump p
offers 'development' config dump --env d
offers 'development' config dump --env = d
offers 'production preproduction development' hyperchat allow-handshake --env ''
offers 'production preproduction development' hyperchat allow-handshake --env '='
offers 'sms whatsapp' render --channel ''
offers '--json' render --channel sms --j
offers 'drop list retry show' queue ''
offers '' queue list --dead ''
offers '' no-such-command ''
offers '' version ''
complete_words ''
[[ " ${COMPREPLY[*]} " == *' check '*' say '*' version '* ]]
tell $? 'nothing typed: all commands'
cd "$dir" || exit 99
touch answer.html
mkdir folder
offers 'answer.html' render a
offers 'folder' --root f
offers 'queue' --root folder q

# Jobs of the queue of the folder that is named.
cp -R "$top/conf" "$top/lang" folder/ && chmod -R u+w folder
export BOTLINE_API__KEY=k BOTLINE_API__SECRET=s BOTLINE_TWILIO__CREDENTIALS__SID=AC1 \
	BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN=t BOTLINE_STORE__PATH="$dir/store" \
	BOTLINE_STORE__STATE_PATH="$dir/state"
offers '' --root folder queue show ''
"${ctl%ctl}" --root folder --run-queue > log 2>&1
python3 - state/state.db << 'EOF'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("INSERT INTO lane(id, name, ready_ms, jobs, head) VALUES(1, 'l', 0, 0, 'send')")
db.execute("INSERT INTO job(id, lane, ord, root, sub, made_ms, due_ms, kind, why, size, body)"
           " VALUES(41, 1, 1, 1, 0, 1, 1, 'send', '', 2, '{}')")
db.execute("INSERT INTO dead VALUES(43, 'l', 1, 2, 5, 5, 0, 'send', '', 2, '{}')")
db.commit()
EOF
offers '41' --root folder queue show ''
offers '41' --root folder queue drop 4
offers '43' --root folder queue retry ''
"$ctl" help --keys > keys
[ "$(wc -l < keys)" -gt 50 ] && grep -qx 'twilio.webhook_url' keys
tell $? 'help --keys has the keys'
mapfile -t COMPREPLY < <(_botlinectl_program=$ctl && _botlinectl_root=() &&
	_botlinectl_kind KEY)
cmp -s <(printf '%s\n' "${COMPREPLY[@]}") keys
tell $? 'they are what a KEY is'
echo "1..$n"
