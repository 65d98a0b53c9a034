#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demo in a browser, phone and desk side by side: a human takes over from the bot, they
talk, and the bot is back. The configuration is the demo's own."""

import hashlib
import re

from support import tap
from support.pages import CLOSED, COMPOSER, CONNECTING, JOINED, OFFER, TEXT, Pages
from support.tap import eq, ok
from support.webdriver import ENTER

page = Pages()
NAME = "+34600111222"


@tap.test
def bot_first():
    """at first the bot answers; the desk is empty, and nothing is left to register"""
    page.start()
    page.write("hello")
    page.hear(re.compile("^Hello! I am the assistant"))
    page.at_desk()
    page.browser.wait("document.querySelector('#nothing').offsetParent", what="no chats yet")
    eq(page.js("document.querySelector('[data-test=unsigned]').hidden"), True)


@tap.test
def asked_for():
    """the user asks for a human and says 1: the desk shows who waits, and the bot's history"""
    page.ask_for_human()
    page.write("1")
    page.hear(CONNECTING)
    page.group("waiting", [NAME])
    page.choose("waiting", NAME)
    history = page.js("document.querySelector('[data-test=history]').innerText")
    for words in ("hello", "I am the assistant", "I want to talk to a human"):
        ok(words in history, history)
    eq(page.js("document.querySelector('[data-test=announced]').textContent"),
       f"{NAME} asks for an agent")


@tap.test
def accepted():
    """the agent accepts by keyboard, the phone says who has come"""
    page.at_desk()
    page.browser.wait("document.activeElement.id == 'accept'", what="the focus")
    page.browser.type("[data-test=accept]", ENTER)
    page.hear(JOINED)
    page.group("mine", [NAME])


@tap.test
def both_ways():
    """they talk both ways, in order, and the bot hears none of it"""
    since = page.stack.phone.last()
    page.answer("Good morning! What can I do for you?")
    page.hear("Good morning! What can I do for you?")
    page.write("my screen is broken")
    page.read_at_desk("my screen is broken")
    page.answer("See **here**: [our page](https://acme.example/x)")
    page.hear("See here: our page (https://acme.example/x)")
    page.write("one\ue008" + ENTER + "\ue000two")  # with Shift and Enter: two lines
    page.read_at_desk("one\ntwo")
    for number in range(3):
        page.answer(f"line {number}")
    page.hear("line 0", "line 1", "line 2")
    eq([c["call"] for c in page.stack.phone.calls(since)
        if c["call"] in ("conversation", "message")], [], "calls of the bot")


@tap.test
def hostile():
    """HTML of either side is text to the other, nothing of it runs"""
    page.write("<img src=x onerror=alert(1)><b>fat</b>")
    page.read_at_desk("<img src=x onerror=alert(1)><b>fat</b>")
    eq(page.js("document.querySelector('[data-test=chat] .latest').textContent"),
       "<img src=x onerror=alert(1)><b>fat</b>", "in the list")
    eq(page.js("document.querySelectorAll('#thread > [data-side=customer] img, "
               "#thread > [data-side=customer] b').length"), 0)
    page.desk.act("say", page.desk.chat_of()["id"], agent="A1", text=(
        "<p>Hi<script>alert(2)</script> <img src=\"javascript:alert(3)\"> "
        "&lt;b&gt;there&lt;/b&gt;</p>"))
    page.hear("Hi <b>there</b>")
    eq(page.js("document.querySelectorAll('[data-test=log-sms] script, [data-test=log-sms] b, "
               "[data-test=log-sms] img').length"), 0)


@tap.test
def typing():
    """the agent's typing is told to botline, and phones show nothing of it"""
    since = max((e["n"] for e in page.desk.sent()), default=0)
    page.at_desk()
    page.browser.type(TEXT, "I am still wri")
    page.browser.type(TEXT, "ting" + ENTER)
    page.hear("I am still writing")
    page.desk.quiet()
    told = page.desk.sent(since, "users:activity")
    ok(told and all(e["status"] == 200 for e in told), f"{told}")


@tap.test
def agents_picture():
    """the agent's picture is on the phone, fetched from botline's own address"""
    before = len(page.desk.messages())
    page.at_desk()
    page.browser.click("[data-test=plus]")
    page.browser.click("[data-test=sample]")
    page.hear("")
    page.picture()
    (sent,) = page.desk.messages()[before:]
    (medium,) = sent["x"]["media"]
    ok(re.fullmatch(re.escape(page.stack.webhook) + r"\?media=[0-9a-f]{32}", medium["url"]),
       medium["url"])
    with open(page.stack.path("www/sample-receipt.png"), "rb") as f:
        eq(medium["sha256"], hashlib.sha256(f.read()).hexdigest(), "what was fetched")
    eq((medium["head"], medium["status"], medium["type"]), (200, 200, "image/png"))
    eq(page.desk.state()["leaks"], [], "credentials in an address")


@tap.test
def users_picture():
    """a picture of the user, with words, is at the desk"""
    page.phone()
    page.browser.click("[data-test=plus]")
    page.browser.click("[data-test=sample]")
    page.browser.type(COMPOSER, "this one" + ENTER)
    page.at_desk()
    page.browser.wait("[...document.querySelectorAll('#thread > [data-side=customer] img')]"
                      ".some(i => i.complete && i.naturalWidth > 0)", what="it is shown")
    ok("this one" in page.words("customer"), f"{page.words('customer')}")


@tap.test
def twice():
    """an event that comes twice is said once"""
    page.desk.odd("twice", "messages:new")
    page.answer("once")
    page.answer("only")
    page.hear("once", "only")
    page.desk.odd("twice", "chats:close")
    page.end_chat()
    page.desk.quiet()


@tap.test
def bot_again():
    """the agent has closed the chat: the bot is back"""
    page.group("closed", [NAME])
    page.write("thanks")
    page.hear(re.compile("^You are welcome!"))


@tap.test
def lost():
    """the news of begin and end are lost: they talk; the next text finds out, for the bot"""
    page.ask_for_human()
    page.write("yes")
    page.hear(CONNECTING)
    page.desk.odd("drop", "invitations:accept")
    page.accept(NAME)
    page.answer("Here I am")
    page.hear("Here I am")
    page.write("good")
    page.read_at_desk("good")
    page.desk.odd("drop", "chats:close")
    page.at_desk()
    page.browser.click("[data-test=close]")
    page.browser.wait("document.querySelector('#form').hidden", what="it is closed at the desk")
    page.write("thanks")
    page.hear(re.compile("^You are welcome!"))


@tap.test
def form_first():
    """on WhatsApp by the bot's form: the desk knows name, address and inquiry; /close ends it"""
    page.phone("whatsapp")
    page.write("live chat")
    page.hear("Let me see who is free.", "I will hand you over to a colleague.",
              "What is your first name?")
    for text, question in (("Ann", "And your last name?"),
                           ("Lee", "What is your e-mail address?"),
                           ("ann@mail.example", "What is it about?")):
        page.write(text)
        page.hear(question)
    page.write("late parcel")
    page.hear("Thank you, Ann. One moment, please.", CONNECTING)
    page.group("waiting", ["Ann Lee"])
    page.choose("waiting", "Ann Lee")
    facts = page.js("document.querySelector('[data-test=facts]').innerText")
    for words in ("ann@mail.example", "late parcel"):
        ok(words in facts, facts)
    page.browser.click("[data-test=accept]")
    page.hear(re.compile("Marta has joined"))
    page.answer("It is **on its way**")
    page.hear("It is on its way")
    marked = page.js("[...document.querySelectorAll('[data-test=log-whatsapp] strong')]"
                     ".at(-1).textContent")
    eq(marked, "on its way")
    page.write("/close")
    page.hear(CLOSED)
    page.at_desk()
    page.browser.wait("document.querySelector('[data-test=status]').textContent == "
                      "'closed by the customer'", what="the desk knows who closed it")


@tap.test
def queue():
    """queue mode: the place in line is said, and moves; exit leaves the line"""
    page.switch("queue", True)
    page.phone("whatsapp")
    page.write("phone is broken")
    page.hear(re.compile("A colleague can tell you"), OFFER)
    page.write("1")
    page.hear(CONNECTING, "There is one person ahead of you.")
    page.phone("sms")
    page.ask_for_human()
    page.write("1")
    page.hear(CONNECTING, "There are 2 people ahead of you.")
    page.write("hurry up")
    page.hear(re.compile("^You are still in the queue.*Type exit to leave the queue.", re.S))
    page.phone("whatsapp")
    page.write("exit")
    page.hear(CLOSED)
    page.phone("sms")
    page.hear("There is one person ahead of you.")
    page.accept(NAME)
    page.hear(JOINED)
    page.at_desk()
    eq(page.words("customer"), ["hurry up"], "kept for the agent")
    page.end_chat()
    page.switch("queue", False)


@tap.test
def nobody():
    """all agents offline: no agent is offered, and the bot goes on"""
    for agent in ("A2", "A1"):
        page.be(agent)
        page.switch("online", False)
    page.write("I want to talk to a human")
    page.hear(re.compile("Our colleagues"), "No agents available")
    page.write("hello")
    page.hear(re.compile("^Hello!"))
    page.switch("online", True)


@tap.test
def tries():
    """two questions in a row that the bot cannot answer bring the offer; no is taken for no"""
    page.write("xyzzy")
    page.hear(re.compile("did not understand|do not know"))
    page.write("plugh")
    page.hear(re.compile("did not understand|do not know"), OFFER)
    page.write("2")
    page.hear("What else can I do for you?")
    page.group("waiting", [])


@tap.test
def quiet():
    """the consoles have no error, logs no secret, the queue nothing dead"""
    page.browser.enter()
    eq(page.browser.complaints(), [])
    page.desk.quiet()
    said = page.stack.log()
    eq([x for x in said if " error " in x], [], "errors in botline's log")
    page.close(judge=True)


tap.main(page.close)
