#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The phone page in a browser, on the real chain: sandbox, Apache, botline and back.

It is the demo's bot that answers (sandbox/knowledge.cfg), so this is what a newcomer sees.
"""

import os
import urllib.request

from support import tap
from support.stack import Stack
from support.tap import eq, ok
from support.webdriver import ENTER, ESCAPE, Browser

COMPOSER = "[data-test=composer]"


class Page:
    """The page as a person uses it."""

    def __init__(self):
        self.stack = Stack("proxy")
        self.browser = None

    def start(self):
        self.stack.__enter__()
        self.browser = Browser()
        self.open()

    def open(self):
        self.browser.go(self.stack.phone.base + "/phone/")
        self.browser.wait(
            "document.querySelector('#contact-name').textContent.includes('Acme')",
            what="the page knows whom it talks to")

    def close(self, judge=False):
        if self.browser:
            self.browser.close()
            self.browser = None
        if self.stack:
            stack, self.stack = self.stack, None
            stack.stop(judge)

    def bubbles(self, channel="sms", side="in"):
        """Texts of the bubbles, oldest first."""
        return self.browser.js(
            "return [...document.querySelectorAll(`[data-test=log-${arguments[0]}] "
            "[data-test=bubble][data-dir=${arguments[1]}] [data-test=text]`)]"
            ".map(x => x.textContent)", channel, side)

    def count(self, channel, side):
        """An expression: how many bubbles, those of pictures included."""
        return (f"document.querySelectorAll('[data-test=log-{channel}] "
                f"[data-test=bubble][data-dir={side}]').length")

    def idle(self):
        self.browser.wait("!document.querySelector('[data-test=typing]')",
                          what="nobody is typing")

    def say(self, text, channel="sms", click=False, n=1):
        """Types it, sends it, and waits for n answers, which are returned. After fifteen in a
        row they come by the REST API, each by itself."""
        before = len(self.bubbles(channel))
        all_before = self.browser.js(f"return {self.count(channel, 'in')}")
        self.browser.type(COMPOSER, text + ("" if click else ENTER))
        if click:
            self.browser.click("[data-test=send]")
        self.browser.wait(f"{self.count(channel, 'in')} >= {all_before + n}",
                          what=f"{n} answers to {text!r}")
        self.idle()
        eq(self.bubbles(channel, "out")[-1], text, "what was said")
        return self.bubbles(channel)[before:]


page = Page()


@tap.test
def hello():
    """hello, in SMS"""
    page.start()
    eq(page.say("hello", click=True),
       ["Hello! I am the assistant of Acme Telecom.\n"
        "Ask me about opening hours, roaming or your invoice, or write menu."])


@tap.test
def numbered():
    """opening hours: choosing from a numbered list"""
    (question,) = page.say("what are your opening hours?")
    ok(question.endswith("1) Shop\n2) Support line"), question)
    (answer,) = page.say("1")
    ok("Monday to Friday: 9:30 – 20:30" in answer, answer)
    ok("https://shops.example/near-me" in answer, answer)
    href = page.browser.js(
        "return [...document.querySelectorAll('[data-test=log-sms] a')].map(x => x.href)")
    ok("https://shops.example/near-me" in href, f"links: {href}")


@tap.test
def label():
    """the same by its words"""
    page.say("opening hours")
    (answer,) = page.say("support line")
    ok("every day from 8:00 to 22:00" in answer, answer)


@tap.test
def yes_no():
    """a yes/no question; the answer no brings two messages"""
    (question,) = page.say("roaming")
    ok(question.endswith("1) Yes\n2) No"), question)
    answers = page.say("no", n=2)
    ok("World passes" in answers[0], f"{answers}")
    ok(any("acme.example/world" in a for a in page.bubbles()[-1:]), f"{answers}")


@tap.test
def whatsapp():
    """WhatsApp: a conversation of its own, with bold type"""
    page.browser.click("[data-test=tab-whatsapp]")
    eq(page.bubbles("whatsapp"), [], "a fresh conversation")
    (question,) = page.say("roaming", "whatsapp")
    ok("1) Yes" in question, question)
    (answer,) = page.say("1", "whatsapp")
    ok("roam like at home" in answer, answer)
    marked = page.browser.js(
        "return [...document.querySelectorAll('[data-test=log-whatsapp] strong, "
        "[data-test=log-whatsapp] b')].map(x => x.textContent)")
    ok("roam like at home" in marked, f"bold: {marked}")
    ok("*" not in answer, "a mark is shown as it is")


@tap.test
def repeat():
    """Twilio's repeat from the page: the same reply, the bot is not asked"""
    since = page.stack.phone.last()
    before = len(page.bubbles("whatsapp"))
    page.browser.click("[data-test=log-whatsapp] .newest [data-test=again]")
    page.browser.wait(f"{page.count('whatsapp', 'in')} > {before}", what="the reply again")
    page.idle()
    said = page.bubbles("whatsapp")
    eq(said[-1], said[before - 1], "the reply")
    eq(page.stack.phone.calls(since), [], "calls of the bot")


@tap.test
def several():
    """quick messages, one after the other, keep their order"""
    page.browser.click("[data-test=tab-sms]")
    before = len(page.bubbles())
    page.browser.type(COMPOSER, "thanks" + ENTER + "hello" + ENTER + "bye" + ENTER)
    page.browser.wait(f"{page.count('sms', 'in')} >= {before + 3}", what="three answers")
    page.idle()
    eq(page.bubbles(side="out")[-3:], ["thanks", "hello", "bye"])
    starts = [t.split()[0] for t in page.bubbles()[before:]]
    eq(starts, ["You", "Hello!", "Goodbye,"])


SHOWN = """[...document.querySelectorAll('[data-test=log-%s] [data-dir=%s]')]
    .map(b => b.querySelector('img')).filter(i => i && i.complete && i.naturalWidth > 0)"""


def pictures(channel, side):
    """Addresses of the pictures that a conversation shows, oldest first."""
    return page.browser.js(f"return {SHOWN % (channel, side)}.map(i => i.src)")


def shows(channel, side, number):
    page.browser.wait(f"{SHOWN % (channel, side)}.length >= {number}",
                      what=f"picture {number} of {side}")


def sent():
    """The user's last message, as the sandbox keeps it."""
    events = page.stack.phone.call("GET", "/phone/api/events?since=0")["events"]
    return [e for e in events if e["kind"] == "out"][-1]


def focused():
    return page.browser.js("return document.activeElement.id")


@tap.test
def answer_with_picture():
    """an answer brings its picture, in both channels"""
    for channel in ("sms", "whatsapp"):
        page.browser.click(f"[data-test=tab-{channel}]")
        page.say("acme one", channel)
        shows(channel, "in", 1)
        (url,) = pictures(channel, "in")
        eq(url, page.stack.phone.base + "/phone/acme-one.png")
        page.browser.wait(
            "(c => c.scrollHeight - c.scrollTop - c.clientHeight < 2)"
            f"(document.querySelector('#chat-{channel}'))",
            what="the end is in sight, though a picture has come")


@tap.test
def attach():
    """a picture with a caption, chosen by keyboard; Twilio's repeat brings it again"""
    page.browser.click("[data-test=tab-sms]")
    page.browser.click("[data-test=plus]")
    eq(page.browser.js("return document.querySelector('#plus').ariaExpanded"), "true")
    page.browser.type("[data-test=sheet] button", ESCAPE)
    eq(focused(), "plus", "after Escape")
    eq(page.browser.js("return document.querySelector('#sheet').hidden"), True)
    page.browser.type("[data-test=plus]", ENTER)
    page.browser.type("[data-test=sample]:focus", ENTER)
    eq(focused(), "composer", "after the choice")
    eq(page.browser.js("return document.querySelector('[data-test=attached]').innerText"),
       "Receipt")
    page.say("look at this")
    shows("sms", "out", 1)
    eq(sent()["media"], [{"url": page.stack.phone.base + "/phone/sample-receipt.png",
                          "type": "image/png"}])
    eq(page.browser.js("return document.querySelector('#tray').hidden"), True)
    sid = sent()["sid"]
    ok(sid.startswith("MM"), sid)
    page.browser.click("[data-test=log-sms] .newest [data-test=again]")
    shows("sms", "out", 2)
    page.idle()
    eq(sent()["sid"], sid)


@tap.test
def own_file():
    """a file of one's own, without a word, is kept by the sandbox"""
    path = os.path.join(page.stack.path("www"), "sample-parcel.png")
    before = len(pictures("sms", "out"))
    page.browser.type("[data-test=file]", path)
    page.browser.wait("document.querySelector('[data-test=attached]')", what="it is attached")
    eq(page.browser.js("return document.querySelector('[data-test=remove]').ariaLabel"),
       "Remove sample-parcel.png")
    page.browser.click("[data-test=send]")
    shows("sms", "out", before + 1)
    page.idle()
    url = pictures("sms", "out")[-1]
    ok(url.startswith(page.stack.phone.base + "/phone/media/"), url)
    with urllib.request.urlopen(url) as r, open(path, "rb") as f:
        eq(r.headers["Content-Type"], "image/png")
        eq(r.read(), f.read(), "what is kept")


@tap.test
def removed():
    """what is attached can be removed; each channel has its own tray"""
    page.browser.click("[data-test=plus]")
    page.browser.click("[data-test=sample]")
    page.browser.click("[data-test=tab-whatsapp]")
    eq(page.browser.js("return document.querySelectorAll('[data-test=attached]').length"), 0)
    page.browser.click("[data-test=tab-sms]")
    page.browser.click("[data-test=remove]")
    eq(page.browser.js("return document.querySelectorAll('[data-test=attached]').length"), 0)
    eq(page.browser.js("return document.querySelector('#send').disabled"), True)


@tap.test
def location():
    """a place, on WhatsApp only"""
    page.browser.click("[data-test=plus]")
    eq(page.browser.js("return document.querySelector('[data-test=place]').offsetParent"),
       None, "no places in SMS")
    page.browser.click("[data-test=tab-whatsapp]")
    page.browser.click("[data-test=plus]")
    before = page.browser.js(f"return {page.count('whatsapp', 'in')}")
    page.browser.click("[data-test=place]")
    page.browser.wait(f"{page.count('whatsapp', 'in')} > {before}", what="an answer")
    page.idle()
    eq(page.browser.js("return document.querySelector('[data-test=place-tile]').innerText"),
       "Acme shop\nRambla 1, Barcelona")
    eq(page.browser.js("return document.querySelector('[data-test=place-tile]').href"),
       "https://maps.google.com/?q=41.37742,2.17639")
    eq(sent()["location"]["label"], "Acme shop")
    page.browser.click("[data-test=tab-sms]")


@tap.test
def form():
    """booking an appointment: a list, a date, words of one's own"""
    (_, question) = page.say("appointment", n=2)
    ok("2) A repair" in question, question)
    (question,) = page.say("2")
    ok(question.startswith("On which day?"), question)
    page.say("12/31/2026")
    (summary,) = page.say("its screen is broken")
    ok("Booked: A repair, 12/31/2026." in summary, summary)
    ok("We noted: its screen is broken" in summary, summary)


@tap.test
def rating():
    """related contents, then a rating with a comment: one event"""
    (answer,) = page.say("returns")
    ok("1) When do I get my money back?" in answer, answer)
    since = page.stack.phone.last()
    said = page.say("1", n=2)
    ok("5 working days" in said[0] and said[1].endswith("1) Yes\n2) No"), f"{said}")
    page.say("no")
    page.say("the fifth day was yesterday")
    rates = [c["body"] for c in page.stack.phone.calls(since) if c["call"] == "events"]
    eq([(b["type"], b["data"]["value"], b["data"]["comment"]) for b in rates],
       [("rate", 2, "the fifth day was yesterday")])


@tap.test
def found_pages():
    """found pages: with addresses as links, without as a list"""
    (found,) = page.say("warranty")
    ok("https://acme.example/repairs" in found, found)
    (found,) = page.say("my internet is slow")
    ok("2) Find a better place for it" in found, found)
    (one,) = page.say("2")
    ok("away from the microwave" in one, one)


@tap.test
def trouble():
    """the bot is down: a sentence for the person, no fault at Twilio"""
    (answer,) = page.say("!500")
    eq(answer, "Sorry, I can't answer right now. Please try again in a few minutes.")
    eq(page.browser.js("return document.querySelectorAll('[data-test=fault]').length"), 0)


@tap.test
def fault():
    """botline is down: the page shows Twilio's error, and all is well afterwards"""
    page.stack.botline.stop()
    page.browser.type(COMPOSER, "anybody there?" + ENTER)
    page.browser.wait("document.querySelector('[data-test=fault]')", what="Twilio's error")
    code = page.browser.js("return document.querySelector('[data-test=fault]').dataset.code")
    eq(code, "11200")
    page.stack.start_botline()
    (answer,) = page.say("thanks")
    ok(answer.startswith("You are welcome!"), answer)


@tap.test
def reload():
    """a reload shows the conversation again"""
    shown = [(c, d, page.bubbles(c, d)) for c in ("sms", "whatsapp") for d in ("in", "out")]
    page.browser.reload()
    last = shown[0][2][-1]
    texts = "document.querySelectorAll('[data-test=log-sms] [data-dir=in] [data-test=text]')"
    page.browser.wait(f"{texts}.length == {len(shown[0][2])}", what="all of it")
    eq([(c, d, page.bubbles(c, d)) for c, d, _ in shown], shown)
    ok(last, "it is not empty")


@tap.test
def reached_otherwise():
    """by another name, as through a forwarded port, the pictures come the same way"""
    base = page.stack.phone.base
    page.browser.go(base.replace("127.0.0.1", "localhost") + "/phone/")
    shows("sms", "in", 1)
    shows("sms", "out", 2)
    for url in pictures("sms", "in") + pictures("sms", "out"):
        ok(url.startswith("http://localhost:"), url)
    page.browser.go(base + "/phone/")
    shows("sms", "in", 1)


@tap.test
def clear():
    """clear empties one conversation, and the other stays"""
    other = page.bubbles("whatsapp")
    page.browser.click("[data-test=clear]")
    page.browser.wait(f"{page.count('sms', 'in')} + {page.count('sms', 'out')} == 0",
                      what="an empty log")
    eq(page.bubbles("whatsapp"), other)
    (answer,) = page.say("hello")
    ok(answer.startswith("Hello!"), answer)


@tap.test
def quiet():
    """the page's console has no error; logs without secrets or a sanitizer's words"""
    eq(page.browser.complaints(), [])
    page.close(judge=True)


tap.main(page.close)
