# SPDX-License-Identifier: Apache-2.0
"""A stack for files: Twilio and HyperChat are reached through a server of ours (relay), which
keeps the files and notes who asks for what with which credentials; all else it passes on to
the sandbox. Another one (trap) is a host that nobody has any business with.
"""

import os
import threading
import time

from . import proc, tap
from .customer import Customer
from .desk import Desk
from .peer import Peer, login
from .stack import ACCOUNT_SID, Stack
from .tap import eq, ok

MAX_BYTES, TTL_S = 6 << 20, 60
MARK = b"no-trace-of-this-is-left-behind"  # in every file


def png(more=b""):
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + MARK + more


def jpeg(more=b""):
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0" + MARK + more


def pdf(more=b""):
    return b"%PDF-1.4\n" + MARK + more


PNG, JPEG, PDF, GIF, OGG = png(), jpeg(), pdf(), b"GIF89a" + MARK, b"OggS" + MARK
AVI = b"RIFF\0\0\0\0AVI " + MARK
HTML = b"<!DOCTYPE html><script>alert(1)</script>" + MARK


class House:
    def __init__(self, road="proxy"):
        self.road, self.stack = road, None
        self.relay = self.trap = None
        self.beside = {}

    def start(self):
        s = self.stack = Stack(self.road, start=False)
        self.trap = Peer()
        s.__enter__()
        self.relay = Peer(forward=f"http://127.0.0.1:{s.sandbox_port}")
        s.extra_keys.update({
            **s.chat_keys(),
            "chat.chat.server": self.relay.base + "/hyperchat",
            "twilio.api_url": self.relay.base + "/twilio",
            "chat.reorder_ms": 100,
            "media.max_bytes": MAX_BYTES,
            "media.ttl_s": TTL_S,
        })
        s.configure()
        if self.road == "proxy":
            s.start_botline()
        self.desk = Desk(s.phone)
        ok(self.desk.handshake()["ok"], "the handshake")
        self.desk.set(replace_agents=True,
                      agents=[{"id": "A1", "name": "Ada", "slots": 1000}])

    def customer(self, channel="whatsapp"):
        """Somebody in a chat with an agent."""
        return Customer(self.stack, self.desk, channel).open_chat()

    def close(self, judge=False):
        stack, self.stack = self.stack, None
        for peer in (self.relay, self.trap):
            if peer and stack:
                peer.close()
        if stack:
            stack.stop(judge)

    # --- what never ends, beside the tests ------------------------------------------------

    def begin(self, name, fn):
        """Runs it while the tests go on; ended() gives its result."""
        box = {"began": time.monotonic()}

        def run():
            try:
                box["result"] = fn()
            except BaseException as e:  # told to the test that asks
                box["trouble"] = e
            box["took_s"] = time.monotonic() - box["began"]

        box["thread"] = threading.Thread(target=run, daemon=True)
        self.beside[name] = box
        box["thread"].start()

    def ended(self, name, timeout_s=150):
        box = self.beside[name]
        box["thread"].join(max(1, box["began"] + timeout_s - time.monotonic()))
        ok(not box["thread"].is_alive(), f"{name} has not ended")
        tap.note(f"{name}: {box['took_s']:.0f} s")
        if "trouble" in box:
            raise box["trouble"]
        return box["result"]

    # --- what all files have in common -----------------------------------------------------

    def add_last_tests(self):
        tap.add("logins went to their owners' own addresses only, and secrets to nobody else",
                self.credentials)
        tap.add("no phone, nothing at Twilio and no log ever saw HyperChat's credentials",
                self.nothing_shown)
        tap.add("no file is left behind, by name or open", self.no_trace)
        tap.add("the process is the one it was, answers, and its logs are clean", self.alive)

    def credentials(self):
        s = self.stack
        eq(self.trap.seen, [], "what the other host was asked")
        twilio = login(ACCOUNT_SID, s.auth_token)
        for a in self.relay.asked():
            text = repr(a)
            if a.path.startswith("/hyperchat/"):
                ok(s.auth_token not in text and twilio not in text, f"Twilio's login: {a}")
                ok(s.hyper_secret not in a.path and s.hyper_app not in a.path, a.path)
            else:
                ok(s.hyper_secret not in text and s.hyper_app not in text,
                   f"HyperChat's: {a}")
                ok(s.auth_token not in a.path, a.path)
                if not a.path.startswith(f"/twilio/2010-04-01/Accounts/{ACCOUNT_SID}/"):
                    ok("Authorization" not in a.headers, f"a login for {a.path}")
        eq(self.desk.state()["leaks"], [], "credentials in addresses")

    def nothing_shown(self):
        s = self.stack
        seen = repr(self.desk.messages(direction=None)) + \
            repr(s.phone.call("GET", "/phone/api/events?all=1"))
        for secret in (s.hyper_secret, s.hyper_app, s.auth_token, s.api_key, "/hyperchat"):
            ok(secret not in seen, f"{secret} was shown")
        for name in ("botline.log", "apache.log"):
            with open(s.path("log", name), encoding="utf-8", errors="replace") as f:
                text = f.read()
            ok(s.hyper_secret not in text and s.hyper_app not in text, f"{name} tells")

    def traces(self):
        """Files below our folders that hold a file's bytes, and unnamed ones still open."""
        s, found = self.stack, []
        for top in (s.path("store"), s.path("state")):
            for folder, _, names in os.walk(top):
                if os.path.basename(folder) == "handout":
                    continue  # agents' files, for their time
                for name in names:
                    with open(os.path.join(folder, name), "rb") as f:
                        if MARK in f.read():
                            found.append(os.path.join(folder, name))
        for fd in os.listdir(f"/proc/{s.botline.pid}/fd"):
            try:
                to = os.readlink(f"/proc/{s.botline.pid}/fd/{fd}")
            except FileNotFoundError:
                continue  # closed meanwhile
            if to.endswith("(deleted)") or "/#" in to:
                found.append(to)
        return found

    def no_trace(self):
        try:
            proc.wait_for(lambda: not self.traces(), 20, "all is closed")
        except proc.Timeout:
            eq(self.traces(), [])

    def alive(self):
        s = self.stack
        ok(s.botline.alive(), "it has ended")
        eq(len([x for x in s.log() if "event=ready" in x]), 1, "starts")
        ok(s.twilio.say("hello there").texts, "the bot answers")
        self.close(judge=True)
