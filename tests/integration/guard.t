#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Users who want no messages, who send too many, or in bits; and machines that answer us."""

import json

from support import tap
from support.customer import Customer
from support.desk import Desk
from support.phone import answers
from support.stack import ROADS, Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid

NOTICE = "Your messages come faster than I can read them. Please wait a minute."


def heard(s, since):
    bodies = [c["body"] for c in s.phone.calls(since) if c["call"] == "message"]
    return [(json.loads(b) if isinstance(b, str) else b)["message"] for b in bodies]


def opt_out(road):
    def run():
        with Stack(road) as s:
            sender = fresh_number()
            s.phone.answer(answers("here I am"), times=-1)
            since = s.phone.last()
            sid = fresh_sid()
            eq(s.twilio.say(" Stop ", sender, sid).texts, [])
            eq(s.twilio.say(" Stop ", sender, sid).texts, [], "a repeat")
            eq(s.twilio.say("START", sender).texts, [], "he had stopped")
            eq(heard(s, since), [], "nobody was asked")
            eq(s.twilio.say("START", sender).texts, ["here I am"], "he had not")
            eq(s.twilio.say("bus stop", sender).texts, ["here I am"])
            person = "whatsapp:" + fresh_number()
            to = "whatsapp:+34900000000"
            eq(s.twilio.say("STOP", person, to=to).texts, ["here I am"])
            eq(s.twilio.say("basta", person, to=to, OptOutType="STOP").texts, [])
            eq(s.twilio.say("ayuda", person, to=to, OptOutType="HELP").texts, [])
            eq(s.twilio.say("otra vez", person, to=to, OptOutType="START").texts, [])
            eq(heard(s, since), ["START", "bus stop", "STOP"])

    return run


def flood(road):
    def run():
        # One a minute: none of the others waits so long for the one before it.
        with Stack(road, {"dialog.flood_per_min": 1}) as s:
            sender = fresh_number()
            s.phone.answer(answers("fine"), times=-1)
            since = s.phone.last()
            replies = [s.twilio.say(f"message {i}", sender).texts for i in range(4)]
            eq(replies[0], ["fine"])
            ok([NOTICE] in replies, f"told so: {replies}")
            eq(len(heard(s, since)), replies.count(["fine"]), "refused ones reach no bot")
            eq(s.twilio.say("another user", fresh_number()).texts, ["fine"])

    return run


def loop(road):
    def run():
        with Stack(road) as s:
            sender = fresh_number()
            s.phone.answer(answers("I am a machine"), times=-1)
            since, mark = s.phone.last(), s.mark()
            replies = [s.twilio.say("So am I", sender).texts for _ in range(11)]
            eq(replies, [["I am a machine"]] * 8 + [[]] * 3)
            eq(len(heard(s, since)), 8)
            s.said("user repeats himself", mark, count=1)
            eq(s.twilio.say("And now?", sender).texts, ["I am a machine"])

    return run


def joined(road):
    def run():
        with Stack(road, {"dialog.join_ms": 10000}) as s:
            sender = fresh_number()
            s.phone.answer(answers("it is on its way"), times=-1)
            since = s.phone.last()
            bits = [("my order", fresh_sid()), ("is late", fresh_sid())]
            for text, sid in bits:
                eq(s.twilio.say(text, sender, sid).texts, [])
            s.settle()
            eq("\n".join(heard(s, since)), "my order\nis late", "asked whole, in order")
            got = [m["body"] for m in Desk(s.phone).messages(to=sender)]
            eq(got, ["it is on its way"] * len(heard(s, since)))
            for text, sid in bits:
                eq(s.twilio.say(text, sender, sid).texts, [], "a repeat")
            s.settle()
            eq([m["body"] for m in Desk(s.phone).messages(to=sender)], got)

    return run


for road in ROADS:
    tap.add(f"{road}: who wants no messages is not answered until he writes", opt_out(road))
    tap.add(f"{road}: too many messages get one notice", flood(road))
    tap.add(f"{road}: two machines do not talk for ever", loop(road))
    tap.add(f"{road}: messages in bits are asked as one", joined(road))


@tap.test
def leaves_his_agent():
    """proxy: STOP ends a chat with an agent, who is told; nothing more reaches the phone"""
    with Stack("proxy", agents=True) as s:
        desk = Desk(s.phone)
        desk.handshake(s.hook_secret)
        user = Customer(s, desk, "sms")
        user.open_chat()
        before = len(user.heard())
        user.send("STOP")
        s.settle()
        state = [c for c in desk.chats() if c["id"] == user.chat]
        eq([c["status"] for c in state], ["closed"])
        eq(len(user.heard()), before, "nothing is said to him")


tap.main()
