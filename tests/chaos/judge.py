# SPDX-License-Identifier: Apache-2.0
"""Counts what was lost, doubled, misordered and what nobody knows of, in one conversation.

It looks at what was said and at what arrived, and knows nothing of how. Every message has
exactly its answers, once, in order: what the bot says to it, or, where the bot did not answer,
one apology; what is said to an agent arrives there, or an apology says that it did not; what
an agent says arrives at the phone.
"""

import bisect


class Count:
    """Adds up; notes say of each number what it was."""

    def __init__(self):
        self.lost = self.doubled = self.misordered = self.unknown = 0
        self.notes = []

    def add(self, kind, number, note):
        if number > 0:
            setattr(self, kind, getattr(self, kind) + number)
            self.notes.append(f"{kind} {number}: {note}")

    def take(self, other):
        for kind in ("lost", "doubled", "misordered", "unknown"):
            setattr(self, kind, getattr(self, kind) + getattr(other, kind))
        self.notes += other.notes

    def is_clean(self):
        return (self.lost, self.doubled, self.misordered, self.unknown) == (0, 0, 0, 0)

    def __str__(self):
        return (f"lost {self.lost}, doubled {self.doubled}, misordered {self.misordered}, "
                f"unknown {self.unknown}")


class Said:
    """A message of a user. answers: texts he shall get, in order; none: it is for an agent.
    given_up: Twilio has not been told that it was taken, in all its tries."""

    def __init__(self, text, answers=(), given_up=False, sid=None):
        self.text, self.answers, self.given_up = text, list(answers), given_up
        self.sid = sid


class Talk:
    """What was said and heard in one conversation, each list in order.

    said      by the user: Said
    heard     texts that came to his phone
    at_agent  his texts, as the agent has them
    by_agent  texts of the agent
    """

    def __init__(self, name, said=(), heard=(), at_agent=(), by_agent=()):
        self.name = name
        self.said, self.heard = list(said), list(heard)
        self.at_agent, self.by_agent = list(at_agent), list(by_agent)


def in_order(numbers):
    """The places of a longest run of these (different) numbers that rises."""
    ends, before, tops = [], [], []
    for i, n in enumerate(numbers):
        at = bisect.bisect_left(tops, n)
        before.append(ends[at - 1] if at > 0 else None)
        tops[at:at + 1], ends[at:at + 1] = [n], [i]
    places, i = [], ends[-1] if ends else None
    while i is not None:
        places.append(i)
        i = before[i]
    return places[::-1]


def each_once(count, where, wanted, got):
    """Each text that was wanted, once and in order. Says which of them came."""
    places = {text: i for i, text in enumerate(wanted)}
    seen, first = set(), []
    for text in got:
        if text not in places:
            count.add("unknown", 1, f"{where}: {text!r} was never said")
        elif text in seen:
            count.add("doubled", 1, f"{where}: {text!r}")
        else:
            seen.add(text)
            first.append(text)
    kept = {first[i] for i in in_order([places[t] for t in first])}
    for text in first:
        count.add("misordered", int(text not in kept), f"{where}: {text!r}")
    return seen


def _gap(count, where, silent, sorry):
    """Messages without an answer, and the apologies that stand where answers would be."""
    due = sum(not m.given_up for m in silent)
    names = ", ".join(repr(m.text) for m in silent)
    count.add("lost", due - sorry, f"{where}: no answer to {due - sorry} of {names}")
    count.add("doubled", sorry - len(silent), f"{where}: {sorry} apologies for [{names}]")


def _answers(count, talk, apologies):
    wanted = [text for m in talk.said for text in m.answers]
    owner = {text: i for i, m in enumerate(talk.said) for text in m.answers}
    plain = [t for t in talk.heard if t not in apologies]
    seen = each_once(count, talk.name, wanted, plain)
    for m in talk.said:
        missing = [t for t in m.answers if t not in seen]
        if 0 < len(missing) < len(m.answers):
            count.add("lost", len(missing), f"{talk.name}: of {m.text!r}: {missing}")
    answered = {owner[t] for t in seen}
    at, sorry = -1, 0
    for text in talk.heard:
        if text in apologies:
            sorry += 1
        elif owner.get(text, -1) > at:
            between = range(at + 1, owner[text])
            _gap(count, talk.name,
                 [talk.said[i] for i in between if i not in answered], sorry)
            at, sorry = owner[text], 0
    rest = range(at + 1, len(talk.said))
    _gap(count, talk.name, [talk.said[i] for i in rest if i not in answered], sorry)


def _with_agent(count, talk, apologies):
    there = each_once(count, f"{talk.name}, at the agent", [m.text for m in talk.said],
                      talk.at_agent)
    sorry = sum(t in apologies for t in talk.heard)
    seen = each_once(count, f"{talk.name}, by the agent", talk.by_agent,
                     [t for t in talk.heard if t not in apologies])
    for text in talk.by_agent:
        count.add("lost", int(text not in seen), f"{talk.name}, by the agent: {text!r}")
    absent = [m for m in talk.said if m.text not in there]
    due = sum(not m.given_up for m in absent)
    count.add("lost", due - sorry, f"{talk.name}: not at the agent, and he was told {sorry} "
              f"times: {[m.text for m in absent]}")
    count.add("unknown", sorry - len(absent),
              f"{talk.name}: the agent has what the user was told was not delivered")


def judge(talk, apologies=()):
    """apologies: texts that may stand in place of an answer; none: all must be answered."""
    count = Count()
    if any(m.answers for m in talk.said) and (talk.at_agent or talk.by_agent):
        raise ValueError("a conversation is with the bot or with an agent")
    if talk.at_agent or talk.by_agent or any(not m.answers for m in talk.said):
        _with_agent(count, talk, apologies)
    else:
        _answers(count, talk, apologies)
    return count
