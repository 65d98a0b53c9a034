# SPDX-License-Identifier: Apache-2.0
"""A talk as it is said on a running stack: who says what, and what is seen of it."""

import collections
import hashlib
import json
import os
import re
import threading
import time

from . import proc
from .acts import ACTS
from .desk import Desk
from .office import Office
from .tap import eq, ok
from .twilio import fresh_number

COMPANY = {"sms": "+34900000001", "whatsapp": "whatsapp:+14155238886"}
COMMANDS = ("show_user_id", "clear_user_session", "clear_cached_appdata")  # the log may name them
EVENTS = {"queues:update", "invitations:new", "invitations:accept", "forever:alone",
          "chats:close", "messages:new", "users:activity", "system:info"}
STREAK = 15  # messages in replies, then they go by REST unless there was a pause
SHARED = {"auth", "refresh", "appdata", "ms.auth", "ms.refresh", "ms.timetable"}  # calls that depend on who spoke before


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


class Saying:
    def __init__(self, talk, stack, channel, patience_s):
        self.talk, self.stack, self.channel = talk, stack, channel
        self.patience_s = patience_s
        self.phone, self.desk = stack.phone, Desk(stack.phone)
        self.office = Office(stack.phone)
        prefix = "whatsapp:" if channel == "whatsapp" else ""
        self.sender = prefix + fresh_number()
        self.last_said = None  # (body, more) of the message that Twilio may repeat
        self.waiting = []  # steps that are not compared yet, with their messages
        self.seen = self.phone.events(999999999)["last"]
        self.heard = collections.Counter()  # of the user at the desk, by chat
        self.rest = {}  # messages by REST that were looked up
        self.shown = 0  # messages that the phone has shown

    # --- the whole ----------------------------------------------------------------------

    def run(self, dead):
        dead += self.stack.dead_letters() + self.talk.dead
        if self.talk.office:
            self.office.reset()
        if self.talk.agents:
            self.desk.reset()
            # Long pauses before a refused event is sent again would only cost time.
            self.desk.set(hooks={"tries": 2, "retry_ms": 50})
            if not self.talk.shakes:
                got = self.desk.handshake(self.stack.hook_secret)
                ok(got["ok"], f"the handshake: {got['status']} {got['why']}")
            if self.stack.road == "fcgid":
                # mod_fcgid keeps a request that finds the process busy for a second.
                for trigger in EVENTS - self.talk.odd:
                    self.desk.odd("delay", trigger, -1, ms=30)
        for step in self.talk.steps:
            self._step(step)
        if self.waiting:
            self._compare()
        if self.talk.agents:
            eq(self.desk.state()["leaks"], [], "credentials in addresses")
        if self.talk.agents or self.talk.office:
            eq(self.stack.dead_letters(), dead, "dead letters")

    def _step(self, step):
        since, sent = self.phone.last(), self._last_event()
        for what, argument in step.arrange:
            getattr(self, "_do_" + what)(argument)
        said = self._act(step) if step.act else self._say(step)
        self.waiting.append((step, said, since, sent))
        if not step.aside:
            self._compare()
        elif said:
            proc.wait_for(lambda: self._is_at_work(step, since), 20, "it is being worked")

    def _say(self, step):
        if step.repeat:
            body, more = self.last_said
        else:
            body, more = step.said, self._with_files(step.more)
            self.sender = more.get("from", self.sender)
            if body not in COMMANDS:
                self.hide(body)
        said = Said(self.phone, body, self.channel, {"from": self.sender, **more})
        if not step.aside:
            self.last_said = body, {**more, "repeat": said.result()["sid"]}
        return said

    def _is_at_work(self, step, since):
        """The bot is asked, or somebody else where no answer of the bot is expected."""
        calls = {c["call"] for c in self.phone.calls(since)}
        dictated = any(what == "answer" for what, _ in step.arrange)
        return "message" in calls if dictated else calls - SHARED

    def _with_files(self, more):
        """A medium that is a file of the sandbox's pages has its address."""
        media = [{"url": f"{self.phone.base}/phone/{m['file']}", **m} if "file" in m else m
                 for m in more.get("media", ())]
        return {**more, "media": media} if media else more

    def _act(self, step):
        agent, what, argument = step.act
        statuses = ACTS[what](self, agent, argument, step.more)
        for status in statuses or ():
            eq(status, step.status, f"{step.where}: the connector answers")

    def hide(self, text):
        if len(text.strip()) >= 6:
            self.stack.hidden.append(text)

    # --- what is said of ----------------------------------------------------------------

    @property
    def person(self):
        """As HyperChat knows the user."""
        return "twilio-{}-{}".format(*(a.replace(":+", "").replace("+", "")
                                       for a in (COMPANY[self.channel], self.sender)))

    def chat(self):
        """The newest chat of this person."""
        return self.desk.chat_of(self.person)

    def _names(self):
        """Ids that the talk calls by a name."""
        chats = self.desk.chats(self.person) if self.talk.agents else []
        user = chats[-1]["creator"] if chats else ""
        chat = chats[-1]["id"] if chats else ""
        tickets = self.office.state()["tickets"] if self.talk.office else []
        ticket = tickets[-1] if tickets else {"id": "", "full_uuid": ""}
        return {"$CHAT": chat, "$USER": user, "$PERSON": self.person,
                "$PHONES": self.person.removeprefix("twilio-"),
                "$TICKET": str(ticket["id"]), "$NUMBER": ticket["full_uuid"],
                "$PHONE": self.sender.removeprefix("whatsapp:")}

    def filled(self, text):
        for name, value in self._names().items():
            text = text.replace(name, value)
        return re.sub(r'"\$NOW(-\d+)?"', lambda m: str(int(time.time()) + int(m[1] or 0)), text)

    def filled_all(self, o):
        return json.loads(self.filled(json.dumps(o)))

    def _named(self, value, names):
        """What was got, with names for ids, and without the moment."""
        if isinstance(value, dict):
            return {k: "$TIME" if k == "created" else self._named(v, names)
                    for k, v in value.items()}
        if isinstance(value, list):
            return [self._named(v, names) for v in value]
        return names.get(value, value) if isinstance(value, str) and value else value

    # --- comparing ----------------------------------------------------------------------

    def _last_event(self):
        return self.desk.last_event() if self.talk.agents else 0

    def _compare(self):
        waiting, self.waiting = self.waiting, []
        results = [said.result() if said else None for _, said, _, _ in waiting]
        for (step, *_), got in zip(waiting, results):
            if got is not None:
                eq(got.get("fault"), None, f"{step.where}: Twilio finds no fault")
        self.stack.settle(self.patience_s)
        step, _, since, _ = waiting[-1]
        want = [[self._ticket_named(text), media]
                for s, *_ in waiting for text, media in s.shown[self.channel]]
        sids = [got["sid"] for got in results if got is not None]
        eq(self._shown(sids), want, f"{step.where}: the phone shows")
        if self.talk.agents:
            want = [m for s, *_ in waiting for m in s.shown["desk"]]
            eq(self._at_desk(), want, f"{step.where}: the desk shows")
            self._compare_events(step, waiting[0][3])
        self._compare_calls(step, since)
        for s, *_ in waiting:
            self._compare_looks(s)
        arranged = [words for s, *_ in waiting for what, words in s.arrange if what == "trouble"]
        if any("-1" in words for words in arranged):
            self.phone.clear_faults()

    def _shown(self, sids):
        """What the phone has shown since the last time, in its order."""
        events = self.phone.events(self.seen)
        self.seen = events["last"]
        shown = [e for e in events["events"]
                 if e["kind"] == "in" and e.get("from") == self.sender]
        self.shown += len(shown)
        if not any(e.get("rest") for e in shown):
            # Of replies that end in the same moment the web server decides which is first.
            shown.sort(key=lambda e: sids.index(e["in_reply_to"]))
        return [[self._own_links(e["body"]),
                 self._by_rest(e["sid"]) if e.get("rest") else e["media"]] for e in shown]

    def _ticket_named(self, text):
        """What is to be shown, with the newest ticket's number where it is called for."""
        if not self.talk.office or "$" not in text:
            return text
        names = self._names()
        for name in ("$TICKET", "$NUMBER"):
            text = text.replace(name, names[name])
        return text

    def _own_links(self, text):
        text = re.sub(re.escape(self.phone.base) + r"/survey/\?t=[0-9a-f]{32}\b", "$LINK", text)
        return re.sub(re.escape(self.stack.webhook) + r"\?media=[0-9a-f]{32}\b", "$FILE", text)

    def _by_rest(self, sid):
        (m,) = [m for m in self.desk.messages(self.sender) if m["sid"] == sid]
        eq(m["from"], COMPANY[self.channel], "who sends it")
        text = json.dumps(m)
        ok(self.stack.hyper_secret not in text, "no secret of HyperChat goes to Twilio")
        return [self._medium(x) for x in m["x"]["media"]]

    def _medium(self, x):
        """An address; of a file that we serve the name of those bytes."""
        if not x["url"].startswith(self.stack.webhook):
            return x["url"]
        ok(re.fullmatch(re.escape(self.stack.webhook) + r"\?media=[0-9a-f]{32}", x["url"]),
           f"our own address: {x['url']}")
        eq((x["head"], x["status"]), (200, 200), "HEAD and GET of our own address")
        return f"{self._file(x['sha256'])} {x['type']}"

    def _file(self, sha):
        folder = self.stack.path("www")
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as f:
                if hashlib.sha256(f.read()).hexdigest() == sha:
                    return name
        return sha

    def _at_desk(self):
        """What the user has said there since the last time."""
        out = []
        for chat in self.desk.chats(self.person):
            said = [m["message"] for m in chat["messages"] if m["sender"] == chat["creator"]]
            fresh, self.heard[chat["id"]] = said[self.heard[chat["id"]]:], len(said)
            out += [[m, []] if isinstance(m, str) else ["", [self._desk_file(m)]] for m in fresh]
        return out

    def _desk_file(self, m):
        data = self.phone.fetch("/desk/media/" + m["url"].rsplit("/", 1)[1])
        return f"{self._file(hashlib.sha256(data).hexdigest())} {m['type']}"

    def _compare_looks(self, step):
        """What Messenger holds: of an object the members that are wanted."""
        for what, argument, wanted in step.looks:
            got = self.office.look(what, argument)
            if isinstance(got, dict) and isinstance(wanted, dict):
                got = {k: v for k, v in got.items() if what == "answers" or k in wanted}
            eq(got, self.filled_all(wanted), f"{step.where}: Messenger's {what}")

    def _compare_events(self, step, since):
        odd = {e["trigger"]: e["status"] for e in self.desk.sent(since)
               if e["odd"] != "drop" and e["status"] != step.status}
        eq(odd, {}, f"{step.where}: events answered otherwise than {step.status}")

    def _compare_calls(self, step, since):
        wanted = {n: len(b) for n, b in step.bodies.items()} | (step.calls or {})

        def all_there():
            count = collections.Counter(c["call"] for c in self.phone.calls(since))
            return all(count[n] >= k for n, k in wanted.items())

        # What is told to the bot after the answer is in nobody's queue.
        if not all_there():
            try:
                proc.wait_for(all_there, 3, "calls")
            except proc.Timeout:
                pass  # what is missing is said below
        calls = self.phone.calls(since)
        if step.calls is not None:
            count = collections.Counter(c["call"] for c in calls)
            free = SHARED | ({"tw.messages.create"} if self.shown > STREAK else set())
            names = ({*count, *step.calls} - free) | {*step.calls}
            eq({n: count[n] for n in names}, {n: step.calls.get(n, 0) for n in names},
               f"{step.where}: calls")
        names = {v: k for k, v in self._names().items()} if step.bodies else {}
        for name, want in step.bodies.items():
            got = [c["body"] or c["query"] for c in calls if c["call"] == name]
            got = [json.loads(b) if isinstance(b, str) and b else b for b in got]
            eq(self._named(got, names), want, f"{step.where}: what {name} was told")

    # --- arranging ----------------------------------------------------------------------

    def _do_answer(self, argument):
        response, status = argument
        self.phone.answer(response, status=status)

    def _do_trouble(self, words):
        """~ CALL FAULT, ~ EVENT WAY, ~ twilio CODE"""
        name, what, *figures = words
        times = int(figures[0]) if figures else 1
        ms = {"ms": int(figures[1])} if len(figures) > 1 else {}
        if name == "twilio":
            self.desk.outcome(to=self.sender, code=int(what), times=times)
        elif ":" in name:
            self.desk.odd(what, name, times, **ms)
        elif what.isdigit():
            self.phone.fault(name, "status", times, status=int(what))
        else:
            self.phone.fault(name, what, times, **ms)

    def _do_state(self, words):
        what, *argument = words
        if what == "expire":
            self.phone.expire(argument[0])
        elif what == "token_ttl":
            self.phone.token_ttl(int(argument[0]))
        elif what == "forget":
            self._forget(*argument)
        elif what == "appdata":
            self.phone.appdata(json.loads(argument[0]) if argument else None)
        else:
            raise ValueError(f"no such state: {what}")

    def _forget(self, what="caches"):
        if what == "conversations":
            # As after the loss of the machine's folder for temporary files.
            for path in self.stack.sessions():
                os.unlink(path)
            return
        # What the guide tells an operator to do when the bot is silent.
        for name in os.listdir(self.stack.path("store")):
            if name.startswith(("cached-accesstoken-", "cached-appdata-", "cached-cm-data-")):
                os.unlink(self.stack.path("store", name))
