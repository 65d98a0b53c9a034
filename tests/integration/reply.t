#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Roads of replies, the holding notice, repeats: worked once, said once."""

import json
import os
import signal
import subprocess
import threading

from support import proc, tap
from support.desk import Desk
from support.phone import answers
from support.stack import ROADS, Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid

MOMENT = "One moment, please. I am working on it."
TOKEN = "I-Twilio-Idempotency-Token"
SHORT = {"twilio.reply_deadline_ms": 300, "api.timeout_ms": 40000}


def sent(s, to):
    return [m["body"] for m in Desk(s.phone).messages(to=to)]


def asked(s, since):
    """What the bot was told since."""
    bodies = [c["body"] for c in s.phone.calls(since) if c["call"] == "message"]
    return [(json.loads(b) if isinstance(b, str) else b)["message"] for b in bodies]


def say(s, text, sender, sid, token=None):
    """As Twilio says it: the signature knows nothing of the token."""
    fields = s.twilio.fields(text, sender, sid)
    return s.twilio.post(fields, {TOKEN: token} if token else None)


class Said(threading.Thread):
    """One on its way."""

    def __init__(self, *words):
        super().__init__(daemon=True)
        self.words, self.reply = words, None
        self.start()

    def run(self):
        self.reply = say(*self.words)

    def texts(self):
        self.join(60)
        ok(self.reply is not None, "an answer")
        return self.reply.texts


def on_roads(name):
    """The case for each road, which it is given."""

    def add(case):
        for road in ROADS:
            tap.add(f"{road}: {name}", lambda road=road: case(road))
        return case

    return add


def restart(s):
    """kill -9, and another process."""
    s.botline.signal(signal.SIGKILL)
    s.botline.wait()
    s.start_botline()


# Roads of replies.


@on_roads("twilio.reply = rest: an empty reply, and all by the REST API, in order")
def by_rest(road):
    with Stack(road, {"twilio.reply": "rest"}) as s:
        sender, sid = fresh_number(), fresh_sid()
        s.phone.answer(answers("one", "two"), when="first")
        s.phone.answer(answers("three"), when="second")
        eq(say(s, "first", sender, sid).texts, [])
        eq(say(s, "second", sender, fresh_sid()).texts, [])
        eq(say(s, "first", sender, sid).texts, [], "a repeat")
        s.settle()
        eq(sent(s, sender), ["one", "two", "three"])
        eq(s.dead_letters(), 0)


@tap.test
def by_twiml():
    """twilio.reply = twiml: in the reply though messages wait; by REST what is late"""
    with Stack("proxy", {"twilio.reply": "twiml", **SHORT}) as s:
        sender = fresh_number()
        s.phone.fault("message", "hold")
        s.phone.answer(answers("the late one"), when="a slow question", times=2)
        Desk(s.phone).outcome(to=sender, code=20429, retry_after_s=1, times=1000)
        eq(s.twilio.say("a slow question", sender).texts, [], "late")
        s.phone.clear_faults()
        s.said(r'event="job later".*kind=send', 0)
        s.configure(twilio__reply_deadline_ms=14500)
        s.reload()
        s.phone.answer(answers("in the reply"), when="quick")
        eq(s.twilio.say("quick", sender).texts, ["in the reply"])
        Desk(s.phone).reset()


@tap.test
def outdone():
    """twiml beside delivery.order = confirmed: a warning of --check names both keys"""
    keys = {"twilio.reply": "twiml", "delivery.order": "confirmed"}
    with Stack("proxy", keys, start=False) as s:
        done = subprocess.run(
            [*s.user.prefix(), s.path("bin/botline"), "--root", s.path("root"), "--check"],
            capture_output=True, text=True, timeout=90, check=False,
            env={**os.environ, **s.sanitizer_env()})
        found = [x for x in (done.stdout + done.stderr).splitlines() if "twilio.reply is" in x]
        eq(len(found), 1, done.stdout + done.stderr)
        ok(found[0].startswith("warning") and "delivery.order" in found[0], found[0])


# The holding notice.


@on_roads("twilio.holding_notice_ms before the deadline: the notice is the reply")
def noticed(road):
    keys = {"twilio.holding_notice_ms": 300, "twilio.reply_deadline_ms": 14000,
            "api.timeout_ms": 40000}
    with Stack(road, keys) as s:
        sender, sid = fresh_number(), fresh_sid()
        s.phone.fault("message", "hold")
        s.phone.answer(answers("found it"), when="a slow question", times=2)
        eq(say(s, "a slow question", sender, sid).texts, [MOMENT])
        eq(say(s, "a slow question", sender, sid).texts, [], "once")
        s.phone.clear_faults()
        s.settle()
        eq(sent(s, sender), ["found it"])
        eq(say(s, "a slow question", sender, sid).texts, [])


@tap.test
def noticed_later():
    """the notice behind the deadline goes by REST, once, before the answer"""
    with Stack("proxy", {**SHORT, "twilio.holding_notice_ms": 600}) as s:
        sender, sid = fresh_number(), fresh_sid()
        s.phone.fault("message", "hold")
        s.phone.answer(answers("found it"), when="a slow question", times=2)
        eq(say(s, "a slow question", sender, sid).texts, [])
        eq(say(s, "a slow question", sender, sid).texts, [], "a repeat")
        proc.wait_for(lambda: sent(s, sender), 60, "the notice")
        s.phone.clear_faults()
        s.settle()
        eq(sent(s, sender), [MOMENT, "found it"])


@tap.test
def noticed_after_a_kill():
    """killed behind the empty reply: the next process says the notice and the answer, once"""
    with Stack("proxy", {**SHORT, "twilio.holding_notice_ms": 600}) as s:
        sender = fresh_number()
        s.phone.fault("message", "hold", times=2)
        s.phone.answer(answers("found it"), when="a slow question", times=2)
        eq(s.twilio.say("a slow question", sender).texts, [])
        restart(s)
        proc.wait_for(lambda: sent(s, sender), 60, "the notice")
        s.phone.clear_faults()
        s.settle()
        eq(sent(s, sender), [MOMENT, "found it"])


@tap.test
def stopped():
    """told to stop with late turns and notices under way: each is said once, at last"""
    with Stack("proxy", {**SHORT, "twilio.holding_notice_ms": 1000}) as s:
        people = [fresh_number() for _ in range(4)]
        s.phone.fault("message", "hold", times=8)
        for person in people:
            s.phone.answer(answers(f"for {person}"), when=f"I am {person}", times=2)
            eq(s.twilio.say(f"I am {person}", person).texts, [])
        s.botline.signal(signal.SIGTERM)
        s.phone.clear_faults()
        eq(s.botline.wait(60), 0)
        s.start_botline()
        s.settle()
        for person in people:
            texts = [t for t in sent(s, person) if t != MOMENT]
            eq(texts, [f"for {person}"])
            ok(sent(s, person).count(MOMENT) <= 1, "the notice at most once")


# Repeats.


@on_roads("the same token is the same message, whatever its sid; another sid and none is not")
def by_token(road):
    with Stack(road) as s:
        sender, since = fresh_number(), s.phone.last()
        s.phone.answer(answers("said once"), when="hello")
        eq(say(s, "hello", sender, fresh_sid(), "0d2a-1").texts, ["said once"])
        eq(say(s, "hello", sender, fresh_sid(), "0d2a-1").texts, ["said once"])
        eq(asked(s, since), ["hello"])
        s.phone.answer(answers("another"), when="hello")
        eq(say(s, "hello", sender, fresh_sid(), "0d2a-2").texts, ["another"])
        s.phone.answer(answers("a third"), when="hello")
        eq(say(s, "hello", sender, fresh_sid(), "x" * 65).texts, ["a third"], "no token")


@on_roads("repeats at one moment on several workers: one turn, the same reply")
def at_once(road):
    with Stack(road) as s:
        sender, sid, since = fresh_number(), fresh_sid(), s.phone.last()
        s.phone.answer(answers("said once"), when="hello")
        s.phone.fault("message", "slow", times=1, ms=600)
        every = [Said(s, "hello", sender, sid, "0d2a-1") for _ in range(3)]
        eq([r.texts() for r in every], [["said once"]] * 3)
        eq(asked(s, since), ["hello"])


@tap.test
def killed_before():
    """killed while the bot is asked: the repeat is worked as if it were the first"""
    with Stack("proxy") as s:
        sender, sid, since = fresh_number(), fresh_sid(), s.phone.last()
        s.phone.answer(answers("said once"), when="hello", times=2)
        s.phone.fault("message", "hold")
        first = Said(s, "hello", sender, sid)
        proc.wait_for(lambda: asked(s, since), 60, "the bot is asked")
        restart(s)
        s.phone.clear_faults()
        first.join(60)
        ok(first.reply.status != 200, "Twilio sees that it failed, and repeats")
        eq(say(s, "hello", sender, sid).texts, ["said once"])
        eq(say(s, "hello", sender, sid).texts, ["said once"])
        eq(len(asked(s, since)), 2, "the bot may hear it twice, the user reads one reply")
        s.settle()
        eq(sent(s, sender), [])


@tap.test
def killed_behind():
    """killed when it is answered: the repeat gets the same reply from the next process"""
    with Stack("proxy") as s:
        sender, sid, since = fresh_number(), fresh_sid(), s.phone.last()
        s.phone.answer(answers("said once"), when="hello")
        eq(say(s, "hello", sender, sid, "0d2a-1").texts, ["said once"])
        restart(s)
        eq(say(s, "hello", sender, sid).texts, ["said once"])
        eq(say(s, "hello", sender, fresh_sid(), "0d2a-1").texts, ["said once"])
        eq(asked(s, since), ["hello"])


@tap.test
def rest_and_killed():
    """rest: killed behind the empty reply, and repeated: worked again, said once"""
    with Stack("proxy", {"twilio.reply": "rest"}) as s:
        sender, sid, since = fresh_number(), fresh_sid(), s.phone.last()
        s.phone.answer(answers("said once"), when="hello", times=2)
        s.phone.fault("message", "hold", times=2)
        eq(say(s, "hello", sender, sid).texts, [])
        proc.wait_for(lambda: asked(s, since), 60, "the bot is asked")
        restart(s)
        eq(say(s, "hello", sender, sid).texts, [])
        s.phone.clear_faults()
        s.settle()
        eq(sent(s, sender), ["said once"])


@tap.test
def long_ago():
    """the last 16 messages get their replies again, those before an empty one"""
    with Stack("proxy") as s:
        sender, sids = fresh_number(), [fresh_sid() for _ in range(20)]
        for n, sid in enumerate(sids):
            s.phone.answer(answers(f"answer {n}"), when=f"question {n}")
            eq(say(s, f"question {n}", sender, sid, f"token-{n}").status, 200)
        s.settle()  # beyond fifteen in a row they go by the REST API
        since = s.phone.last()
        eq(say(s, "question 4", sender, sids[4]).texts, ["answer 4"])
        eq(say(s, "question 3", sender, sids[3]).texts, [])
        eq(say(s, "question 0", sender, fresh_sid(), "token-0").texts, [])
        eq(asked(s, since), [])


@tap.test
def callbacks():
    """news of a message with the sid and token of one that was answered is no repeat of it"""
    with Stack("proxy") as s:
        sender, sid = fresh_number(), fresh_sid()
        s.phone.answer(answers("said once"), when="hello")
        eq(say(s, "hello", sender, sid, "0d2a-1").texts, ["said once"])
        fields = [("MessageSid", sid), ("MessageStatus", "delivered"), ("SmsSid", sid),
                  ("SmsStatus", "delivered"), ("AccountSid", s.twilio.sid),
                  ("From", "+34900000000"), ("To", sender), ("ApiVersion", "2010-04-01")]
        path = s.twilio.path + "?status=1"
        url = s.twilio.url + "?status=1"
        head = {**s.twilio.signed(fields, url), TOKEN: "0d2a-1"}
        got = s.twilio.post(fields, head, path=path)
        eq((got.status, got.body), (200, b""))


tap.main()
