#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is said to agents when botline is killed over it, or nobody tells what became of it:
it arrives once, and the user reads one reply, whether his message comes again or not."""

import signal
import threading

from support import proc, tap
from support.customer import AGREES, ASKS, CONNECTING, Customer
from support.desk import Desk
from support.office import Office
from support.stack import ROADS, Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid

LONG_S = 60
SLOW = {"api.timeout_ms": 40000}  # a call that is held is not given up
LATE = {**SLOW, "twilio.reply_deadline_ms": 300}
CLOSED = "Chat closed"


class House:
    """One installation, whose botline is killed in the middle of a call."""

    def __init__(self, keys, road="proxy", **more):
        self.stack = Stack(road, keys, agents=True, **more)

    def __enter__(self):
        self.stack.__enter__()
        self.desk = Desk(self.stack.phone)
        ok(self.desk.handshake()["ok"], "the handshake")
        return self

    def __exit__(self, *what):
        self.stack.__exit__(*what)

    def customer(self):
        return Customer(self.stack, self.desk)

    def called(self, call, since):
        return [c for c in self.stack.phone.calls(since) if c["call"] == call]

    def killed(self, call, fault, send, done=lambda: True):
        """Killed while it waits for the answer to this call; `done` tells that the call has
        done its work. It is well again, then."""
        phone = self.stack.phone
        since = phone.last()
        phone.fault(call, fault, -1)
        waits = threading.Thread(target=send, daemon=True)
        waits.start()
        proc.wait_for(lambda: self.called(call, since) and done(), LONG_S, f"{call} is asked")
        self.stack.botline.signal(signal.SIGKILL)
        self.stack.botline.wait()
        waits.join()
        phone.clear_faults()
        self.stack.start_botline()

    def reads(self, c, text, what):
        """In a response, or by REST behind an event that came meanwhile."""
        proc.wait_for(lambda: text in c.told + [m["body"] for m in c.rest()], LONG_S,
                      f"{what}: he reads {text!r}")

    def told(self, c, texts):
        """All that he read since the chat is open, by whatever way."""
        self.stack.settle(LONG_S)
        eq(c.heard(), sorted(texts), "he reads")
        eq(self.stack.dead_letters(), 0, "dead letters")


def unheard(customer, text, sid, files=()):
    """A message whose answer nobody hears: the connection ends with botline."""
    def send():
        try:
            before = list(customer.told)
            customer.send(text, files, sid)
            customer.told[:] = before
        except (OSError, AssertionError, ValueError, IndexError):
            pass
    return send


@tap.test
def text_arrived():
    """a text that has arrived: it comes again, and is not said again"""
    with House(SLOW) as h:
        c, sid = h.customer().open_chat(), fresh_sid()
        h.killed("hc.messages.post", "hold", unheard(c, "only once", sid),
                 lambda: "only once" in c.to_agent())
        eq(c.send("only once", sid=sid), [])
        eq(c.send("only once", sid=sid), [], "and again")
        eq(c.settle(), ["only once"])
        h.told(c, [])


@tap.test
def text_not_arrived():
    """a text that has not arrived: it comes again, and is said once"""
    with House(SLOW) as h:
        c, sid = h.customer().open_chat(), fresh_sid()
        h.killed("hc.messages.post", "stall", unheard(c, "only once", sid))
        eq(c.to_agent(), [])
        eq(c.send("only once", sid=sid), [])
        eq(c.settle(), ["only once"])
        eq(c.send("only once", sid=sid), [], "later")
        eq(c.to_agent()[:-1], ["only once"])
        h.told(c, [])


@tap.test
def late_text():
    """a text that is late: the queue goes on by itself"""
    with House(LATE) as h:
        for fault in ("hold", "stall"):
            c, sid = h.customer().open_chat(), fresh_sid()
            h.killed("hc.messages.post", fault, unheard(c, "only once", sid),
                     lambda: h.stack.queued())
            proc.wait_for(c.to_agent, LONG_S, "it arrives")
            h.stack.settle(LONG_S)
            eq(c.send("only once", sid=sid), [], "it comes again")
            eq(c.to_agent(), ["only once"], fault)
            h.told(c, [])


@tap.test
def chat_made():
    """a chat that was made, and nobody was asked to take it: it comes again, and is taken"""
    with House(SLOW) as h:
        for call in ("hc.chats.create", "hc.chats.assign"):
            c, sid = h.customer(), fresh_sid()
            c.send(ASKS)
            h.killed(call, "hold", unheard(c, AGREES, sid),
                     lambda: [x for x in h.desk.chats() if c.digits[1:] in x["user"]["externalId"]])
            c.send(AGREES, sid=sid)
            h.reads(c, CONNECTING, call)
            before = len(c.rest())
            c.find_chat()
            h.desk.act("accept", c.chat, agent="A1")
            proc.wait_for(lambda: len(c.rest()) > before, LONG_S,
                          "he hears that an agent is there")
            mine = [x for x in h.desk.chats() if c.digits[1:] in x["user"]["externalId"]]
            eq(len(mine), 1, "one chat")
            c.told.clear()
            c.n_before = before + 1
            eq(c.settle(), [])
            h.told(c, [])


@tap.test
def chat_not_made():
    """a chat that was not made: it comes again, and there is one"""
    with House(SLOW) as h:
        c, sid = h.customer(), fresh_sid()
        c.send(ASKS)
        h.killed("hc.chats.create", "stall", unheard(c, AGREES, sid))
        first = c.send(AGREES, sid=sid)
        h.reads(c, CONNECTING, "it comes again")
        eq(c.send(AGREES, sid=sid), first, "and again")
        c.find_chat()
        eq(len([x for x in h.desk.chats() if c.digits[1:] in x["user"]["externalId"]]), 1)


@tap.test
def left():
    """the end of a chat: it comes again, and is not a word for the bot"""
    with House(SLOW) as h:
        for fault in ("hold", "stall"):
            c, sid = h.customer().open_chat(), fresh_sid()
            since = h.stack.phone.last()
            h.killed("hc.chats.delete", fault, unheard(c, "/close", sid))
            c.send("/close", sid=sid)
            h.told(c, [f"_{CLOSED}_"])
            (chat,) = [x for x in h.desk.chats() if x["id"] == c.chat]
            eq(chat["status"], "closed", fault)
            eq(h.called("message", since), [], "the bot is not asked")


def in_doubt(road):
    """nobody says what became of a text: it is asked for until somebody does"""
    def run():
        with House({"api.timeout_ms": 2000}, road) as h:
            for fault, status in (("lost", None), ("status", 503)):
                c, sid = h.customer().open_chat(), fresh_sid()
                more = {} if status is None else {"status": status}
                h.stack.phone.fault("hc.messages.post", fault, 1, **more)
                h.stack.phone.fault("hc.messages.get", "close", 2)
                eq(c.send("only once", sid=sid), [], "it is accepted")
                h.stack.settle(LONG_S)
                eq(c.send("only once", sid=sid), [], "it comes again")
                eq(c.to_agent(), ["only once"], f"{fault}")
                h.told(c, [])
    return run


TALK = ("open a ticket", "Ann", "Ann+once@mail.example")
THANKS = "Thank you, Ann. I pass it on."


@tap.test
def ticket():
    """a ticket of the bot: there is one, or none, and the user reads what is known of it"""
    for fault, made in (("hold", 1), ("stall", 0)):
        with House(SLOW, office=True) as h:
            tickets, number, sid = Office(h.stack.phone), fresh_number(), fresh_sid()
            for text in TALK:
                h.stack.twilio.say(text, number)

            def say():
                return h.stack.twilio.say("late parcel", number, sid).texts

            def quietly():
                try:
                    say()
                except (OSError, AssertionError, ValueError, IndexError):
                    pass
            h.killed("ms.tickets.create", fault, quietly)
            since = h.stack.phone.last()
            texts = say()
            eq((texts[0], len(texts)), (THANKS, 2), fault)
            ok("could not create the ticket" in texts[1], texts[1])
            eq(say(), texts, "and again")
            eq(h.called("message", since), [], "the bot is not asked again")
            eq(len(tickets.state()["tickets"]), made, fault)


@tap.test
def ticket_before():
    """killed before the ticket is handed in: it is made when the message comes again"""
    with House(SLOW, office=True) as h:
        tickets, number, sid = Office(h.stack.phone), fresh_number(), fresh_sid()
        for text in TALK:
            h.stack.twilio.say(text, number)

        def quietly():
            try:
                h.stack.twilio.say("late parcel", number, sid)
            except (OSError, AssertionError, ValueError, IndexError):
                pass
        h.killed("ms.users.create", "hold", quietly)
        texts = h.stack.twilio.say("late parcel", number, sid).texts
        (one,) = tickets.state()["tickets"]
        eq(texts[0], THANKS)
        ok("ticket number is" in texts[1], f"{texts} {one}")
        eq(h.stack.twilio.say("late parcel", number, sid).texts, texts, "and again")
        eq(len(tickets.state()["tickets"]), 1)


for each in ROADS:
    tap.add(f"{each}: nobody says what became of a text: it is asked for until somebody does",
            in_doubt(each))
tap.main()
