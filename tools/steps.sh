# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Sourced by scripts that do long things one after the other and say so in calm lines:
#
#	  12 s  packages installed
#
# The output of each step goes to a log, which is named with its last lines when the step
# fails. While a step runs its newest line is shown: on a terminal it is written over every
# second, elsewhere a line comes every ten seconds.

steps_log=
steps_child=
steps_ticker=
steps_start=$(date +%s)
steps_tty=false
if [ -t 1 ]; then steps_tty=true; fi

# Starts an empty log and the care for interruptions. $1: the log.
steps_begin() {
	steps_log=$1
	: > "$steps_log"
	trap steps_end EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# Ends what still runs when the script ends.
steps_end() {
	for steps_pid in $steps_ticker $steps_child; do
		kill "$steps_pid" 2> /dev/null || continue
		wait "$steps_pid" 2> /dev/null || :
	done
	steps_ticker='' steps_child=''
}

# Prints a line with the elapsed time.
say() {
	if $steps_tty; then printf '\r\033[K'; fi
	printf '%4d s  %s\n' $(($(date +%s) - steps_start)) "$*"
}

# The newest line of the log that tells something, without what would disturb a terminal.
steps_newest() {
	tail -n 30 "$steps_log" | grep -aE '^[^#=]' | tail -n 1 |
		LC_ALL=C tr -cd '[:print:]' | sed 's/^ *//' | cut -c 1-60
}

# Shows that something is happening until it is killed. $1: what is happening.
steps_tick() {
	trap - EXIT
	trap 'kill "$steps_sleep" 2> /dev/null; exit 0' TERM
	steps_pause=10
	if $steps_tty; then steps_pause=1; fi
	while :; do
		sleep "$steps_pause" > /dev/null 2>&1 &
		steps_sleep=$!
		wait "$steps_sleep"
		if $steps_tty; then
			printf '\r\033[K%4d s  … %s: %s' \
				$(($(date +%s) - steps_start)) "$1" "$(steps_newest)"
		else
			say "… $1: $(steps_newest)"
		fi
	done
}

# Runs a program and says how it went, unless the words for success are empty; answers its
# exit status.
#
#	step 'installing packages' 'packages installed' apt-get install …
#
# The program runs in the background, because a shell hears signals only in `wait`; Ctrl-C
# is given back to it, which the shell takes from what runs in the background.
step() {
	steps_doing=$1 steps_done=$2
	shift 2
	printf '=== %s: %s\n' "$steps_doing" "$*" >> "$steps_log"
	steps_tick "$steps_doing" 9>&- &
	steps_ticker=$!
	env --default-signal=INT,QUIT "$@" >> "$steps_log" 2>&1 < /dev/null 9>&- &
	steps_child=$!
	steps_status=0
	wait "$steps_child" || steps_status=$?
	steps_child=''
	steps_end
	if [ "$steps_status" -ne 0 ]; then
		say "FAILED: $steps_doing"
	elif [ -n "$steps_done" ]; then
		say "$steps_done"
	fi
	return "$steps_status"
}

# Shows the end of a log on stderr. $1: the log, else that of the steps.
steps_show() {
	steps_shown=${1:-$steps_log}
	{
		echo "        the end of $steps_shown:"
		tail -n 20 "$steps_shown" | sed 's/^/        | /'
	} >&2
}
