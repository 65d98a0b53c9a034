# SPDX-License-Identifier: Apache-2.0
"""Conversations as data files; conversations/README says how they are written."""

import json
import os
import re

from .acts import ACTS
from .saying import Saying

CHANNELS = ("sms", "whatsapp")


class Step:
    """One thing that is said or done, and what belongs to it."""

    def __init__(self, sign, where):
        self.where = where
        self.said = self.act = None  # act: (agent or None, what, argument)
        self.repeat, self.aside = sign == ">>", "&" in sign
        self.arrange = []  # (what, argument), done before it is said
        self.more = {}  # members of the request beside the text
        self.shown = {c: [] for c in (*CHANNELS, "desk")}  # [text, [medium…]]
        self.calls = None  # {"message": 1} or None: not compared
        self.bodies = {}  # by call, as they were got
        self.looks = []  # (what, argument, wanted) of Messenger
        self.status = 200  # what the connector answers events with


class Talk:
    def __init__(self, name, text):
        self.name = name
        self.channels, self.conf, self.steps = ("sms",), {}, []
        self.agents = self.office = False
        self.dead = 0
        self.title = ""
        self._parse(text.split("\n"))
        if not self.steps:
            raise ValueError(f"{name}: nothing is said")
        self.shakes = any(s.act and s.act[1] == "handshake" for s in self.steps)
        self.odd = {words[0] for s in self.steps for what, words in s.arrange
                    if what == "trouble" and ":" in words[0]}
        # What app data says is cached longer than a conversation lasts, and a secret is
        # kept for good.
        self.private = self.shakes or any(w[0] == "appdata" for s in self.steps
                                          for what, w in s.arrange if what == "state")

    def _parse(self, lines):
        i = 0
        while i < len(lines):
            line, where = lines[i], f"{self.name}:{i + 1}"
            i += 1
            if not line.strip():
                continue
            if line.startswith("#"):
                self.title = self.title or line.lstrip("# ").rstrip(".")
                continue
            sign, text = re.match(r"(\S+) ?(.*)$", line).groups()
            more = []
            while i < len(lines) and re.match(r"[|\t ]", lines[i]):
                more.append(lines[i])
                i += 1
            try:
                self._line(sign, text, more, where)
            except (ValueError, KeyError, IndexError) as e:
                raise ValueError(f"{where}: {e}: {line}") from None

    @staticmethod
    def _text(text, more):
        if text.startswith('"') and not more:
            return json.loads(text)
        return "\n".join([text] + [re.sub(r"^\| ?", "", m) for m in more])

    def _line(self, sign, text, more, where):
        if sign == "channels:":
            self.channels = tuple(text.split())
        elif sign == "agents:":
            self.agents = True
        elif sign == "office:":
            self.office = True
        elif sign == "dead:":
            self.dead = int(text)
        elif sign == "conf:":
            key, _, value = text.partition("=")
            self.conf[key.strip()] = json.loads(value)
        elif sign in (">", ">>", ">&"):
            self.steps.append(Step(sign, where))
            if sign != ">>":
                self.steps[-1].said = self._text(text, more)
        elif sign == "?":
            self.steps[-1].looks.append(self._look("\n".join([text, *more])))
        elif sign[0] == "*":
            self._act(sign, text, more, where)
        elif sign[0] == "<":
            self._shown(sign, text, more)
        elif sign == "+":
            self.steps[-1].more.update(json.loads("\n".join([text, *more])))
        elif sign == "=":
            text = "\n".join([text, *more])
            status, rest = re.match(r"(\d{3})? ?(.*)$", text, re.S).groups()
            self.steps[-1].arrange.append(("answer", (json.loads(rest), int(status or 200))))
        elif sign == "~":
            self.steps[-1].arrange.append(("trouble", text.split()))
        elif sign == "@":
            self.steps[-1].arrange.append(("state", text.split(maxsplit=1)))
        elif sign == "!":
            words = text.split()
            self.steps[-1].calls = dict(zip(words[::2], map(int, words[1::2])))
        elif sign[0] == "^":
            text = "\n".join([text, *more])
            self.steps[-1].bodies.setdefault(sign[1:] or "message", []).append(json.loads(text))
        else:
            raise ValueError("no such sign")

    @staticmethod
    def _look(text):
        what, argument, wanted = re.match(r"(\S+)(?: ([^\s{\[\"]+@\S+))? (.*)$", text, re.S).groups()
        return what, argument, json.loads(wanted)

    def _act(self, sign, text, more, where):
        status = re.match(r"\*(\d{3})?&?$", sign)[1]
        agent, what, argument = re.match(r"(?:(A\d+) )?(\S+) ?(.*)$", text).groups()
        if what not in ACTS:
            raise ValueError("nothing that happens at the desk")
        step = Step(sign, where)
        step.status = int(status or 200)
        step.act = agent, what, self._text(argument, more)
        self.steps.append(step)

    def _shown(self, sign, text, more):
        place = sign[1:].removesuffix("+")
        for shown in [self.steps[-1].shown[c] for c in ([place] if place else CHANNELS)]:
            if not sign.endswith("+"):
                shown.append([self._text(text, more), []])
            elif place == "desk":
                shown.append(["", [text]])  # a message of its own there
            else:
                shown[-1][1].append(text)

    def run(self, stack, channel, dead=0, patience_s=20):
        """Says it all on a running stack, from a number of its own.

        dead: how many letters it leaves; patience_s: for what is on its way after a line
        """
        Saying(self, stack, channel, patience_s).run(dead)


def load(folder):
    """All talks of a folder; those of one configuration stand together."""
    talks = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".talk"):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                talks.append(Talk(name.removesuffix(".talk"), f.read()))
    return sorted(talks, key=lambda t: (t.agents, t.office, json.dumps(t.conf, sort_keys=True)))


class Roomful:
    """The stack that the next talks need: kept while road and configuration stay."""

    def __init__(self, make):
        self.make, self.stack, self.what = make, None, None

    def get(self, road, keys, **options):
        what = (road, json.dumps([keys, options], sort_keys=True))
        if what != self.what:
            self.close()
            self.stack = self.make(road, keys, **options)
            self.stack.__enter__()
            self.what = what
        return self.stack

    def close(self, judge=True):
        stack, self.stack, self.what = self.stack, None, None
        if stack is not None:
            stack.stop(judge)
