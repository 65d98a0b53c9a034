#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make install and uninstall, into a folder of the test's own: what an operator has written
# outlives both, and what is ours goes.
: "${top_builddir:?set by make check}" "${top_srcdir:?set by make check}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM
# Our make, not a part of the one that runs the tests.
unset MAKEFLAGS MAKELEVEL MFLAGS DESTDIR
n=0

# The verdict of the test before this line. $1: what has been tried.
verdict() {
	status=$?
	n=$((n + 1))
	if [ $status -eq 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		tail -n 20 "$work/log" | sed 's/^/# /'
	fi
}

# $1: prefix; $2: sysconfdir; $3: localstatedir; $4: target; $5: DESTDIR
run() {
	make -C "$top_builddir" "$4" DESTDIR="$5" prefix="$1" sysconfdir="$2" \
		localstatedir="$3" V=1 > "$work/log" 2>&1
}

# Files and links below $1, with their sums.
tree() {
	(
		cd "$1" || exit 1
		find . -type f -exec cksum {} +
		find . -type l -printf '%l link %p\n'
	) | sort -k 3
}

# Whether all that stands in $1 is a file below $2, and nothing else is.
holds() {
	(cd "$2" && find . -type f | sort) | diff "$1" - > "$work/log"
}

echo 1..19
root=$work/one
etc=$root/etc/botline
usual() { run /usr /etc /var "$1" "$root"; }

usual install
verdict 'installs with DESTDIR'
(
	cd "$root" || exit 1
	for f in usr/sbin/botline usr/sbin/botlinectl usr/bin/botline-sandbox \
		etc/botline/conf/default/twilio.cfg etc/botline/conf/custom/twilio.cfg \
		etc/botline/lang/en.cfg usr/share/botline/apache/botline-proxy-fcgi.conf \
		usr/share/man/man8/botline.8 usr/lib/systemd/system/botline.service \
		usr/lib/systemd/system/botline.socket usr/lib/sysusers.d/botline.conf; do
		[ -f "$f" ] || { echo "missing: $f"; exit 1; }
	done
) > "$work/log" 2>&1
verdict 'program, configuration, languages, snippets, pages and units are there'
[ ! -e "$root/var" ] && [ ! -e "$root/run" ]
verdict 'no state is made'
[ "$(stat -c %a "$etc/conf/custom/twilio.cfg")" = 640 ] &&
	[ "$(stat -c %a "$etc/conf/default/twilio.cfg")" = 644 ]
verdict 'what will hold secrets is not for everybody'
"$root/usr/sbin/botline" --version > "$work/log" 2>&1
verdict 'the program starts'
grep -q '/usr/sbin/botline$' "$root/usr/share/botline/apache/botline-cgi.conf" &&
	! grep -rq /usr/local "$root/usr/share/botline/apache" > "$work/log"
verdict 'the snippets name the places of this prefix'
# Nothing was left to fill in.
grep -q '^ExecStart=/.*/botline$' "$root/usr/lib/systemd/system/botline.service" &&
	! grep -rE '@[a-z_]+@' "$root/usr/lib/systemd" "$root/usr/lib/sysusers.d" > "$work/log"
verdict 'the units are filled in'
tree "$root" > "$work/fresh"

# What an operator does, and an older release had.
printf 'key = "mine";\n' > "$etc/conf/custom/api.cfg"
rm "$etc/conf/custom/chat.cfg"
printf 'level = "warn";\n' > "$etc/conf/custom/log.cfg"
ln -s /nowhere/at/all "$root/link" && mv "$root/link" "$etc/conf/custom/environments.cfg.new"
mv "$etc/conf/custom/environments.cfg.new" "$etc/conf/custom/environments.cfg"
mkdir -p "$etc/conf/development" "$etc/conf/preproduction" "$root/var/lib/botline"
printf 'url = "http://127.0.0.1:1/";\n' > "$etc/conf/development/api.cfg"
printf 'state\n' > "$root/var/lib/botline/state.db"
printf 'old = true;\n' > "$etc/conf/default/api.cfg"
printf 'old = "x";\n' > "$etc/lang/en.cfg"
tree "$root" > "$work/before"

usual install
verdict 'installs again over it'
tree "$root" > "$work/after"
diff "$work/before" "$work/after" | sed -n 's/^[<>] [^ ]* [^ ]* //p' | sort -u > "$work/changed"
printf '%s\n' ./etc/botline/conf/custom/chat.cfg ./etc/botline/conf/default/api.cfg \
	./etc/botline/lang/en.cfg | diff - "$work/changed" > "$work/log"
verdict 'defaults and languages are new, the operator'\''s files as he left them'
cmp "$etc/conf/default/api.cfg" "$top_srcdir/conf/default/api.cfg" > "$work/log" 2>&1 &&
	cmp "$etc/lang/en.cfg" "$top_srcdir/lang/en.cfg" >> "$work/log" 2>&1
verdict 'and they are this release'\''s'
[ -L "$etc/conf/custom/environments.cfg" ]
verdict 'a link of his stays one'
[ "$(cat "$root/var/lib/botline/state.db")" = state ]
verdict 'state is kept'

usual uninstall
verdict 'uninstalls'
printf '%s\n' ./etc/botline/conf/custom/api.cfg ./etc/botline/conf/custom/log.cfg \
	./etc/botline/conf/development/api.cfg ./var/lib/botline/state.db > "$work/left"
holds "$work/left" "$root"
verdict 'what was changed or added is left, and the state; nothing of ours is'
[ ! -e "$root/usr/share/botline" ] && [ ! -e "$etc/lang" ] && [ ! -e "$etc/conf/default" ]
verdict 'no empty folder of ours is left'

# Installed, not touched, removed: nothing is there.
run /usr /etc /var install "$work/two" && tree "$work/two" > "$work/again" &&
	diff "$work/fresh" "$work/again" > "$work/log"
verdict 'two installations are alike'
run /usr /etc /var uninstall "$work/two" && : > "$work/none" && holds "$work/none" "$work/two"
verdict 'and nothing of the second is left'

# Elsewhere, without DESTDIR.
run "$work/three" "$work/three/conf-of" "$work/three/data" install '' &&
	[ -x "$work/three/sbin/botline" ] && [ -f "$work/three/conf-of/botline/lang/en.cfg" ] &&
	[ -f "$work/three/lib/systemd/system/botline.socket" ] &&
	grep -q "$work/three/sbin/botline" "$work/three/share/botline/apache/botline-cgi.conf"
verdict 'another prefix, sysconfdir and localstatedir'
run "$work/three" "$work/three/conf-of" "$work/three/data" uninstall '' &&
	holds "$work/none" "$work/three"
verdict 'and from there'
