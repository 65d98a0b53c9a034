# SPDX-License-Identifier: Apache-2.0
"""The sandbox's own interface: what the page says and what tests arrange."""

import json
import urllib.error
import urllib.request


def answer(text, kind="answer", **more):
    """An answer as the bot sends it."""
    return {"type": kind, "message": text, "messageList": [text], **more}


def answers(*texts):
    """A whole response of the bot: texts, or answers made by answer()."""
    return {"answers": [answer(t) if isinstance(t, str) else t for t in texts]}


class Phone:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"

    def call(self, method, path, body=None, timeout_s=60):
        request = urllib.request.Request(
            self.base + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as r:
                text = r.read()
        except urllib.error.HTTPError as e:
            words = e.read().decode("utf-8", "replace")
            raise AssertionError(f"{method} {path}: {e.code} {words}") from None
        return json.loads(text) if text else None

    # --- talking ------------------------------------------------------------------------

    def send(self, body, channel="sms", **more):
        """Says it and waits: {"sid", "status", "ms", "messages", "fault", "twiml", "tries"}.

        "echo TEXT" is answered "You said: TEXT"; see botline-sandbox(1), KNOWLEDGE."""
        return self.call(
            "POST", "/phone/api/send", {"channel": channel, "body": body, "wait": True, **more}
        )

    # --- arranging ----------------------------------------------------------------------

    def answer(self, response, when="*", times=1, status=200):
        self.call("POST", "/sandbox/answer",
                  {"when": when, "response": response, "status": status, "times": times})

    def fault(self, call, fault, times=1, **more):
        self.call("POST", "/sandbox/fault",
                  {"call": call, "fault": fault, "times": times, **more})

    def chance(self, call, share, kinds, seed=1, **more):
        """A share (0.2) of the calls goes wrong in one of these kinds, until clear_faults().
        The same seed does the same to the n-th call of each name. status, ms, reset_s: for
        all kinds that have them."""
        self.call("POST", "/sandbox/fault", {"call": call, "fault": "chance", "share": share,
                                             "kinds": list(kinds), "seed": seed, **more})

    def fault_counts(self):
        """{"message": {"calls": 10, "status": 2}, …} since clear_faults()."""
        return self.call("GET", "/sandbox/fault")["counts"]

    def strict(self, **switches):
        """What Twilio does by itself: opt_out=True, loop_guard=True. Off unless the stack
        is started with strict=True."""
        self.call("POST", "/sandbox/twilio", switches)

    def clear_faults(self):
        self.call("DELETE", "/sandbox/fault")

    def clear_answers(self):
        self.call("DELETE", "/sandbox/answer")

    def expire(self, what):
        self.call("POST", "/sandbox/expire", {"what": what})

    def token_ttl(self, seconds):
        self.call("POST", "/sandbox/token_ttl", {"seconds": seconds})

    def appdata(self, results, group="twilio"):
        """What app data answers; None: that there is none."""
        if results is None:
            self.call("DELETE", "/sandbox/appdata")
        else:
            self.call("POST", "/sandbox/appdata", {"group": group, "results": results})

    def calls(self, since=0):
        """What the bot was asked since that number."""
        return self.call("GET", f"/sandbox/calls?since={since}")["calls"]

    def last(self):
        """The number of the latest call, for calls(since)."""
        return self.call("GET", "/sandbox/calls?since=999999999")["last"]

    def events(self, since=0, page=0):
        """What the phones have shown since that number: {"events", "first", "last"}; with
        `page` so many at most, and `last` is where to go on."""
        return self.call("GET", f"/phone/api/events?since={since}&all=1&max={page}")

    def all_events(self, since=0, page=1000):
        """All of them, read in pages; AssertionError when some are not kept any more."""
        while True:
            got = self.events(since, page)
            assert got["first"] <= since + 1, f"events {since + 1} to {got['first'] - 1} are gone"
            yield from got["events"]
            if got["last"] == since or not got["events"]:
                return
            since = got["last"]

    def left(self):
        """Events of HyperChat, messages by REST and callbacks that are on their way."""
        return self.call("GET", "/sandbox/hyperchat?since=999999999")["hooks"]["left"]

    def fetch(self, path):
        """The bytes of a file."""
        with urllib.request.urlopen(self.base + path, timeout=60) as r:
            return r.read()
