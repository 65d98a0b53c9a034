#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a TwiML reply cannot hold, or Twilio would drop, is sent by REST: all of that reply, in
order, once. Replies that are too large are in conversations/large.talk and many.talk."""

import time

from support import tap
from support.desk import Desk
from support.phone import answers
from support.stack import ROADS, Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid

WHATSAPP = {"to": "whatsapp:+34900000000"}
PICTURES = 11
STREAK, PAUSE_S = 15, 30  # Twilio's 14107


def sent(s, to):
    s.settle()
    return Desk(s.phone).messages(to=to)


def many_pictures(road):
    def run():
        with Stack(road) as s:
            sender = "whatsapp:" + fresh_number()
            urls = [f"{s.phone.base}/phone/sample-parcel.png?n={n}" for n in range(PICTURES)]
            html = "<p>look</p>" + "".join(f'<img src="{u}">' for u in urls)
            s.phone.answer(answers(html, "that is all"), when="show me")
            sid = fresh_sid()
            eq(s.twilio.say("show me", sender, sid, **WHATSAPP).texts, [])
            got = sent(s, sender)
            eq([(m["body"], [x["url"] for x in m["x"]["media"]]) for m in got],
               [("look", []), *(("", [u]) for u in urls), ("that is all", [])])
            eq([m["status"] for m in got], ["delivered"] * len(got))
            eq(s.twilio.say("show me", sender, sid, **WHATSAPP).texts, [], "a repeat")
            eq(len(sent(s, sender)), len(got), "it says nothing more")

    return run


def talk_on(s, sender, n):
    """Texts of the replies to n questions; None: there was a pause that Twilio would see."""
    replies, last = [], time.monotonic()
    for i in range(n):
        replies.append(s.twilio.say(f"question {i}", sender).texts)
        now = time.monotonic()
        if now - last > PAUSE_S:
            return None
        last = now
    return replies


def streak(road):
    def run():
        with Stack(road) as s:
            for i in range(STREAK + 2):
                s.phone.answer(answers(f"answer {i}"), when=f"question {i}", times=-1)
            for _ in range(3):
                sender = fresh_number()
                replies = talk_on(s, sender, STREAK + 2)
                if replies is not None:
                    break
                tap.note("the machine was slow: once more")
            ok(replies is not None, "questions without a pause")
            eq(replies[:STREAK], [[f"answer {i}"] for i in range(STREAK)])
            eq(replies[STREAK:], [[], []])
            eq([m["body"] for m in sent(s, sender)],
               [f"answer {i}" for i in range(STREAK, STREAK + 2)])
            ok(s.twilio.say("question 0", fresh_number()).texts == ["answer 0"],
               "another user has a count of his own")

    return run


for _road in ROADS:
    tap.add(f"{_road}: more messages than a reply holds, because of their pictures",
            many_pictures(_road))
    tap.add(f"{_road}: more replies in a row than Twilio takes", streak(_road))
tap.main()
