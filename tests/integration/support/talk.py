# SPDX-License-Identifier: Apache-2.0
"""Conversations as data files; conversations/README says how they are written."""

import collections
import json
import os
import re
import threading

from .proc import wait_for
from .tap import eq
from .twilio import fresh_number

CHANNELS = ("sms", "whatsapp")
COMMANDS = ("show_user_id", "clear_user_session", "clear_cached_appdata")  # the log may name them


class Step:
    """One thing that is said and what belongs to it."""

    def __init__(self, said, sign, where):
        self.said, self.where = said, where
        self.repeat, self.aside = sign == ">>", sign == ">&"
        self.arrange = []  # (what, argument), done before it is said
        self.more = {}  # members of the phone's request beside the text
        self.shown = {c: [] for c in CHANNELS}  # [text, [medium…]]
        self.calls = None  # {"message": 1} or None: not compared
        self.bodies = {}  # by call, as the bot got them


class Said(threading.Thread):
    """A message on its way."""

    def __init__(self, phone, body, channel, more):
        super().__init__(daemon=True)
        self.send = lambda: phone.send(body, channel, **more, parallel=True)
        self.got = self.trouble = None
        self.start()

    def run(self):
        try:
            self.got = self.send()
        except Exception as e:  # told to the thread that waits for it
            self.trouble = e

    def result(self):
        self.join()
        if self.trouble:
            raise self.trouble
        return self.got


class Talk:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path).removesuffix(".talk")
        self.channels, self.conf, self.steps = ("sms",), {}, []
        self.title = ""
        with open(path, encoding="utf-8") as f:
            self._parse(f.read().split("\n"))
        if not self.steps:
            raise ValueError(f"{path}: nothing is said")
        # What app data says is cached longer than a conversation lasts.
        self.private = any(w[0] == "appdata" for s in self.steps
                           for what, w in s.arrange if what == "state")

    # --- reading ------------------------------------------------------------------------

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
        elif sign == "conf:":
            key, _, value = text.partition("=")
            self.conf[key.strip()] = json.loads(value)
        elif sign in (">", ">>", ">&"):
            said = self._text(text, more) if sign != ">>" else None
            self.steps.append(Step(said, sign, where))
        elif sign[0] == "<":
            channel = sign[1:].removesuffix("+")
            for shown in [self.steps[-1].shown[c] for c in ([channel] if channel else CHANNELS)]:
                if sign.endswith("+"):
                    shown[-1][1].append(text)
                else:
                    shown.append([self._text(text, more), []])
        elif sign == "+":
            self.steps[-1].more.update(json.loads("\n".join([text, *more])))
        elif sign == "=":
            text = "\n".join([text, *more])
            status, rest = re.match(r"(\d{3})? ?(.*)$", text, re.S).groups()
            self.steps[-1].arrange.append(("answer", (json.loads(rest), int(status or 200))))
        elif sign == "~":
            self.steps[-1].arrange.append(("fault", text.split()))
        elif sign == "@":
            self.steps[-1].arrange.append(("state", text.split(maxsplit=1)))
        elif sign == "!":
            words = text.split()
            self.steps[-1].calls = dict(zip(words[::2], map(int, words[1::2])))
        elif sign[0] == "^":
            self.steps[-1].bodies.setdefault(sign[1:] or "message", []).append(json.loads(text))
        else:
            raise ValueError("no such sign")

    # --- running ------------------------------------------------------------------------

    def run(self, stack, channel):
        """Says it all on a running stack, from a number of its own."""
        sender, sid, aside = fresh_number(), None, []
        if channel == "whatsapp":
            sender = "whatsapp:" + sender
        for step in self.steps:
            since = stack.phone.last()
            for what, argument in step.arrange:
                getattr(self, "_do_" + what)(stack, argument)
            if step.repeat:
                more = {**more, "repeat": sid}
            else:
                body, more = step.said, step.more
                if len(body.strip()) >= 6 and body not in COMMANDS:
                    stack.hidden.append(body)
            said = Said(stack.phone, body, channel, {"from": sender, **more})
            if step.aside:
                wait_for(lambda: self._asked(stack, since), 20, "the bot is asked")
                aside.append((step, said))
                continue
            sid = self._compare_shown(step, channel, said.result())
            self._compare_calls(step, stack.phone.calls(since))
        for step, said in aside:
            self._compare_shown(step, channel, said.result())

    @staticmethod
    def _asked(stack, since):
        return any(c["call"] == "message" for c in stack.phone.calls(since))

    @staticmethod
    def _compare_shown(step, channel, got):
        shown = [[m["body"], m["media"]] for m in got["messages"]]
        eq(got.get("fault"), None, f"{step.where}: Twilio finds no fault")
        eq(shown, step.shown[channel], f"{step.where}: the phone shows")
        return got["sid"]

    @staticmethod
    def _compare_calls(step, calls):
        if step.calls is not None:
            count = collections.Counter(c["call"] for c in calls)
            # These are everybody's: whether they are asked for depends on who spoke before.
            shared = {"auth", "refresh", "appdata"}
            names = ({*count, *step.calls} - shared) | {*step.calls}
            eq({n: count[n] for n in names}, {n: step.calls.get(n, 0) for n in names},
               f"{step.where}: calls of the bot")
        for name, wanted in step.bodies.items():
            bodies = [c["body"] for c in calls if c["call"] == name]
            eq([json.loads(b) if isinstance(b, str) else b for b in bodies], wanted,
               f"{step.where}: what the bot was told by {name}")

    @staticmethod
    def _do_answer(stack, argument):
        response, status = argument
        stack.phone.answer(response, status=status)

    @staticmethod
    def _do_fault(stack, words):
        call, fault, *figures = words
        ms = {"ms": int(figures[1])} if len(figures) > 1 else {}
        stack.phone.fault(call, fault, int(figures[0]) if figures else 1, **ms)

    @staticmethod
    def _do_state(stack, words):
        what, *argument = words
        if what == "expire":
            stack.phone.expire(argument[0])
        elif what == "token_ttl":
            stack.phone.token_ttl(int(argument[0]))
        elif what == "forget":
            # What the guide tells an operator to do when the bot is silent.
            for name in os.listdir(stack.path("store")):
                if name.startswith(("cached-accesstoken-", "cached-appdata-")):
                    os.unlink(stack.path("store", name))
        elif what == "appdata":
            stack.phone.appdata(json.loads(argument[0]) if argument else None)
        else:
            raise ValueError(f"no such state: {what}")


def load(folder):
    """All talks of a folder; those of one configuration stand together."""
    talks = [Talk(os.path.join(folder, n)) for n in sorted(os.listdir(folder))
             if n.endswith(".talk")]
    return sorted(talks, key=lambda t: json.dumps(t.conf, sort_keys=True))


class Roomful:
    """The stack that the next talks need: kept while road and configuration stay."""

    def __init__(self, make):
        self.make, self.stack, self.what = make, None, None

    def get(self, road, keys):
        what = (road, json.dumps(keys, sort_keys=True))
        if what != self.what:
            self.close()
            self.stack = self.make(road, keys)
            self.stack.__enter__()
            self.what = what
        return self.stack

    def close(self, judge=True):
        stack, self.stack, self.what = self.stack, None, None
        if stack is not None:
            stack.stop(judge)
