#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an operator does by hand, against Apache, botline and the sandbox on three roads."""

import json
import os
import re
import shutil
import signal
import subprocess

from support import tap
from support.desk import Desk
from support.phone import answers
from support.stack import ROADS, Stack, program
from support.tap import eq, ok
from support.twilio import fresh_number

OURS = "+34900000000"
EX_NOPERM, EX_UNAVAILABLE = 77, 69
stacks = {}


def stack(road):
    if road not in stacks:
        s = stacks[road] = Stack(road, {"log.rooms": ["web=debug"]}).__enter__()
        shutil.copy(program("botlinectl"), s.path("bin", "botlinectl"))
    return stacks[road]


def ctl(s, *words, stdin="", want=0, env=None, both=False):
    """botlinectl as botline's user; its output, which shows no token."""
    r = subprocess.run([*s.user.prefix(), s.path("bin/botlinectl"), "--root", s.path("root"),
                        *words], input=stdin, capture_output=True, text=True, check=False,
                       timeout=140, env={**os.environ, **s.sanitizer_env(), **(env or {})})
    eq(r.returncode, want, r.stdout + r.stderr)
    ok(s.auth_token not in r.stdout + r.stderr, "the token is shown")
    return r.stdout + r.stderr if both else r.stdout or r.stderr


def number(s):
    sender = fresh_number()
    s.hidden.append(sender.lstrip("+"))
    return sender


@tap.test
def serving():
    """status says whether a process serves a socket"""
    with Stack("proxy") as s:
        shutil.copy(program("botlinectl"), s.path("bin", "botlinectl"))
        eq(json.loads(ctl(s, "status", "--json"))["serving"], True)
        s.botline.signal(signal.SIGKILL)
        s.botline.wait()
        eq(json.loads(ctl(s, "status", "--json"))["serving"], False)
        ok("No process serves a socket" in ctl(s, "status"), "it is not said")
    with Stack("cgi") as s:
        shutil.copy(program("botlinectl"), s.path("bin", "botlinectl"))
        s.phone.answer(answers("Hello!"))
        eq(s.twilio.say("hello bot").texts, ["Hello!"])
        eq(json.loads(ctl(s, "status", "--json"))["serving"], False, "a CGI program")


def said(s, road):
    """A message that botline takes as Twilio's; the reply as a phone shows it."""
    s.phone.clear_answers()
    s.phone.answer(answers("Hello &amp; <b>welcome</b>"), times=-1)
    eq(ctl(s, "say", number(s), OURS, "a word by hand"),
       "--- message 1\nHello & welcome\n")
    sender = number(s)
    told = json.loads(ctl(s, "say", "--json", f"whatsapp:{sender}", f"whatsapp:{OURS}",
                          "another word"))
    eq([m["text"] for m in told["messages"]], ["Hello & *welcome*"])
    url = s.webhook.replace("127.0.0.1", "localhost")
    eq(ctl(s, "say", "--url", url, number(s), OURS, "by another way"),
       "--- message 1\nHello & welcome\n")
    err = ctl(s, "say", number(s), OURS, "hi", want=EX_NOPERM,
              env={"BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN": "another"})
    ok("auth_token" in err, err)


def signed(s, road):
    """The line is run by a shell, and botline answers."""
    sender = number(s)
    line = ctl(s, "sign", s.webhook, f"From={sender}", f"To={OURS}", "Body=it's $(id) `id`")
    r = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60,
                       check=False)
    if r.returncode == 127:
        raise tap.Skip("there is no curl")
    ok("Hello &amp; welcome" in r.stdout, r.stdout + r.stderr)
    changed = line.replace("Body=it", "Body=IT")
    r = subprocess.run(["sh", "-c", changed], capture_output=True, text=True, timeout=60,
                       check=False)
    ok("forbidden" in r.stdout, r.stdout + r.stderr)


def replayed(s, road):
    """What botline has logged of a message is sent once more, as another one."""
    since, sender = s.mark(), number(s)
    s.twilio.say("remember this, please", sender)
    line = s.said("event=webhook .*remember", since)[0]
    ok(sender.lstrip("+") not in line, "the number is masked")
    calls = s.phone.last()
    eq(ctl(s, "replay", "-", stdin=line), "--- message 1\nHello & welcome\n")
    asked = [c for c in s.phone.calls(calls) if c["call"] == "message"]
    ok("remember this, please" in str(asked), asked)
    told = json.loads(ctl(s, "replay", "--json", "-", stdin=line))
    ok(re.fullmatch("SM[0-9a-f]{32}", told["sid"]), told)
    err = ctl(s, "replay", "-", stdin=line, want=EX_NOPERM,
              env={"BOTLINE_TWILIO__API_URL": "https://api.twilio.com"})
    ok("--yes" in err, err)


def sent(s, road):
    """A message on the company's behalf: behind what waits, once, and never after STOP."""
    sender = number(s)
    s.twilio.say("hello", sender)
    # On the roads where no botline stays, somebody has to work the queue.
    how = ["--wait"] if road == "proxy" else ["--now"]
    told = json.loads(ctl(s, "send", sender, "Your parcel is on its way", "--from", OURS,
                          "--media", "https://x.example/a.pdf", "--json", *how))
    eq((told["state"], told["messages"], len(told["sids"])), ("sent", 1, 1))
    got = Desk(s.phone).messages(to=sender)
    eq([(m["body"], m["sid"]) for m in got],
       [("Your parcel is on its way", told["sids"][0])])
    long = "A rather long word of ours. " * 100
    out = ctl(s, "send", sender, "-", "--from", OURS, *how, stdin=long)
    ok(out.startswith("2 messages sent: SM"), out)
    eq("".join(m["body"] + " " for m in Desk(s.phone).messages(to=sender)[1:]).strip(),
       long.strip())
    s.twilio.say("STOP", sender)
    err = ctl(s, "send", sender, "Are you there?", "--from", OURS, *how, want=EX_NOPERM)
    ok("opted out" in err, err)
    eq(len(Desk(s.phone).messages(to=sender)), 3)


def window(s, road):
    """WhatsApp's day: who has just written is written to without a word of it."""
    sender = f"whatsapp:{number(s)}"
    words = ["send", sender, "A word from us", "--from", f"whatsapp:{OURS}"]
    ok("Nothing is known of" in ctl(s, *words, both=True), "a stranger")
    s.twilio.say("hello", sender, to=f"whatsapp:{OURS}")
    said_of_it = ctl(s, *words, both=True)
    ok("24 hours" not in said_of_it, said_of_it)


def given_up(s, road):
    """What Twilio refuses is told with its code, and is a dead letter."""
    sender = number(s)
    Desk(s.phone).outcome(to=sender, code=21614)
    how = ["--wait"] if road == "proxy" else ["--now"]
    told = json.loads(ctl(s, "send", sender, "Is this number in use?", "--from", OURS,
                          *how, "--json", want=EX_UNAVAILABLE))
    eq(told["state"], "dead")
    ok("21614" in told["why"], told)
    ok('"kind":"send"' in ctl(s, "queue", "list", "--dead", "--json"), "a dead letter")


def late(s, road):
    """An answer that is late is told as such."""
    s.phone.fault("message", "hold")
    s.configure(twilio__reply_deadline_ms=300)
    if road == "proxy":
        s.reload()
    out = ctl(s, "say", number(s), OURS, "a slow question")
    ok("nothing said in the response" in out, out)
    s.phone.clear_faults()
    s.configure(twilio__reply_deadline_ms=10000)


for a_road in ROADS:
    for act in (said, signed, replayed, sent, window, given_up, late):
        tap.add(f"{a_road}: {act.__doc__}",
                lambda act=act, road=a_road: act(stack(road), road))


def cleanup():
    for s in stacks.values():
        s.__exit__(None)


if __name__ == "__main__":
    tap.main(cleanup)
