# SPDX-License-Identifier: Apache-2.0
"""What happens at the desk of a talk: conversations/README, sign `*`.

Each takes the Saying, the agent (None: whoever is meant), the rest of the line and further
members, and returns the statuses with which the connector answered, if it answered here.
"""

import functools
import json

from .desk import hyperchat
from .office import made_ticket
from .proc import wait_for

ACTS = {}


def act(fn):
    ACTS[fn.__name__.rstrip("_").replace("_", "-")] = fn
    return fn


def _plain(what):
    def fn(s, agent, _argument, more):
        s.desk.act(what, s.chat()["id"], **_named(agent), **more)

    fn.__name__ = what
    return act(fn)


def _named(agent):
    return {} if agent is None else {"agent": agent}


for _what in ("close", "alone", "ticket", "hush", "lose"):
    _plain(_what)


def _is_offered(chat):
    """It waits for an agent who is asked, or in the line; or others are in it."""
    return chat["status"] != "closed" and (
        chat.get("invited") or chat["inQueue"] == 1 or chat["agents"])


@act
def accept(s, agent, _argument, more):
    wait_for(lambda: _is_offered(s.chat()), 10, "the chat is offered")
    chat = s.chat()
    s.desk.act("accept", chat["id"], agent=agent or chat.get("invited") or "A1", **more)


@act
def refuse(s, agent, _argument, more):
    chat = s.chat()
    s.desk.act("refuse", chat["id"], agent=agent or chat.get("invited"), **more)


@act
def say(s, agent, argument, more):
    s.hide(argument)
    s.desk.act("say", s.chat()["id"], text=argument, **_named(agent), **more)


@act
def typing(s, agent, argument, more):
    s.desk.act("typing", s.chat()["id"], on=argument != "off", **_named(agent), **more)


@act
def file(s, agent, argument, more):
    named = {"file": argument} if argument else {}
    s.desk.act("media", s.chat()["id"], **_named(agent), **named, **more)


@act
def end(s, _agent, argument, more):
    s.desk.act("end", s.chat()["id"], **({"reason": argument} if argument else {}), **more)


@act
def source(s, _agent, argument, _more):
    s.desk.act("source", s.chat()["id"], source=int(argument))


@act
def open_(s, _agent, argument, _more):
    """As another program of the same application would."""
    call = functools.partial(hyperchat, s.stack)
    known = call("GET", f"users/?externalId={s.person}")["users"]
    user = known[0] if known else \
        call("POST", "users/", {"name": "Somebody", "externalId": s.person})["user"]
    chat = call("POST", "chats/", {"creator": user["id"], "room": 1, "source": int(argument)})
    call("GET", f"chats/{chat['chat']['id']}/assign")


@act
def queue(s, _agent, argument, _more):
    s.desk.set(queue=argument == "on")


@act
def agents(s, _agent, argument, _more):
    s.desk.set(agents=json.loads(argument), replace_agents=True)


def _presence(s, agent, on):
    for name in [agent] if agent else [a["id"] for a in s.desk.state()["agents"]]:
        s.desk.act("online", agent=name, on=on)


@act
def online(s, agent, _argument, _more):
    _presence(s, agent or "A1", True)


@act
def offline(s, agent, _argument, _more):
    _presence(s, agent, False)


@act
def event(s, _agent, argument, more):
    trigger, data = argument.split(maxsplit=1)
    return s.desk.event(trigger, json.loads(s.filled(data)), **s.filled_all(more))["statuses"]


@act
def again(s, _agent, argument, _more):
    """The last event, or the last of a trigger, once more."""
    sent = s.desk.sent(trigger=argument or None)
    return s.desk.event(repeat=sent[-1]["n"])["statuses"]


@act
def reply(s, _agent, argument, more):
    """An agent answers the newest ticket, or the one that `more` names: one webhook.

    A list of texts, or of whole events, are several events in it.
    """
    ticket, more = more.get("ticket", made_ticket(s.stack)), s.filled_all(more)
    texts = json.loads(s.filled(argument)) if argument.startswith("[") else [argument]
    to = {"to": more.pop("to")} if "to" in more else {}
    more.pop("ticket", None)
    events = [{"ticket": ticket, "text": t, **to} if isinstance(t, str) else t for t in texts]
    for text in texts:
        if isinstance(text, str):
            s.hide(text)
    return s.office.reply(events, **more)["statuses"]


@act
def challenge(s, _agent, argument, more):
    """Messenger asks whether somebody is there."""
    got = s.office.challenge(**({"challenge": argument} if argument else {}), **more)
    if (got["status"] == 200) != got["ok"]:
        raise AssertionError(f"the answer to a challenge: {got}")
    return [got["status"]]


@act
def tickets(s, _agent, argument, more):
    """never, first, at_once, late: when a chat that closes becomes a ticket."""
    s.office.set(tickets=argument, **more)


@act
def people(s, _agent, argument, _more):
    s.office.set(people=json.loads(s.filled(argument)))


@act
def hours(s, _agent, argument, _more):
    s.office.set(hours=json.loads(argument) if argument.startswith("{") else argument)


@act
def surveys(s, _agent, argument, _more):
    """on, off, or a list of those there are."""
    s.office.set(surveys=json.loads(argument) if argument.startswith("[") else argument == "on")


@act
def survey_in_body(s, _agent, argument, _more):
    s.desk.set(survey_in_body=argument == "on")


@act
def handshake(s, _agent, argument, _more):
    """With a secret of the talk's own; without one with that of the stack's first."""
    got = s.desk.handshake(argument or s.stack.hook_secret)
    if got["ok"] and not got["empty"]:
        raise AssertionError("the answer to a handshake has a body")
    return [got["status"]]
