/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HINT_H
#define BASE_HINT_H

/*
 * What several lines of the log tell the operator to do: LH(HINT_AGAIN). What only one line
 * tells stands there. Whoever reads it may have been asleep a minute ago: name the key, the
 * command or the file, and say so when there is nothing to be done. For what depends on the
 * error alone there is err_hint().
 */
#define HINT_NOTHING "nothing to do"
#define HINT_AGAIN "nothing to do: it is tried again"
#define HINT_OTHERS "nothing to do: the queue works it, here or in another process"

/* Our own folders do not take what we write. */
#define HINT_STATE \
	"look at the folder of store.state_path: df -h and df -i, its owner and mode, " \
	"dmesg for a failing disk"
#define HINT_STORE \
	"look at the folder of store.path: df -h and df -i, its owner and mode"
#define HINT_REMOVED "nothing to do: it is made anew; often: look at the disk, dmesg"

/* More came than we take. */
#define HINT_CONTENT \
	"shorten the content in Inbenta's backstage; botline(8), LIMITS, has what fits"
#define HINT_SURVEY "shorten the survey in Messenger; botline(8), LIMITS, has what fits"

/* A way is closed for good. */
#define HINT_DEAD \
	"why= says it: mend that, then botlinectl queue retry JOB; else botlinectl queue " \
	"drop JOB"
#define HINT_LEASE \
	"an upstream hangs or the host is overloaded: lower api.timeout_ms, look at the load"
#define HINT_THREADS \
	"raise the limits of the process: TasksMax and LimitNPROC in the unit, ulimit -u"
#define HINT_DESCRIPTORS \
	"raise the limit of open files: LimitNOFILE in the unit, ulimit -n; then restart"
#define HINT_START "mend what is named, then start again; botline --check tells more"
#define HINT_REPORT "no fault of yours: report it, with the lines around it"
#define HINT_LEFT \
	"nothing to do: who asked did not wait; often with Twilio: lower " \
	"twilio.reply_deadline_ms, look at the load"

#endif
