#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two bots on one host: a virtual host each, and folders of their own."""

import os
import secrets
import shutil

from support import conf, proc, tap
from support.phone import answers
from support.stack import ROADS, TOP, Stack
from support.tap import eq, ok
from support.twilio import Twilio, fresh_number

SORRY = {"en": "Please, reformulate your question.",
         "es": "Por favor, escribe tu pregunta con otras palabras."}
SNIPPETS = {"proxy": "botline-proxy-fcgi.conf", "fcgid": "botline-fcgid.conf",
            "cgi": "botline-cgi.conf"}


class Neighbour:
    """A second bot behind the Apache of a stack: its own root, account, language, folders."""

    def __init__(self, s, **keys):
        self.s, self.keys = s, keys
        self.port, self.token = proc.free_port(), secrets.token_hex(16)
        self.child = None

    def make(self):
        """Its folders; the lines of its virtual host."""
        s, self.root = self.s, self.s.path("root2")
        shutil.copytree(s.path("root"), self.root)
        for name in ("store2", "state2"):
            os.mkdir(s.path(name), 0o700)
            s.user.own(s.path(name))
        conf.write(os.path.join(self.root, "conf/custom"), {
            **s.keys(),
            "twilio.credentials.auth_token": self.token,
            "twilio.webhook_url": f"http://127.0.0.1:{self.port}/botline",
            "conversation.default.lang": "es",
            "store.path": s.path("store2"), "store.state_path": s.path("state2"), **self.keys},
            s.user)
        os.chmod(os.path.join(self.root, "conf/custom"), 0o755)
        define = {"proxy": ("BOTLINE_SOCKET", self.socket())}.get(
            s.road, ("BOTLINE_ROOT", self.root))
        return (f"</VirtualHost>\nListen 127.0.0.1:{self.port}\nDefine {define[0]} {define[1]}\n"
                f"<VirtualHost 127.0.0.1:{self.port}>\n"
                f"Include {os.path.join(TOP, 'apache', SNIPPETS[s.road])}")

    def socket(self):
        return self.s.path("sock/second.sock")

    def start(self, wait=True):
        if self.s.road == "proxy":
            self.child = proc.Child(
                "second", [self.s.path("bin/botline"), "--root", self.root,
                           "--listen", self.socket()],
                self.s.path("log/second.log"), env=self.s.sanitizer_env(),
                prefix=self.s.user.prefix())
            if wait:
                self.child.wait_line(r"event=\"?ready\b", 20)

    def twilio(self):
        return Twilio(self.port, self.s.twilio.sid, self.token, self.s.hidden)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child and self.child.alive():
            self.child.stop()


class Pair(Stack):
    """A stack whose Apache serves the neighbour, too."""

    def __init__(self, road, **keys):
        super().__init__(road)
        self.second = Neighbour(self, **keys)

    def _start_apache(self):
        self.options["extra"] = self.second.make()
        return super()._start_apache()


def on_roads(name):
    def add(case):
        for road in ROADS:
            tap.add(f"{road}: {name}", lambda road=road: case(road))
        return case

    return add


@on_roads("each answers with its own account and in its own language")
def apart(road):
    with Pair(road) as s, s.second as second:
        second.start()
        number, other = fresh_number(), second.twilio()
        s.phone.answer(answers("of the bot"), times=-1)
        eq(s.twilio.say("hello first", number).texts, ["of the bot"])
        eq(other.say("hello second", number).texts, ["of the bot"])
        s.phone.clear_answers()
        s.phone.fault("message", "gateway_timeout", times=-1)
        for _ in range(2):
            eq(s.twilio.say("what is this", number).texts, [SORRY["en"]])
            eq(other.say("y esto", number).texts, [SORRY["es"]])
        # The account of one is not the other's.
        other.token = s.twilio.token
        eq(other.say("forged", number).status, 403)
        for name in ("store2", "state2"):
            ok(os.listdir(s.path(name)), f"{name} is the second's")


@on_roads("the state of another bot is refused, and who owns it is said")
def same_state(road):
    s = Pair(road)
    with s, s.second as second:
        s.phone.answer(answers("of the bot"), times=-1)
        eq(s.twilio.say("hello first").texts, ["of the bot"])
        conf.write(os.path.join(second.root, "conf/custom"),
                   {**s.keys(), "store.path": s.path("store2"),
                    "twilio.credentials.auth_token": second.token,
                    "twilio.webhook_url": f"http://127.0.0.1:{second.port}/botline"},
                   s.user)
        second.start(wait=False)
        if road == "proxy":
            eq(second.child.wait(20), 78)
            said = second.child.log()
        else:
            ok(second.twilio().say("hello second").status >= 500, "it does not answer")
            said = "\n".join(s.said("cannot start"))
        ok("is the folder of another bot, " + os.path.realpath(s.path("root")) in said, said)
        eq(s.twilio.say("hello again").texts, ["of the bot"])


tap.main()
