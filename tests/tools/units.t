#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The units as configure fills them in: systemd accepts them, grades them as safe, and their
# numbers and names fit those of the program. tests/deb runs the program under them.
: "${top_builddir:?set by make check}" "${top_srcdir:?set by make check}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM
unset MAKEFLAGS MAKELEVEL MFLAGS DESTDIR
n=0

# The verdict of the command before. $1: what has been tried.
verdict() {
	status=$?
	n=$((n + 1))
	if [ $status -eq 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		tail -n 40 "$work/log" | sed 's/^/# /'
	fi
}

# The value of a setting. $1: the kind of unit; $2: its name.
value() { sed -n "s/^$2=//p" "$work/botline.$1"; }

# $1: the file; $2: what must be said of it, empty: nothing.
verify() {
	systemd-analyze verify --man=no "$1" > "$work/log" 2>&1
	if [ -n "$2" ]; then grep -q "$2" "$work/log"; else ! grep . "$work/log"; fi
}

# The grade, at most $2 tenths. $1: the unit
security() {
	systemd-analyze security --offline=true --threshold="$2" --no-pager "$1" \
		> "$work/log" 2>&1
}

echo 1..11
here=$(cd "$top_builddir" && pwd)
make -C "$here" install DESTDIR="$work/root" V=1 > "$work/log" 2>&1 &&
	find "$work/root" -name 'botline.s[eo]*' -exec cp {} "$work" \; &&
	[ -f "$work/botline.service" ] && [ -f "$work/botline.socket" ]
verdict 'make install brings them'

mkdir "$work/fresh" && cp "$work"/botline.s* "$work/fresh"
# verify looks whether the programs are there: those that were built are.
as_built() { sed -E -i "s,^(Exec[A-Za-z]*=-?)/.*/botline( |\$),\1$here/botline\2," "$1"; }
as_built "$work/botline.service"
verify "$work/botline.service" '' && verify "$work/botline.socket" ''
verdict 'systemd-analyze verify has nothing to say'
mkdir "$work/bad" && cp "$work/botline.socket" "$work/bad" &&
	sed 's/^PrivateTmp=/PrivatTmp=/' "$work/botline.service" > "$work/bad/botline.service"
verify "$work/bad/botline.service" PrivatTmp
verdict 'and it would'

security "$work/botline.service" 20
verdict 'systemd-analyze security: at most 2.0'
sed -n 's/^→/#/p' "$work/log"
sed '/^SystemCallFilter=/d; /^CapabilityBoundingSet=/d' "$work/botline.service" \
	> "$work/bad/botline.service"
! security "$work/bad/botline.service" 20
verdict 'and without the filters it is more'

drain=$(sed -n 's/^drain_s = \([0-9]*\);/\1/p' "$top_srcdir/conf/default/server.cfg")
[ "$(value service TimeoutStopSec)" -gt $((drain + 10)) ]
verdict 'it may take longer to stop than server.drain_s'
# sysexits.h
case " $(value service RestartPreventExitStatus) " in
*' 64 78 '*) true ;;
*) false ;;
esac
verdict 'a wrong configuration is not tried again'
grep -q "Define BOTLINE_SOCKET $(value socket ListenStream)\$" \
	"$top_srcdir/apache/botline-proxy-fcgi.conf"
verdict 'the socket is the one the snippet names'
grep -rqs "^u $(value service User) " "$work/root"
verdict 'the user is made by sysusers.d'
# README and the man page say where things lie.
grep -q '"/sessions"' "$top_srcdir/src/base/file.h" &&
	[ "$(value service RuntimeDirectory) $(value service StateDirectory)" = \
		'botline/sessions botline' ]
verdict 'sessions and state lie where the programs look'

# README makes a second bot's units of ours: the lines that stand there are run.
mkdir "$work/second"
sed -n '/^    for unit in service socket/,/^    done/p' "$top_srcdir/README.md" |
	sed "s,/usr/local/lib/systemd/system,$work/fresh,; s,/etc/systemd/system,$work/second," \
		> "$work/second.sh"
sh -eu "$work/second.sh" > "$work/log" 2>&1 && cd "$work/second" &&
	as_built botline-shop.service && verify botline-shop.service '' && verify botline-shop.socket '' &&
	! grep -E '^[^#].*([=/]botline/|botline\.(service|socket)|=botline$)' ./* |
		grep -v -e :User= -e :Group= > "$work/log" &&
	grep -q '/botline --root /srv/bots/shop$' botline-shop.service
verdict 'those of a second bot are its own'
