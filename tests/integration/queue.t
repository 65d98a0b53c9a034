#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The state and its queue at start and end: what waits in it outlives the process."""

import os
import re
import signal
import subprocess

from support import proc, tap
from support.desk import Desk
from support.phone import answers
from support.stack import ROADS, Stack
from support.tap import eq, ok
from support.twilio import fresh_number

EX_USAGE, EX_TEMPFAIL, EX_CONFIG = 64, 75, 78
QUICK = {"twilio.reply_deadline_ms": 300, "api.timeout_ms": 40000}


def command(s, *more):
    """Runs botline by hand, as its user."""
    return subprocess.run(
        [*s.user.prefix(), s.path("bin/botline"), "--root", s.path("root"), *more],
        capture_output=True, text=True, timeout=90, check=False,
        env={**os.environ, **s.sanitizer_env()})


def sent(s, to):
    return [m["body"] for m in Desk(s.phone).messages(to=to)]


def late(s, sender, text="a slow question"):
    """A message whose turn is under way and answered already. The bot answers when the faults
    are cleared."""
    s.phone.fault("message", "hold")
    # Twice, should it be asked again.
    s.phone.answer(answers(f"answer to {text}"), when=text, times=2)
    eq(s.twilio.say(text, sender).texts, [])
    ok(s.queued(), "its turn stands in the queue")


def in_the_way(s):
    """A folder that cannot be made, whoever asks."""
    return s.path("root", "lang", "en.cfg", "state")


@tap.test
def no_folder():
    """a state folder that cannot be made: 78, and the line names the key"""
    with Stack("proxy", start=False) as s:
        s.configure(store__state_path=in_the_way(s))
        child = s.start_botline(wait=False)
        eq(child.wait(60), EX_CONFIG)
        line = s.said(r' error main event="cannot start"', 0, count=1)[0]
        ok("store.state_path" in line and s.path("root/lang/en.cfg") in line, line)
        ok(not os.path.exists(s.socket_path()), "its socket is gone")


@tap.test
def not_ours_to_write():
    """a state folder of somebody else: 78"""
    with Stack("proxy", start=False) as s:
        if not s.user.switch:
            tap.note("who may write everywhere cannot be kept out")
            return
        os.mkdir(s.path("theirs"), 0o755)
        s.configure(store__state_path=s.path("theirs"))
        eq(s.start_botline(wait=False).wait(60), EX_CONFIG)
        s.said(r"store\.state_path", 0)


@tap.test
def damaged():
    """a damaged state is said at the start and left alone"""
    with Stack("proxy") as s:
        eq(s.botline.stop(), 0)
        for name in os.listdir(s.path("state")):
            if name.startswith("state.db-"):
                os.unlink(s.path("state", name))
        with open(s.path("state/state.db"), "r+b") as f:
            f.seek(4096)
            f.write(b"\xff" * 8192)
        with open(s.path("state/state.db"), "rb") as f:
            before = f.read()
        since = s.mark()
        eq(s.start_botline(wait=False).wait(60), EX_CONFIG)
        s.said(r"store\.state_path.* is damaged", since)
        with open(s.path("state/state.db"), "rb") as f:
            eq(f.read() == before, True, "left as it was")


@tap.test
def cgi_without():
    """the same as CGI: 503, until the folder can be used"""
    with Stack("cgi") as s:
        s.configure(store__state_path=in_the_way(s))
        since = s.mark()
        eq(s.twilio.say("hello bot").status, 503)
        s.said(r"store\.state_path", since)
        s.configure(store__state_path=s.path("state"))
        s.phone.answer(answers("Hello!"))
        eq(s.twilio.say("hello bot").texts, ["Hello!"])


@tap.test
def stopped():
    """a late turn is finished at SIGTERM; what it says goes out, now or after a restart"""
    with Stack("proxy", QUICK) as s:
        sender = fresh_number()
        late(s, sender)
        since = s.mark()
        s.botline.signal(signal.SIGTERM)
        s.phone.clear_faults()
        eq(s.botline.wait(60), 0)
        ok(not [x for x in s.log(since) if " error " in x], "no error at the end")
        s.start_botline()
        proc.wait_for(lambda: sent(s, sender), 60, "it is said")
        s.settle()
        eq(sent(s, sender), ["answer to a slow question"], "once")


@tap.test
def stopped_short():
    """a late turn that outlasts server.drain_s is worked again by the next process"""
    with Stack("proxy", {**QUICK, "server.drain_s": 0}) as s:
        sender = fresh_number()
        late(s, sender)
        s.botline.signal(signal.SIGTERM)
        eq(s.botline.wait(60), 0)
        s.start_botline()
        proc.wait_for(lambda: sent(s, sender), 60, "it is said")
        s.settle()
        eq(sent(s, sender), ["answer to a slow question"], "once")


@tap.test
def killed():
    """killed in the middle of a late turn: the next process works it at once"""
    with Stack("proxy", QUICK) as s:
        sender = fresh_number()
        late(s, sender)
        s.botline.signal(signal.SIGKILL)
        s.botline.wait()
        s.start_botline()
        proc.wait_for(lambda: sent(s, sender), 60, "it is said")
        s.settle()
        eq(sent(s, sender), ["answer to a slow question"], "once")


@tap.test
def twilio_down():
    """what Twilio does not take is tried again, in order"""
    with Stack("proxy", QUICK) as s:
        sender = fresh_number()
        Desk(s.phone).outcome(to=sender, code=20429, retry_after_s=1, times=2)
        late(s, sender)
        eq(s.twilio.say("and this", sender).texts, [])
        s.phone.clear_faults()
        s.settle()
        eq(sent(s, sender)[0], "answer to a slow question")
        eq(len(sent(s, sender)), 2)


@tap.test
def followed():
    """a message, its turn and what is sent of it have one id in the log"""
    with Stack("proxy", QUICK) as s:
        sender = fresh_number()
        late(s, sender)
        eq(s.twilio.say("and this", sender).texts, [])
        s.phone.clear_faults()
        s.settle()

        def ids(event, count=1):
            return [re.search(r" id=(\S+) ", line)[1]
                    for line in s.said(f"event={event}", 0, count=count)]

        first, second = ids("turn id=.*outcome=answered"), ids('turn id=.*outcome="lined up"')
        eq(ids('"turn from the queue"'), second)
        eq(ids("sent", 2), first + second)


@tap.test
def run_queue():
    """--run-queue works what a process has left, and says what remains by its status"""
    with Stack("proxy", QUICK) as s:
        sender = fresh_number()
        late(s, sender)
        eq(s.twilio.say("and another", sender).texts, [], "lined up behind it")
        s.botline.signal(signal.SIGKILL)
        s.botline.wait()
        s.phone.answer(answers("answer to and another"), when="and another")
        s.phone.fault("message", "slow", times=1, ms=1500)
        done = command(s, "--run-queue", "--for", "1")
        eq(done.returncode, EX_TEMPFAIL, done.stderr)
        ok('event="queue worked"' in done.stderr and "left=yes" in done.stderr, done.stderr)
        done = command(s, "--run-queue")
        eq(done.returncode, 0, done.stderr)
        ok("left=no" in done.stderr, done.stderr)
        eq(sent(s, sender), ["answer to a slow question", "answer to and another"])
        eq(s.queued(), [])
        done = command(s, "--run-queue")
        eq(done.returncode, 0, "there is nothing")
        eq(done.stdout + done.stderr, "", "cron mails nothing")


@tap.test
def run_queue_beside():
    """--run-queue beside a responder at work does nothing twice, and does not wait long"""
    with Stack("proxy", QUICK) as s:
        sender = fresh_number()
        late(s, sender)
        # What is another's is not due before its lease ends; by default that is waited for.
        done = command(s, "--run-queue", "--for", "1")
        eq(done.returncode, 0, done.stderr)
        s.phone.clear_faults()
        s.settle()
        eq(sent(s, sender), ["answer to a slow question"], "once")


@tap.test
def run_queue_wrong():
    """--run-queue without a state is 78, with a wrong time 64"""
    with Stack("proxy", start=False) as s:
        for wrong in ("0", "-1", "soon", "", "86401", "99999999999999999999"):
            eq(command(s, "--run-queue", "--for", wrong).returncode, EX_USAGE, wrong)
        s.configure(store__state_path=in_the_way(s))
        done = command(s, "--run-queue")
        eq(done.returncode, EX_CONFIG)
        ok("store.state_path" in done.stderr, done.stderr)


def restarted_often(road):
    """Nothing depends on the process that took the message."""

    def run():
        with Stack(road, QUICK) as s:
            senders = [fresh_number() for _ in range(3)]
            for i, sender in enumerate(senders):
                late(s, sender, f"question {i}")
            s.phone.clear_faults()
            proc.wait_for(lambda: all(sent(s, x) for x in senders), 60, "all are told")
            s.settle()
            eq([sent(s, x) for x in senders],
               [[f"answer to question {i}"] for i in range(3)])

    return run


for road in ROADS:
    tap.add(f"{road}: late answers of several users", restarted_often(road))

tap.main()
