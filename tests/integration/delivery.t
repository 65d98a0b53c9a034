#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What goes out by REST: in confirmed order, at a sender's pace, and news of it."""

import signal

from support import proc, tap
from support.desk import Desk
from support.phone import answers
from support.stack import ROADS, Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid

OURS = "+34900000000"
CONFIRMED = {"delivery.order": "confirmed"}
LATE = {"twilio.reply_deadline_ms": 300, "api.timeout_ms": 40000}


def messages(s, to):
    return Desk(s.phone).messages(to=to)


def sent(s, to):
    return [m["body"] for m in messages(s, to)]


def news(s, status, to, sid=None, path="/botline?status=1", **more):
    """A status callback by hand, signed as Twilio does."""
    fields = [("MessageSid", sid or fresh_sid()), ("MessageStatus", status), ("To", to),
              ("From", OURS), ("AccountSid", s.twilio.sid), *more.items()]
    url = f"http://{s.twilio.host}{path}"
    return s.twilio.post(fields, s.twilio.signed(fields, url), path=path)


def confirmed(road):
    """All of a reply by REST, each part after news of the one before."""

    def run():
        with Stack(road, CONFIRMED) as s:
            sender, other = fresh_number(), fresh_number()
            s.phone.answer(answers("one", "two", "three"), when="first")
            s.phone.answer(answers("four"), when="second")
            s.phone.answer(answers("five", "six"), when="third")
            eq(s.twilio.say("first", sender).texts, [])
            eq(s.twilio.say("second", sender).texts, [])
            eq(s.twilio.say("third", other).texts, [])
            s.settle()
            eq(sent(s, sender), ["one", "two", "three", "four"])
            eq(sent(s, other), ["five", "six"])
            eq(s.dead_letters(), 0)
            for m in messages(s, sender):
                eq([t["answer"] for t in m["x"]["told"] if t["answer"] != 200], [])

    return run


for each in ROADS:
    tap.add(f"{each}: a reply in confirmed order", confirmed(each))


@tap.test(limit_s=200)
def silent():
    """a message of which nothing is heard holds the next one up for a while"""
    with Stack("proxy", CONFIRMED) as s:
        sender = fresh_number()
        Desk(s.phone).outcome(to=sender, statuses=["queued"])
        s.phone.answer(answers("one", "two"), when="a question")
        eq(s.twilio.say("a question", sender).texts, [])
        s.said(r'event="no news of a message')
        s.settle()
        eq(sent(s, sender), ["one", "two"])


@tap.test(limit_s=200)
def by_hand():
    """news let the next one go, whatever they say of the message"""
    for status in ("sent", "delivered", "read", "failed", "undelivered"):
        with Stack("proxy", CONFIRMED) as s:
            sender = fresh_number()
            Desk(s.phone).outcome(to=sender, statuses=["queued"])
            s.phone.answer(answers("one", "two"), when="a question")
            eq(s.twilio.say("a question", sender).texts, [])
            proc.wait_for(lambda s=s, sender=sender: sent(s, sender), 60, "the first one")
            (first, *_) = messages(s, sender)
            eq(news(s, "sending", sender, first["sid"]).status, 200)
            eq(news(s, status, sender, first["sid"]).status, 200)
            s.settle()
            eq(sent(s, sender), ["one", "two"], status)


@tap.test
def killed_while_it_waits():
    """a process that dies while a message waits for news: nothing lost, nothing twice"""
    with Stack("proxy", CONFIRMED) as s:
        sender = fresh_number()
        Desk(s.phone).outcome(to=sender, statuses=["queued"])
        s.phone.answer(answers("one", "two"), when="a question")
        eq(s.twilio.say("a question", sender).texts, [])
        proc.wait_for(lambda: sent(s, sender), 60, "the first one")
        s.botline.signal(signal.SIGKILL)
        s.botline.wait()
        s.start_botline()
        s.settle()
        eq(sent(s, sender), ["one", "two"])


@tap.test(limit_s=200)
def told_apart():
    """what became of a reply is told with its meaning, and with the turn it belongs to"""
    t = ((30003, "cannot be reached"), (30004, "blocks the message"),
         (30005, "no such phone"), (30006, "a landline"), (30007, "took it for spam"),
         (30008, "gives no reason"), (63016, "24 hours"))
    with Stack("proxy") as s:
        for code, meaning in t:
            sender, since = fresh_number(), s.mark()
            s.phone.answer(answers("a reply"), when=f"question {code}")
            reply = s.twilio.say(f"question {code}", sender)
            ok(b"status=1" in reply.body, "its address")
            ref = reply.body.split(b"ref=")[1].split(b'"')[0].decode()
            news(s, "undelivered", sender, path=f"/botline?status=1&ref={ref}",
                 ErrorCode=str(code))
            (line,) = s.said(rf"code={code}", since, count=1)
            ok(" warn " in line and meaning in line and f"id={ref} " in line, line)
            ok("hint=" in line and sender not in line, line)
            (turn,) = s.said(r"event=turn ", since, count=1)
            ok(f"id={ref} " in turn, turn)


@tap.test
def opted_out():
    """after 21610 nothing is sent until he writes again"""
    with Stack("proxy", LATE) as s:
        sender, other = fresh_number(), fresh_number()
        s.phone.fault("message", "hold", times=2)
        for who in (sender, other):
            s.phone.answer(answers(f"late for {who[-4:]}"), when=f"slow {who[-4:]}", times=2)
            eq(s.twilio.say(f"slow {who[-4:]}", who).texts, [])
        eq(news(s, "failed", sender, ErrorCode="21610").status, 200)
        s.phone.clear_faults()
        proc.wait_for(lambda: s.dead_letters() == 1, 60, "a dead letter")
        s.said(r'event="dead letter".*opted out')
        s.configure(twilio__reply_deadline_ms=14500)
        s.reload()
        s.settle()
        eq(sent(s, sender), [])
        eq(sent(s, other), [f"late for {other[-4:]}"], "others are sent theirs")
        s.phone.answer(answers("here you are"), when="again")
        eq(s.twilio.say("again", sender).texts, ["here you are"])


@tap.test
def pace():
    """what waits for a sender's pace goes, in order, and is tried once"""
    with Stack("proxy", {**CONFIRMED, "delivery.rate_per_s": 1}) as s:
        senders = [fresh_number() for _ in range(4)]
        for sender in senders:
            s.phone.answer(answers("one", "two"), when=f"from {sender[-4:]}")
            eq(s.twilio.say(f"from {sender[-4:]}", sender).texts, [])
        s.settle()
        for sender in senders:
            eq(sent(s, sender), ["one", "two"])
        eq([row[0] for row in s._state("SELECT sender FROM pace")], [f"sms {OURS}"])
        eq(s.dead_letters(), 0)


tap.main()
