#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""HyperChat and Twilio's REST API in trouble, in each phase of a chat: nothing is lost, nothing
is said twice, and nothing of a chat goes to the bot.

Written as conversations/*.talk are; each ends with HyperChat and Twilio well again.
"""

import threading

from support import talk, tap
from support.stack import ROADS, Stack

QUICK = {"api.timeout_ms": 400}  # so long an upstream is waited for
room = talk.Roomful(Stack)

ASK = """\
> my phone is broken
< Oh no! A colleague can tell you at once what a repair costs.
< Do you want to start a chat with a human agent?
| 1) Yes
| 2) No
"""
OPEN = ASK + """
> 1
< I will try to connect you with an agent. Please wait.

* accept
< Agent Marta has joined the conversation.
"""
HOURS = """
> what are your hours
= {"answers": [{"type": "answer", "message": "From 9 to 5."}]}
< From 9 to 5.
^ {"message": "what are your hours"}
"""
NOT_TOLD = "< Your message did not reach the agent. Please send it again."
WELL = """
> are you there
<desk are you there

* say I am
< I am
"""
# How an upstream is down: it says so, in a page, it refuses us, is busy, silent, or gone.
DOWN = ("500", "html", "401", "throttle", "stall", "close")
SOME = ("500", "stall")

# In which phase and how; what is said then. FAULT stands for the trouble.
PHASES = {
    ("nobody can be asked for", DOWN): """
> my phone is broken
~ hc.agents FAULT -1
< Oh no! A colleague can tell you at once what a repair costs.
< No agents available
""" + ASK,

    ("the settings cannot be read", SOME): """
> my phone is broken
~ hc.settings FAULT -1
< Oh no! A colleague can tell you at once what a repair costs.
< No agents available
""" + ASK,

    ("the user cannot be made", SOME): ASK + """
> 1
~ hc.users FAULT -1
< There was an error joining the chat
""" + HOURS + OPEN + WELL,

    ("the chat cannot be made", DOWN): ASK + """
> 1
~ hc.chats.create FAULT -1
< There was an error joining the chat
""" + HOURS + OPEN + WELL,

    ("the chat cannot be assigned", DOWN): ASK + """
> 1
~ hc.chats.assign FAULT -1
< There was an error joining the chat
^hc.chats.delete null
""" + HOURS + OPEN + WELL,

    ("a text cannot be handed over", DOWN): OPEN + f"""
> something private
~ hc.messages.post FAULT -1
{NOT_TOLD}
""" + WELL,

    ("a file cannot be handed over", ("500", "throttle", "close")): OPEN + f"""
> ""
~ hc.media.post FAULT -1
+ {{"media": [{{"type": "image/png", "file": "sample-parcel.png"}}]}}
{NOT_TOLD}
""" + WELL,

    ("the place in the line cannot be read", SOME): """
* queue on
""" + ASK + """
> 1
< I will try to connect you with an agent. Please wait.
< There is one person ahead of you.

> something private
~ hc.chats.get FAULT -1
<desk something private
""",

    ("the user's leaving is not heard at first", SOME): OPEN + """
> /close
~ hc.chats.delete FAULT 2
< Chat closed
""" + HOURS + """
* lose
""",

    ("who comes cannot be asked at first", SOME): ASK + """
> 1
< I will try to connect you with an agent. Please wait.

* accept
~ hc.users.get FAULT 1
< Agent Marta has joined the conversation.
""" + WELL,

    ("an agent's file cannot be had at first", ("500", "close")): OPEN + """
* file sample-receipt.png
~ hc.media.get FAULT 1
< ""
<+ sample-receipt.png image/png
""" + WELL,
}

OTHERS = {
    "a chat is made, and nobody says so": ASK + """
> 1
~ hc.chats.create lost
< I will try to connect you with an agent. Please wait.

* accept
< Agent Marta has joined the conversation.
""" + WELL,

    "a text is taken, and nobody says so": OPEN + """
> only once
~ hc.messages.post lost
<desk only once

> and again
~ hc.messages.post 503
<desk and again
""" + WELL,

    "the chat is closed and nobody tells": OPEN + """
* hush
""" + HOURS + OPEN + WELL,

    "the chat is lost": OPEN + """
* lose
""" + HOURS + OPEN + WELL,

    "the chat is lost in the line": """
* queue on
""" + ASK + """
> 1
< I will try to connect you with an agent. Please wait.
< There is one person ahead of you.

* lose
""" + HOURS,

    "the chat is lost, and left": OPEN + """
* lose

> /close
< Chat closed
""" + HOURS,

    "an agent's file never ends": OPEN + """
* file
+ {"file": "sample-parcel.png", "serve": {"endless": true}}
< sample-parcel.png
""" + WELL,

    "events are refused for a while, then come": OPEN + """
*403 say Not from here
~ messages:new forged 1

* say From here
< From here
""",
}

TWILIO = {
    "busy": OPEN + """
*& say one
~ tw.messages.create throttle 2
*& say two
* say three
< one
< two
< three
! tw.messages.create 5
""",

    "has sent it, and does not say so": OPEN + """
*& say one
~ tw.messages.create lost 1
*& say two
* say three
< one
< two
< three
""",

    "has sent it, does not say so, and its list is down": OPEN + """
*& say one
~ tw.messages.create lost 1
~ tw.messages.list 503 2
* say two
< one
< two
""",

    "the same text twice, one of them in doubt": OPEN + """
* say again
< again

*& say again
~ tw.messages.create lost 1
* say and again
< again
< and again
""",
}

# Whether it has sent these is known only when they must stand in its list, after a minute.
# They wait beside all other tests, each on a stack of its own.
SLOW = {
    "says 503, and has not sent it": OPEN + """
*& say one
~ tw.messages.create 503 1
*& say two
* say three
< one
< two
< three
""",

    "is gone for a while": OPEN + """
*& say one
~ tw.messages close 3
*& say two
*& file sample-receipt.png
* close
< one
< two
< ""
<+ sample-receipt.png image/png
< Chat closed
""",
}

# What Twilio does not send to this user: at once, which leaves a dead letter, or by its status.
REFUSED = {21614: ("mobile", 1), 63016: ("24 hours|window", 0)}


def say(stack, name, text, **how):
    stack.phone.clear_faults()
    stack.phone.clear_answers()
    since = stack.mark()
    try:
        talk.Talk(name, "agents:\n" + text).run(stack, "sms", **how)
    except AssertionError:
        tap.note("\n".join(stack.log(since)))
        raise


def made(road, name, text):
    return lambda: say(room.get(road, QUICK, agents=True), name, text)


def refused(code, meaning, dead):
    def run():
        stack = room.get("proxy", QUICK, agents=True)
        since = stack.mark()
        say(stack, str(code), OPEN + f"""
* say not this one
~ twilio {code}

* say but this one
< but this one
""", dead=dead)
        stack.said(rf"{code}.*({meaning})|({meaning}).*{code}", since)

    return run


def opted_out():
    """Nothing more is sent to him until he writes again."""
    stack = room.get("proxy", QUICK, agents=True)
    since = stack.mark()
    say(stack, "21610", OPEN + """
* say not this one
~ twilio 21610

* say nor this one
! tw.messages.create 0

> I am back
<desk I am back

* say this one again
< this one again
""", dead=2)
    stack.said(r"21610.*opted out|opted out.*21610", since)


class Slow(threading.Thread):
    """A talk that takes its time, begun with the first test."""

    def __init__(self, name, text):
        super().__init__(daemon=True)
        self.name, self.text, self.trouble = name, text, None
        self.stack = Stack("proxy", QUICK, agents=True)

    def run(self):
        try:
            with self.stack as stack:
                say(stack, self.name, self.text, patience_s=100)
        except Exception as e:  # told to the test that waits for it
            self.trouble = e

    def end(self):
        self.join()
        if self.trouble:
            raise self.trouble


slow = [Slow(name, text) for name, text in SLOW.items()]


@tap.test
def begin():
    """what takes a minute is begun"""
    for one in slow:
        one.start()


for (phase, faults), text in PHASES.items():
    for fault in faults:
        tap.add(f"proxy: {phase}: {fault}", made("proxy", phase, text.replace("FAULT", fault)))
for code, (meaning, dead) in REFUSED.items():
    tap.add(f"proxy: Twilio refuses with {code}", refused(code, meaning, dead))
tap.add("proxy: Twilio refuses with 21610", opted_out)
for road in ROADS:
    for name, text in OTHERS.items():
        if road == "proxy":
            tap.add(f"{road}: {name}", made(road, name, text))
    for name, text in TWILIO.items():
        if road == "proxy" or name.startswith("has sent it, and"):
            tap.add(f"{road}: Twilio: {name}", made(road, name, text))
    tap.add(f"{road}: logs without secrets, texts or a sanitizer's words", room.close)
for one in slow:
    tap.add(f"proxy: Twilio: {one.name}", one.end, limit_s=120)


def close():
    room.close(judge=False)
    for one in slow:
        if one.is_alive() and one.stack.folder:
            one.stack.stop(judge=False)


tap.main(close)
