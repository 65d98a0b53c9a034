#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""After the chat, in a browser with the demo's own configuration: the survey on the phone or on
its page, the ticket that an agent answers later, the bot's ticket, service hours."""

import re

from support import tap
from support.office import Office
from support.pages import CLOSED, CONNECTING, OFFER, TEXT, Pages
from support.tap import eq, ok
from support.webdriver import ENTER

WELCOME = "Would you like to answer a short survey?\n1) Yes\n2) No"
OUT_OF_TIME = "Our agents are not available at this hour. Please try again later."
HELPED = "A few words about your chat, please.\n\nWere we able to help you?\n" \
    "1 - Yes, thank you\n2 - No, sorry"
RESPONSE = "Hi, I'm the agent that you spoke to a while ago. My response to your question:"
page = Pages("talk")


def ask_with_address():
    """By the bot's form, so that the agent learns who it is."""
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


def reply(ticket, text):
    """The agent answers a ticket at the desk, and sees that it was handed over."""
    page.group_holds("tickets", ticket)
    page.choose("tickets", ticket)
    page.browser.type(TEXT, text + ENTER)
    page.browser.wait("[...document.querySelectorAll('#thread > .said.agent time')]"
                      ".at(-1)?.textContent.endsWith('handed over')",
                      what="the connector has taken it")


@tap.test(limit_s=150)
def survey():
    """a chat has closed: the phone asks how it was, the desk shows the answers at the ticket"""
    page.start()
    page.phone("whatsapp")
    ask_with_address()
    page.accept("Ann Lee")
    page.hear(re.compile("Marta has joined"))
    page.answer("We look into it")
    page.hear("We look into it")
    page.end_chat()
    page.hear(WELCOME)
    page.write("1")
    page.hear(HELPED)
    page.write("yes, thank you")
    page.hear("How happy are you with us, from 1 to 5? (1 - 5)")
    page.write("5")
    page.hear("What could we do better?")
    page.write("Nothing, it was good")
    page.hear("Thank you for your answers!")
    page.group_holds("tickets", "Ann Lee, #A-501")
    page.choose("tickets", "Ann Lee, #A-501")
    page.browser.wait("document.querySelector('[data-test=answers]')", what="the answers")
    shown = page.js("document.querySelector('[data-test=answers]').innerText")
    for part in ("Were we able to help you?", "Yes, thank you", "5", "Nothing, it was good"):
        ok(part in shown, f"{part}: {shown}")


@tap.test(limit_s=150)
def answered():
    """hours later the ticket is answered at the desk: it comes to the phone that had the chat"""
    page.stack.settle(60)  # the phones are kept with the person
    reply("Ann Lee, #A-501", "It is **on its way**")
    page.phone()
    page.hear(re.compile(re.escape(RESPONSE) + r"\nIt is on its way\n\n"
                         "Here is the ticket number for your reference: 501"))
    marked = page.js("[...document.querySelectorAll('[data-test=log-whatsapp] strong')]"
                     ".map(x => x.textContent)")
    eq(marked[-2:], ["on its way", "501"])


@tap.test(limit_s=150)
def bots_ticket():
    """the bot makes a ticket of its own; it has what was said, and can be answered"""
    page.write("open a ticket")
    page.hear("Our office can look into it and write to you later.", "What is your name?")
    for text, question in (("Ann", "What is your e-mail address?"),
                           ("ann@mail.example", "What is it about?")):
        page.write(text)
        page.hear(question)
    page.write("my bill is odd")
    page.hear("Thank you, Ann. I pass it on.",
              "We have received your request. Your ticket number is: #A-502")
    reply("Ann Lee, #A-502", "It is mended")
    said = page.js("document.querySelector('[data-test=history]').innerText")
    for part in ("open a ticket", "What is it about?", "my bill is odd"):
        ok(part in said, f"{part}: {said}")
    page.phone()
    page.hear(re.compile(re.escape(RESPONSE) + r"\nIt is mended\n"))


@tap.test(limit_s=150)
def closed_hours():
    """the desk's hours are over: nobody is offered; they begin again: somebody is"""
    page.switch("open", False)
    page.phone("sms")
    page.write("I want to talk to a human")
    page.hear(re.compile("Our colleagues are on the phone"), OUT_OF_TIME)
    page.switch("open", True)
    page.ask_for_human()
    page.write("2")
    page.hear("What else can I do for you?")


@tap.test(limit_s=150)
def declined():
    """no thanks; and with the desk's switch off nobody is asked"""
    page.ask_for_human()
    page.write("1")
    page.hear(CONNECTING)
    page.accept("+34600111222")
    page.hear("Agent Marta has joined the conversation.")
    page.end_chat()
    page.hear(WELCOME)
    page.write("no")
    page.hear("Thanks!")
    page.write("hello")
    page.hear(re.compile("^Hello!"))
    page.switch("asking", False)
    page.ask_for_human()
    page.write("1")
    page.hear(CONNECTING)
    page.accept("+34600111222")
    page.hear("Agent Marta has joined the conversation.")
    page.end_chat()
    page.stack.settle(60)
    page.write("hello")
    page.hear(re.compile("^Hello!"))


def quiet():
    page.browser.enter()
    eq(page.browser.complaints(), [])
    page.desk.quiet(60)
    errors = [x for x in page.stack.log() if x.split()[1] == "error"]
    eq(errors, [], f"errors in botline's log: {errors}")
    page.close(judge=True)


@tap.test
def clean():
    """the consoles have no error, logs no secret"""
    quiet()


@tap.test(limit_s=150)
def link():
    """the other way: a link to a page, whose answers the desk shows"""
    global page
    page.close()  # where a test before has failed
    page = Pages("link")
    page.start()
    page.ask_for_human()
    page.write("1")
    page.hear(CONNECTING)
    page.accept("+34600111222")
    page.hear("Agent Marta has joined the conversation.")
    page.at_desk()
    page.browser.click("[data-test=close]")
    page.hear(CLOSED, re.compile(r"^http://\S+/survey/\?t=[0-9a-f]{32}$"))
    link = page.bubbles()[-1]
    page.browser.go(link)
    page.browser.wait("!document.querySelector('[data-test=form]').hidden", what="the questions")
    page.browser.click("[value=helped]")
    page.browser.click("[data-test=send]")
    page.browser.wait("!document.querySelector('[data-test=thanks]').hidden", what="the thanks")
    (one,) = Office(page.stack.phone).state()["answers"]
    eq((one["ticket"], one["answers"], one["way"]), (501, {"12": "helped"}, "link"))
    quiet()


tap.main(lambda: page.close())
