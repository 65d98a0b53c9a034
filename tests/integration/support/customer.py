# SPDX-License-Identifier: Apache-2.0
"""A person with a phone who talks to an agent: what he sends goes by signed webhooks, what
he hears comes in their replies or by Twilio's REST API."""

from . import proc
from .tap import eq, ok
from .twilio import fresh_number, fresh_sid

ASKS, AGREES = "my phone broke", "yes"
CONNECTING = "I will try to connect you with an agent. Please wait."
JOINED = "Agent {} has joined the conversation."
LAST_WORD = "and that was all"


class Customer:
    def __init__(self, stack, desk, channel="whatsapp"):
        self.stack, self.desk = stack, desk
        prefix = "whatsapp:" if channel == "whatsapp" else ""
        self.digits = fresh_number()
        self.number, self.ours = prefix + self.digits, prefix + "+34900000000"
        self.told = []  # texts of replies since the chat is open
        self.chat = self.user = None

    # --- the phone ----------------------------------------------------------------------

    def send(self, text="", files=(), sid=None):
        """One message; files: (url, claimed type). The texts of its reply."""
        sid = sid or (fresh_sid() if not files else "MM" + fresh_sid()[2:])
        more = {"NumMedia": str(len(files))}
        for i, (url, claimed) in enumerate(files):
            more[f"MediaUrl{i}"], more[f"MediaContentType{i}"] = url, claimed
        fields = self.stack.twilio.fields(text, self.number, sid, self.ours, **more)
        texts = self.stack.twilio.post(fields, timeout_s=60).texts
        self.told += texts
        return texts

    def rest(self):
        """Messages he got by the REST API, oldest first."""
        return self.desk.messages(to=self.number)

    # --- the chat -----------------------------------------------------------------------

    def ask_for_agent(self):
        """Up to a chat that waits for an agent, or has one who accepts by himself."""
        self.send(ASKS)
        eq(self.send(AGREES), [CONNECTING], f"{self.number} asks for an agent")

    def find_chat(self):
        def look():
            return next((c for c in reversed(self.desk.chats())
                         if self.digits[1:] in c["user"]["externalId"]), None)
        chat = proc.wait_for(look, 20, f"a chat of {self.number}")
        self.chat, self.user = chat["id"], chat["creator"]

    def open_chat(self, agent="A1"):
        """In a chat with an agent, and told so; nothing else has been said."""
        self.ask_for_agent()
        self.find_chat()
        self.desk.act("accept", self.chat, agent=agent)
        proc.wait_for(self.rest, 30, "he hears that an agent is there")
        (joined,) = self.rest()
        ok("has joined the conversation" in joined["body"], f"{joined['body']!r}")
        self.told.clear()
        self.n_before = 1
        return self

    def heard(self):
        """What he has been told since the chat was opened, by whatever way, unordered; what is
        on its way to him may be missing."""
        return sorted(self.told + [m["body"] for m in self.rest()[self.n_before:]])

    def to_agent(self):
        """What he has said to the agent: texts, or {"url", "type", "name"}."""
        return self.desk.said(self.chat, by=self.user)

    def settle(self, timeout_s=60):
        """Says one thing more, and waits until the agent has it: all before it is done."""
        self.send(LAST_WORD)
        proc.wait_for(lambda: LAST_WORD in self.to_agent(), timeout_s,
                      f"{self.number}: the agent hears the last word")
        said = self.to_agent()
        eq(said[-1], LAST_WORD, "said last")
        return said[:-1]

    def agent_settles(self, timeout_s=60):
        """The agent says one thing more; the messages that came before it, by REST."""
        self.desk.act("say", self.chat, text=LAST_WORD)

        def last():
            every = self.rest()[self.n_before:]
            return every if every and every[-1]["body"] == LAST_WORD else None
        every = proc.wait_for(last, timeout_s, f"{self.number} hears the last word")
        return every[:-1]

    def all_heard(self):
        """As heard(), with what was on its way; the agent says one thing more for it."""
        by_rest = [m["body"] for m in self.agent_settles()]
        return sorted(self.told + by_rest)
