#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# botlinectl import-php: templates in tests/golden/import/CASE, with what is printed for a person
# (CASE.text.ref) and for a program (CASE.json.ref), and the files that are made
# (CASE.files.ref); and what it refuses, which leaves all as it was.
set -u
ctl=${top_builddir:?set by make check}/botlinectl
golden=${top_srcdir:?}/tests/golden/import
dir=$(mktemp -d "${TMPDIR:-/tmp}/botline-import-XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
case $ctl in
/*) ;;
*) ctl=$PWD/$ctl ;;
esac
umask 022
n=0

# $1: status of what was to hold; $2: its name; $3: a file that tells more.
tell() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "$3"
	fi
}

# A root as it is installed, in $dir/root, and no other configuration in sight.
fresh() {
	rm -rf "$dir/root" "$dir/state" "$dir/tmp"
	mkdir -p "$dir/root/conf" "$dir/state" "$dir/tmp"
	chmod 700 "$dir/state"
	cp -R "$top_srcdir/conf/default" "$top_srcdir/conf/custom" "$dir/root/conf"
	mkdir "$dir/root/lang"
	cp "$top_srcdir"/lang/*.cfg "$dir/root/lang"
	chmod -R u+w "$dir/root"
	chmod 640 "$dir/root/conf/custom"/*.cfg
}

# Runs the program in $dir with the words $@: $dir/out, $dir/err, $got.
run() {
	(cd "$dir" && env -i PATH="$PATH" TMPDIR="$dir/tmp" \
		BOTLINE_STORE__STATE_PATH="$dir/state" \
		LSAN_OPTIONS="${LSAN_OPTIONS:-}" \
		"$ctl" --root root "$@") > "$dir/out" 2> "$dir/err"
	got=$?
}

# All that differs from a fresh root, file by file.
show_files() {
	(
		cd "$dir/root" || exit 1
		for file in $(find conf -name '*.cfg*' ! -path 'conf/default/*' | LC_ALL=C sort); do
			cmp -s "$file" "$top_srcdir/$file" && continue
			echo "=== $file"
			cat "$file"
		done
		for file in lang/*.cfg; do
			cmp -s "$file" "$top_srcdir/$file" && continue
			echo "=== $file, what is new"
			diff "$top_srcdir/$file" "$file" | sed -n 's/^> //p'
		done
	)
}

# $1: name; $2: status that is wanted; $3: all it says on standard error.
refuses() {
	printf '%s\n' "$3" > "$dir/says"
	[ "$got" -eq "$2" ] && [ ! -s "$dir/out" ] && cmp -s "$dir/says" "$dir/err"
	tell $? "$1" "$dir/err"
}

# What botline says of its configuration has golden files of its own: that it is said is enough.
cut_check() {
	sed -e '/^botlinectl check says of it:$/,$d' -e 's/"check":\[$/"check":/' \
		-e '/^{"grade":/d' "$dir/out"
}

for want in clean:0 mixed:65; do
	case=${want%:*}
	rm -rf "$dir/template"
	cp -R "$golden/$case" "$dir/template"
	chmod -R u+w "$dir/template" # distcheck has it read-only
	fresh
	run import-php template
	cut_check | diff "$golden/$case.text.ref" - > "$dir/diff"
	tell $? "$case: what a person reads" "$dir/diff"
	grep -q '^error .* twilio.webhook_url' "$dir/out"
	tell $? "$case: what botline says of it now" "$dir/out"
	[ "$got" -eq "${want#*:}" ] && [ ! -s "$dir/err" ]
	tell $? "$case: the exit status says whether all was carried over" "$dir/err"
	show_files > "$dir/files"
	diff "$golden/$case.files.ref" "$dir/files" > "$dir/diff"
	tell $? "$case: the files" "$dir/diff"
	fresh
	run import-php --json template
	cut_check | diff "$golden/$case.json.ref" - > "$dir/diff"
	tell $? "$case: what a program reads" "$dir/diff"
	python3 -c 'import json, sys; print(json.load(sys.stdin)["check"])' < "$dir/out" \
		> "$dir/diff" 2>&1 && grep -q 'twilio.webhook_url' "$dir/diff"
	tell $? "$case: that is JSON, with what botline says of it now" "$dir/diff"
done

# What stands in the way.
find "$dir/root" -type f -exec cksum {} + | sort > "$dir/before"
run import-php template
refuses 'a file that has settings' 73 "botlinectl: root/conf/custom/api.cfg has settings: \
nothing is written; --force does, and keeps the old file as api.cfg.old"
find "$dir/root" -type f -exec cksum {} + | sort > "$dir/after"
cmp "$dir/before" "$dir/after" > "$dir/diff" 2>&1
tell $? 'it leaves all as it was' "$dir/diff"
echo 'key = "mine";' > "$dir/root/conf/custom/api.cfg"
run import-php --force template
[ "$got" -eq 65 ] && grep -q 'key = "mine"' "$dir/root/conf/custom/api.cfg.old" &&
	grep -q 'key = "a-key"' "$dir/root/conf/custom/api.cfg" &&
	[ "$(grep -c 'by botlinectl' "$dir/root/lang/es.cfg")" -eq 1 ]
tell $? '--force writes, and keeps what was there' "$dir/err"

fresh
echo 'key = "' > "$dir/root/conf/custom/api.cfg"
run import-php template
[ "$got" -eq 73 ]
tell $? 'a file that cannot be read is not taken for an empty one' "$dir/err"

fresh
: > "$dir/root/conf/development"
run import-php template
refuses 'a folder that cannot be made' 73 \
	'botlinectl: root/conf/development/.tmp-import-api.cfg: Not a directory'
show_files > "$dir/files"
[ ! -s "$dir/files" ] && [ -z "$(find "$dir/root" -name '.tmp-*')" ]
tell $? 'nothing is half written' "$dir/files"

fresh
run import-php --to elsewhere template
[ "$got" -eq 65 ] && grep -q '^There is no conf/default' "$dir/out" &&
	[ -f "$dir/elsewhere/conf/custom/chat.cfg" ] && grep -q '^busy = ' \
	"$dir/elsewhere/lang/es.cfg" && show_files > "$dir/files" && [ ! -s "$dir/files" ]
tell $? '--to another folder leaves the root alone' "$dir/out"
[ "$(stat -c %a "$dir/elsewhere/conf/custom/api.cfg")" = 640 ] &&
	[ "$(stat -c %a "$dir/elsewhere/lang/es.cfg")" = 644 ]
tell $? 'new files with secrets are not for everybody' "$dir/out"

# Whoever reads conf/custom has to read the environments: root imports, botline's group reads.
fresh
group=$(id -G | tr ' ' '\n' | tail -n 1)
[ "$(id -u)" -ne 0 ] || group=4242
chgrp "$group" "$dir/root/conf/custom" "$dir/root/conf/custom/api.cfg"
chmod 750 "$dir/root/conf/custom"
umask 077
run import-php template
umask 022
stat -c '%n %a %g' "$dir/root/conf/development" "$dir/root/conf/development/api.cfg" \
	"$dir/root/conf/custom/api.cfg" > "$dir/files"
printf '%s\n' "$dir/root/conf/development 750 $group" \
	"$dir/root/conf/development/api.cfg 640 $group" \
	"$dir/root/conf/custom/api.cfg 640 $group" | diff - "$dir/files" > "$dir/diff"
tell $? 'new folders and files are for who reads conf/custom' "$dir/diff"

run import-php nowhere
refuses 'no such folder' 66 'botlinectl: nowhere: no such folder'
run import-php template/conf
refuses 'the folder below' 66 "botlinectl: template/conf holds no conf/ and no lang/: name \
the folder of the PHP template, which is the one above"
mkdir -p "$dir/empty/conf/custom"
run import-php empty
refuses 'an empty template' 66 \
	'botlinectl: empty: no .php file in conf/custom, the folders of environments or lang'
run import-php
[ "$got" -eq 64 ]
tell $? 'no folder' "$dir/err"

# No secret is ever said.
fresh
run import-php template
cat "$dir/out" "$dir/err" > "$dir/all"
run import-php --json --force template
cat "$dir/out" "$dir/err" >> "$dir/all"
! grep -e 'secret!' -e 'dev-secret' -e 'm-key' -e 'another-key' "$dir/all" > "$dir/diff"
tell $? 'no secret is said' "$dir/diff"
echo "1..$n"
