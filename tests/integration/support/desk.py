# SPDX-License-Identifier: Apache-2.0
"""The sandbox's HyperChat and Twilio's REST API, as tests arrange and look at them.

    desk = Desk(stack.phone)
    desk.handshake()
    chat = desk.chat_of("twilio-34900000001-34600111222")
    desk.act("accept", chat["id"], agent="A1")
    desk.act("say", chat["id"], text="Good morning")
"""

import json
import urllib.parse
import urllib.request

from . import proc


def hyperchat(stack, method, path, body=None):
    """A call to HyperChat by somebody else who has the application's secret."""
    request = urllib.request.Request(
        f"{stack.phone.base}/hyperchat/v1/{path}", method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"x-hyper-appid": stack.hyper_app, "x-hyper-secret": stack.hyper_secret,
                 "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as r:
        return json.loads(r.read() or b"null")


class Desk:
    def __init__(self, phone):
        self.phone = phone

    # --- arranging ----------------------------------------------------------------------

    def set(self, **what):
        """queue=True, agents=[{...}], replace_agents=True, hooks={...}. An agent who talks
        by himself: auto=True, counts=3 (texts when he has come), echoes=True."""
        self.phone.call("POST", "/sandbox/hyperchat", what)

    def reset(self):
        self.phone.call("DELETE", "/sandbox/hyperchat")

    def handshake(self, secret=None):
        """What the connector answered: {"ok", "status", "echo", "secret", …}."""
        body = {} if secret is None else {"secret": secret}
        return self.phone.call("POST", "/sandbox/hyperchat/handshake", body)

    def odd(self, way, trigger="*", times=1, **more):
        """The next events go wrong: twice, delay, forged, unsigned, other_app, drop."""
        self.phone.call("POST", "/sandbox/hyperchat/odd",
                        {"odd": way, "trigger": trigger, "times": times, **more})

    def event(self, trigger=None, data=None, **more):
        """One event by hand: {"statuses", "body", "signature"}."""
        body = {"trigger": trigger, "data": data, **more}
        return self.phone.call("POST", "/sandbox/hyperchat/event",
                               {k: v for k, v in body.items() if v is not None})

    def outcome(self, **what):
        """What becomes of the next message by REST: to=, code=, statuses=, times=…; with
        reply=True of the next one in a TwiML reply."""
        self.phone.call("POST", "/sandbox/twilio", what)

    def list_lag(self, ms):
        """A message is in Twilio's own list only so much later."""
        self.phone.call("POST", "/sandbox/twilio", {"list_lag_ms": ms})

    # --- an agent -----------------------------------------------------------------------

    def act(self, what, chat=None, **more):
        body = {"do": what, **more}
        if chat is not None:
            body["chat"] = chat
        return self.phone.call("POST", "/desk/api/act", body)

    def count(self, chat, texts, ms=0, text="Agent text", **more):
        """The agent says "TEXT 1 of N", …; quiet() waits for the last one, too."""
        self.act("count", chat, texts=texts, ms=ms, text=text, **more)

    # --- looking ------------------------------------------------------------------------

    def state(self, since=0):
        return self.phone.call("GET", f"/sandbox/hyperchat?since={since}")

    def chats(self, external_id=None):
        """All chats, or those of a user, oldest first."""
        return [c for c in self.state()["chats"]
                if external_id in (None, c.get("user", {}).get("externalId"))]

    def chat_of(self, external_id=None, timeout_s=10):
        """The newest chat of a user, as soon as there is one."""
        def look():
            found = self.chats(external_id)
            return found[-1] if found else None
        return proc.wait_for(look, timeout_s, f"a chat of {external_id}")

    def said(self, chat, by=None):
        """Contents of a chat's messages, in order: texts, or {"url","type","name"}."""
        (found,) = [c for c in self.state()["chats"] if c["id"] == chat]
        return [m["message"] for m in found["messages"] if by in (None, m["sender"])]

    def sent(self, since=0, trigger=None):
        """Events that were sent: {"n", "trigger", "chat", "body", "tries", "status"…}."""
        return [e for e in self.state(since)["hooks"]["sent"]
                if trigger in (None, e["trigger"])]

    def last_event(self):
        """The number of the latest event, for sent(since)."""
        return self.state(999999999)["hooks"]["last"]

    def quiet(self, timeout_s=20):
        """Waits until no event, message or callback is on its way."""
        proc.wait_for(lambda: self.state()["hooks"]["left"] == 0, timeout_s,
                      "everything has been sent")

    def messages(self, to=None, direction="outbound-api", since=None):
        """Messages by Twilio's REST API, oldest first, each with its "x"; x.n for since."""
        query = urllib.parse.urlencode(
            {k: v for k, v in (("to", to), ("direction", direction), ("since", since))
             if v is not None})
        return self.phone.call("GET", "/sandbox/twilio?" + query)["messages"]
