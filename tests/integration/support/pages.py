# SPDX-License-Identifier: Apache-2.0
"""The demo in a browser: the pages of phone and desk as two people use them, side by side."""

import importlib.machinery
import importlib.util
import json
import os
import re

from .desk import Desk
from .stack import TOP
from .tap import eq, ok
from .webdriver import ENTER, Browser

loader = importlib.machinery.SourceFileLoader("demo", os.path.join(TOP, "tools", "demo"))
demo = importlib.util.module_from_spec(importlib.util.spec_from_loader("demo", loader))
loader.exec_module(demo)

COMPOSER, TEXT = "[data-test=composer]", "[data-test=text]"
OFFER = "Do you want to start a chat with a human agent?\n1) Yes\n2) No"
CONNECTING = "I will try to connect you with an agent. Please wait."
JOINED = "Agent Marta has joined the conversation."
CLOSED = "Chat closed"


class Pages:
    """Both pages, each in a frame. survey: as tools/demo has it."""

    def __init__(self, survey="none"):
        self.stack = demo.Demo(survey)
        self.browser = self.desk = None
        self.read = {"sms": 0, "whatsapp": 0}  # bubbles of the company that were looked at
        self.channel = "sms"

    def start(self):
        self.stack.__enter__()
        self.desk = Desk(self.stack.phone)
        self.browser = Browser(1440, 900)
        self.browser.go(self.stack.phone.base + "/")
        self.phone()
        self.browser.wait("document.querySelector('#contact-name').textContent.includes('Acme')",
                          what="the phone knows whom it talks to")

    def close(self, judge=False):
        if self.browser:
            self.browser.close()
            self.browser = None
        if self.stack:
            stack, self.stack = self.stack, None
            stack.stop(judge)

    # --- the phone ----------------------------------------------------------------------

    def phone(self, channel=None):
        self.browser.enter("iframe[data-test=phone]")
        if channel and channel != self.channel:
            self.browser.click(f"[data-test=tab-{channel}]")
            self.channel = channel

    def bubbles(self, side="in"):
        """Texts of the bubbles on the phone, oldest first; a picture alone is ""."""
        return self.browser.js(
            "return [...document.querySelectorAll(`[data-test=log-${arguments[0]}] "
            "[data-test=bubble][data-dir=${arguments[1]}]`)]"
            ".map(b => b.querySelector('[data-test=text]')?.textContent ?? '')",
            self.channel, side)

    def write(self, text):
        """Types it on the phone and sends it."""
        self.phone()
        self.browser.type(COMPOSER, text + ENTER)

    def hear(self, *texts):
        """The next bubbles of the company are these; a pattern may stand for a text."""
        self.phone()
        begin = self.read[self.channel]
        count = (f"document.querySelectorAll('[data-test=log-{self.channel}] "
                 f"[data-test=bubble][data-dir=in]').length >= {begin + len(texts)}")
        try:
            self.browser.wait(count, what=f"{len(texts)} more messages")
        except Exception as e:
            raise AssertionError(f"{e}; there are {self.bubbles()[begin:]}, not {texts}") from None
        got = self.bubbles()[begin:begin + len(texts)]
        self.read[self.channel] += len(texts)
        for one, want in zip(got, texts):
            if isinstance(want, re.Pattern):
                ok(want.search(one), f"{one!r} is not {want.pattern!r}; all: {got}")
            else:
                eq(one, want, f"among {got}")

    def ask_for_human(self):
        self.write("I want to talk to a human")
        self.hear(re.compile(r"Our colleagues are on the phone"), OFFER)

    def picture(self):
        """The newest picture that the phone shows for the company: its address."""
        self.phone()
        return self.browser.wait(
            f"(i => i && i.complete && i.naturalWidth > 0 && i.src)("
            f"[...document.querySelectorAll('[data-test=log-{self.channel}] "
            f"[data-test=bubble][data-dir=in]')].at(-1)?.querySelector('img'))",
            what="a picture on the phone")

    # --- the desk -----------------------------------------------------------------------

    def at_desk(self):
        self.browser.enter("iframe[data-test=desk]")

    def js(self, code, *arguments):
        return self.browser.js("return " + code, *arguments)

    def group(self, key, names):
        """At the desk a group of the list holds just these."""
        self.at_desk()
        look = ("JSON.stringify([...document.querySelectorAll("
                f"'[aria-labelledby=group-{key}] strong')].map(x => x.textContent))")
        want = json.dumps(names, separators=(",", ":"))
        try:
            self.browser.wait(f"{look} == {json.dumps(want)}")
        except Exception:
            raise AssertionError(f"{key}: {self.js(look)}, not {want}") from None

    def group_holds(self, key, name):
        """This one is in a group of the list, among others."""
        self.at_desk()
        self.browser.wait("[...document.querySelectorAll("
                          f"'[aria-labelledby=group-{key}] strong')]"
                          f".some(x => x.textContent == {json.dumps(name)})",
                          what=f"{name} is in {key}")

    def choose(self, key, name):
        """Chooses a chat of the list."""
        self.at_desk()
        chat = self.js(
            "[...document.querySelectorAll(`[aria-labelledby=group-${arguments[0]}] button`)]"
            ".find(b => b.querySelector('strong').textContent == arguments[1]).dataset.chat",
            key, name)
        self.browser.click(f"[data-test=chat][data-chat='{chat}']")

    def accept(self, name):
        """Marta takes the chat of a customer who waits."""
        self.group("waiting", [name])
        self.choose("waiting", name)
        self.browser.click("[data-test=accept]")
        self.group("mine", [name])

    def answer(self, text):
        self.at_desk()
        self.browser.type(TEXT, text + ENTER)

    def words(self, side):
        return self.js("[...document.querySelectorAll(`#thread > [data-side=${arguments[0]}] "
                       "[data-test=words]`)].map(x => x.innerText)", side)

    def read_at_desk(self, text):
        """The customer's text is the newest at the desk."""
        self.at_desk()
        try:
            self.browser.wait("[...document.querySelectorAll('#thread > [data-side=customer] "
                              f"[data-test=words]')].at(-1)?.innerText == {json.dumps(text)}")
        except Exception:
            raise AssertionError(f"the desk shows {self.words('customer')}, "
                                 f"not {text!r} at the end") from None

    def end_chat(self):
        self.at_desk()
        self.browser.click("[data-test=close]")
        self.hear(CLOSED)

    def switch(self, name, on):
        self.at_desk()
        is_on = f"document.querySelector('[data-test={name}]').ariaChecked == 'true'"
        if self.js(is_on) != on:
            self.browser.click(f"[data-test={name}]")
        self.browser.wait(f"({is_on}) == {json.dumps(on)}", what=f"{name}: {on}")

    def be(self, agent):
        """Whose desk it is."""
        self.at_desk()
        self.browser.js("const s = document.querySelector('#agent'); s.value = arguments[0];"
                        "s.dispatchEvent(new Event('change'))", agent)
