#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Start, stop and reload of the responder."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time

from support import proc, tap
from support.phone import answers
from support.stack import Stack
from support.tap import eq, ok
from support.twilio import encode, fresh_number

EX_CONFIG, EX_USAGE = 78, 64


def hears(s, text="hello bot", answer="Hello!"):
    s.phone.answer(answers(answer))
    eq(s.twilio.say(text).texts, [answer])


class Slow(threading.Thread):
    """A message whose answer takes its time; begun once the bot has been asked."""

    def __init__(self, s, ms):
        super().__init__(daemon=True)
        self.s, self.reply = s, None
        s.phone.fault("message", "slow", times=1, ms=ms)
        s.phone.answer(answers("late but here"))
        since = s.phone.last()
        self.start()
        proc.wait_for(
            lambda: [c for c in s.phone.calls(since) if c["call"] == "message"], 20,
            "the bot is asked")

    def run(self):
        self.reply = self.s.twilio.say("a slow question")


@tap.test
def term():
    """SIGTERM in the middle of a turn finishes it, then ends with 0"""
    with Stack("proxy") as s:
        slow = Slow(s, 800)
        since = s.mark()
        s.botline.signal(signal.SIGTERM)
        eq(s.botline.wait(20), 0, "exit status")
        slow.join(20)
        eq(slow.reply.texts, ["late but here"])
        ok(not os.path.exists(s.socket_path()), "its socket is gone")
        ok(not [x for x in s.log(since) if " error " in x], "no error at the end")
        eq(s.twilio.say("is anybody there").status, 503, "Apache says so meanwhile")
        s.start_botline()
        hears(s)


@tap.test
def interrupt():
    """SIGINT ends an idle one at once"""
    with Stack("proxy") as s:
        hears(s)
        began = time.monotonic()
        s.botline.signal(signal.SIGINT)
        eq(s.botline.wait(20), 0)
        ok(time.monotonic() - began < 3, "it took its time")


@tap.test
def drain():
    """a turn that outlasts server.drain_s does not hold up the stop"""
    with Stack("proxy", {"server.drain_s": 1}) as s:
        slow = Slow(s, 6000)
        began = time.monotonic()
        s.botline.signal(signal.SIGTERM)
        s.botline.wait(20)
        ok(time.monotonic() - began < 5, "it waited for the turn")
        slow.join(20)
        eq((slow.reply.status, slow.reply.texts), (200, []), "taken, the answer follows")
        ok(s.queued(), "it stands in the queue")


@tap.test
def hangup():
    """SIGHUP reloads values and labels, without losing a turn"""
    with Stack("proxy", {"api.timeout_ms": 5000}) as s:
        pid = s.botline.pid
        slow = Slow(s, 500)
        path = "lang/en.cfg"
        with open(s.path("root", path), encoding="utf-8") as f:
            english = f.read()
        s.put(path, english.replace("Please, reformulate your question.", "Come again?"))
        s.configure(api__timeout_ms=300)
        s.reload()
        slow.join(20)
        eq(slow.reply.texts, ["late but here"])
        s.phone.fault("message", "gateway_timeout")
        eq(s.twilio.say("what is this").texts, ["Come again?"])
        s.phone.fault("message", "slow", times=1, ms=3000)
        since = s.mark()
        s.twilio.say("what is that")
        s.said(r"bot gave no answer", since)
        ok(s.botline.pid == pid and s.botline.alive(), "the same process")


BOTH_AT_ONCE = """
import os, signal, sys
both = {signal.SIGHUP, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, both)
for number in both:
    os.kill(os.getpid(), number)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@tap.test
def stop_before_reload():
    """of SIGHUP and SIGTERM that came before it was ready, SIGTERM counts"""
    def wrap(s):
        return [*s.user.prefix(), sys.executable, "-c", BOTH_AT_ONCE]
    with Stack("proxy", wrap=wrap, start=False) as s:
        s.start_botline(wait=False)
        eq(s.botline.wait(60), 0, "exit status")
        log = "\n".join(s.log())
        ok("event=ready" in log and "event=stopping signal=15" in log, log)
        ok("event=reloaded" not in log, log)


@tap.test
def hangup_broken():
    """SIGHUP with a broken file keeps the old configuration and says so"""
    with Stack("proxy") as s:
        hears(s)
        with open(s.path("root/conf/custom/api.cfg"), encoding="utf-8") as f:
            good = f.read()
        for broken in ("url = \n\n}", good + "\nnonsense = 1;\n", "\xff\xfe"):
            s.put("conf/custom/api.cfg", broken.encode("latin-1"))
            line = "\n".join(s.reload())
            ok(" error " in line or " warn " in line, f"no complaint: {line}")
            s.said(r"conf/custom/api\.cfg", 0)
            hears(s)
        s.put("conf/custom/api.cfg", good)
        s.reload()
        hears(s)


@tap.test
def stale():
    """a stale socket is replaced"""
    with Stack("proxy") as s:
        hears(s)
        s.botline.signal(signal.SIGKILL)
        s.botline.wait()
        ok(stat.S_ISSOCK(os.stat(s.socket_path()).st_mode), "a socket was left")
        s.start_botline()
        hears(s)


@tap.test
def live():
    """a second start on a live socket says so, ends with 78 and does no harm"""
    with Stack("proxy") as s:
        first = s.botline
        second = s.start_botline(wait=False)
        try:
            eq(second.wait(20), EX_CONFIG)
            ok(s.socket_path() in second.tail(), f"it names the socket:\n{second.tail()}")
        finally:
            s.botline = first
        ok(first.alive(), "the first one lives")
        hears(s)


@tap.test
def foreign_group():
    """a group that botline's user is not in: it says what to do, and leaves no socket"""
    with Stack("proxy", start=False) as s:
        said = subprocess.run(
            [*s.user.prefix(), *s.botline_command(), "--socket-group", "root"],
            capture_output=True, text=True, timeout=20, check=False)
        eq(said.returncode, EX_CONFIG)
        ok("must be a member of it" in said.stderr, said.stderr)
        ok(not os.path.exists(s.socket_path()), "a socket is left")


@tap.test
def no_socket():
    """a file that is no socket is not touched: 78"""
    with Stack("proxy", start=False) as s:
        with open(s.socket_path(), "w", encoding="utf-8") as f:
            f.write("mine")
        child = s.start_botline(wait=False)
        eq(child.wait(20), EX_CONFIG)
        with open(s.socket_path(), encoding="utf-8") as f:
            eq(f.read(), "mine")


@tap.test
def socket_mode():
    """the socket is for owner and group alone"""
    with Stack("proxy") as s:
        eq(stat.S_IMODE(os.stat(s.socket_path()).st_mode), 0o660)


def restarts(how):
    """Restarts under load, with the socket held by the parent, lose no message."""
    with Stack("proxy", start=False) as s, \
            proc.listening(s.socket_path(), s.user) as parent:
        start = how(s, parent)
        start()
        hears(s)
        s.phone.answer(answers("no loss"), times=-1)
        replies, enough = [], threading.Event()

        def talk():
            while not enough.is_set():
                replies.append(s.twilio.say("over and over", fresh_number()))

        people = [threading.Thread(target=talk, daemon=True) for _ in range(4)]
        for p in people:
            p.start()
        for _ in range(3):
            seen = len(replies)
            proc.wait_for(lambda: len(replies) > seen + 8, 30, "messages go through")
            eq(s.botline.stop(), 0)
            start()
        enough.set()
        for p in people:
            p.join(30)
        wrong = [r.status for r in replies if r.status != 200 or r.texts != ["no loss"]]
        eq(wrong, [], f"of {len(replies)} replies")
        tap.note(f"{len(replies)} messages over three restarts")
        s.botline.stop()
        ok(os.path.exists(s.socket_path()), "the socket is not ours to remove")


def plain_command(s):
    return [s.path("bin/botline"), "--root", s.path("root")]


@tap.test
def inherited_0():
    """an inherited socket, descriptor 0: restarts lose no message"""

    def how(s, parent):
        s.botline_command = lambda: plain_command(s)
        return lambda: s.start_botline(stdin=parent)

    restarts(how)


@tap.test
def inherited_3():
    """an inherited socket, descriptor 3 as systemd gives it: restarts lose no message"""

    def how(s, parent):
        script = 'exec 3<&"$0"; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"'
        s.botline_command = lambda: ["bash", "-c", script, str(parent.fileno()),
                                     *plain_command(s)]
        return lambda: s.start_botline(pass_fds=[parent.fileno()])

    restarts(how)


@tap.test
def usage():
    """neither a socket nor CGI: a usage error, 64"""
    with Stack("proxy", start=False) as s:
        s.botline_command = lambda: plain_command(s)
        child = s.start_botline(wait=False)
        eq(child.wait(20), EX_USAGE)
        ok("--listen" in child.tail(), child.tail())
        # Said first, also where no configuration is to be found.
        s.botline_command = lambda: [s.path("bin/botline"), "--root", s.path("log")]
        child = s.start_botline(wait=False)
        eq(child.wait(20), EX_USAGE, child.tail())
        s.botline_command = lambda: [s.path("bin/botline"), "--no-such-option"]
        eq(s.start_botline(wait=False).wait(20), EX_USAGE)


@tap.test
def cgi_by_hand():
    """a CGI program as RFC 3875 has it: arguments are the operator's unless a query made them"""
    with Stack("proxy", start=False) as s:
        form = s.twilio.fields("hello bot", fresh_number())
        body = encode(form)
        variables = {
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)), "SCRIPT_NAME": "/botline",
            "HTTP_X_TWILIO_SIGNATURE": s.twilio.signed(form)["X-Twilio-Signature"],
            "BOTLINE_ROOT": s.path("log"),  # holds no configuration
        }

        def head(query):
            run = subprocess.run(
                [*s.user.prefix(), *plain_command(s)], input=body, timeout=20, check=False,
                env={**s.sanitizer_env(), **variables, "QUERY_STRING": query},
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            return run.stdout.split(b"\r\n")[0]

        s.phone.answer(answers("Hello!"))
        eq(head(""), b"Status: 200 OK")
        eq(head("a=b"), b"Status: 200 OK", "a repeat")
        eq(head("--root"), b"Status: 503 Service Unavailable", "a query is no argument")


tap.main()
