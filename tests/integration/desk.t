#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The agents' desk in a browser, with a stand-in for the connector: chats are made by REST,
what agents do is told by signed webhooks."""

import json
import os
import urllib.request

from support import tap
from support.standin import StandIn
from support.stack import TOP
from support.tap import eq, ok
from support.webdriver import ENTER, ESCAPE, Browser

TEXT = "[data-test=text]"
HISTORY = ((False, "I want a person"), (True, "<p>One <strong>moment</strong></p>"))


class Page:
    """The page as an agent uses it."""

    def __init__(self):
        self.world = StandIn()
        self.browser = None

    def start(self):
        self.browser = Browser()
        self.open("/desk/")

    def open(self, path):
        self.browser.go(self.world.base + path)
        self.browser.wait("document.querySelectorAll('#agent option').length == 2",
                          what="the page knows the agents")

    def close(self):
        if self.browser:
            self.browser.close()
            self.browser = None
        if self.world:
            world, self.world = self.world, None
            eq(world.close(), 0, "the sandbox's exit")

    def js(self, code, *arguments):
        return self.browser.js("return " + code, *arguments)

    def group(self, key):
        """Names in a group of the list."""
        return self.js("[...document.querySelectorAll(`[aria-labelledby=group-${arguments[0]}] "
                       "strong`)].map(x => x.textContent)", key)

    def wait_group(self, key, names):
        self.browser.wait(
            f"JSON.stringify([...document.querySelectorAll('[aria-labelledby=group-{key}] strong')]"
            f".map(x => x.textContent)) == {json.dumps(json.dumps(names, separators=(',', ':')))}",
            what=f"{key}: {names}, now {self.group(key)}")

    def choose(self, chat):
        self.browser.click(f"[data-test=chat][data-chat='{chat}']")

    def words(self, side):
        return self.js("[...document.querySelectorAll(`#thread > [data-side=${arguments[0]}] "
                       "[data-test=words]`)].map(x => x.innerText)", side)

    def wait_words(self, side, count):
        self.browser.wait(
            f"document.querySelectorAll('#thread > [data-side={side}]').length == {count}",
            what=f"{count} messages of {side}")
        return self.words(side)

    def unread(self, chat):
        return self.js("(b => b.hidden ? 0 : Number(b.textContent))(document.querySelector("
                       "`[data-chat='${arguments[0]}'] [data-test=unread]`))", chat)


page = Page()
ann, ben = {}, {}


@tap.test
def register():
    """the webhooks are registered from the page: a handshake"""
    page.start()
    eq(page.js("document.querySelector('[data-test=unsigned]').hidden"), False)
    page.browser.click("[data-test=register]")
    page.browser.wait("document.querySelector('[data-test=unsigned]').hidden",
                      what="the notice goes")
    ok(page.world.server.secret, "the secret has come")


@tap.test
def waiting():
    """a new chat waits, with its customer and the bot's history"""
    ann["user"], ann["chat"] = page.world.open_chat(
        "Ann Lee", HISTORY, contact="ann@mail.example", extraInfo={"INQUIRY": "late parcel"})
    page.wait_group("waiting", ["Ann Lee"])
    page.choose(ann["chat"])
    history = page.js("document.querySelector('[data-test=history]').innerText")
    ok("I want a person" in history and "One moment" in history, history)
    eq(page.js("document.querySelector('[data-test=history] strong').textContent"), "moment")
    ok("late parcel" in page.js("document.querySelector('[data-test=facts]').innerText"), "facts")
    eq(page.world.wait_event(ann["chat"], "invitations:new")["data"]["userId"], "A1")


@tap.test
def accept():
    """accepting tells the connector, and the line to write in has the focus"""
    page.browser.click("[data-test=accept]")
    page.wait_group("mine", ["Ann Lee"])
    eq(page.world.wait_event(ann["chat"], "invitations:accept")["data"]["userId"], "A1")
    page.browser.wait("document.activeElement.id == 'text'", what="the focus")
    eq(page.js("document.querySelector('[data-test=status]').textContent"), "with Marta")


@tap.test
def talk():
    """both sides talk; plain text stays plain, marks become HTML"""
    page.world.say(ann["chat"], ann["user"], "hello <b>you</b> https://shop.example/a")
    eq(page.wait_words("customer", 1), ["hello <b>you</b> https://shop.example/a"])
    page.browser.type(TEXT, "Good morning, Ann" + ENTER)
    page.browser.type(TEXT, "See **here**: [our page](https://acme.example/x) & _more_" + ENTER)
    page.wait_words("agent", 2)
    page.world.wait_event(ann["chat"], "messages:new", 3)
    sent = [e["data"]["message"] for e in page.world.events(ann["chat"], "messages:new")]
    eq([(m["sender"], m["message"]) for m in sent if m["sender"] == "A1"], [
        ("A1", "Good morning, Ann"),
        ("A1", '<p>See <strong>here</strong>: <a href="https://acme.example/x">our page</a> '
               "&amp; <em>more</em></p>")])
    eq(page.words("agent")[1], "See here: our page & more")
    ok(page.world.wait_event(ann["chat"], "users:activity")["data"]["type"] == "writing", "typing")


@tap.test
def foreign_html():
    """an agent's HTML is shown without its scripts, a customer's text as it is"""
    page.world.desk.act("say", ann["chat"], agent="A1",
                        text="<p>one</p><script>document.title='x'</script>"
                             "<img src=x alt=cat><a href=\"javascript:1\">two</a>")
    shown = page.wait_words("agent", 3)[-1]
    eq(shown.split(), ["one", "[cat]two"])
    eq(page.js("document.querySelectorAll('#thread script, #thread a[href^=javascript]').length"), 0)
    page.world.say(ann["chat"], ann["user"], "<p>three</p>")
    eq(page.wait_words("customer", 2)[-1], "<p>three</p>")


@tap.test
def bold():
    """the toolbar marks what is selected, by keyboard too"""
    page.browser.type(TEXT, "important")
    page.browser.js("document.querySelector('#text').select()")
    page.browser.click("[data-test=bold]")
    eq(page.js("document.querySelector('#text').value"), "**important**")
    page.browser.type(TEXT, ENTER)
    page.browser.wait("[...document.querySelectorAll('#thread strong')]"
                      ".some(x => x.textContent == 'important')", what="it is bold")


def end_in_sight():
    page.browser.wait("(t => t.scrollHeight - t.scrollTop - t.clientHeight < 2)"
                      "(document.querySelector('#thread'))",
                      what="the end is in sight, though pictures have come")


def picture_of(side, number):
    page.browser.wait(
        f"[...document.querySelectorAll('#thread > [data-side={side}] img')]"
        f".filter(i => i.complete && i.naturalWidth > 0).length >= {number}",
        what=f"picture {number} of {side}")


@tap.test
def picture():
    """a picture is sent; HyperChat keeps it behind its credentials"""
    page.browser.click("[data-test=plus]")
    page.browser.type("[data-test=menu] button", ESCAPE)
    eq(page.js("document.activeElement.id"), "plus", "after Escape")
    page.browser.click("[data-test=plus]")
    page.browser.click("[data-test=sample]")
    picture_of("agent", 1)
    end_in_sight()
    message = page.world.wait_event(ann["chat"], "messages:new", 7)["data"]["message"]
    eq(message["type"], "media")
    eq(message["message"]["name"], "sample-receipt.png")
    path = message["message"]["url"].lstrip("/")
    request = urllib.request.Request(
        f"{page.world.base}/hyperchat/v1/{path}",
        headers={"x-hyper-appid": "stand-in-app", "x-hyper-secret": "stand-in-secret"})
    with urllib.request.urlopen(request) as r, \
            open(os.path.join(TOP, "sandbox", "www", "sample-receipt.png"), "rb") as f:
        eq(r.headers["Content-Type"], "image/png")
        eq(r.read(), f.read())


@tap.test
def own_file():
    """a file of one's own"""
    page.browser.type("[data-test=file]",
                      os.path.join(TOP, "sandbox", "www", "sample-parcel.png"))
    picture_of("agent", 2)
    message = page.world.wait_event(ann["chat"], "messages:new", 8)["data"]["message"]["message"]
    eq((message["name"], message["type"]), ("sample-parcel.png", "image/png"))


@tap.test
def several():
    """a second chat: unread marks, a draft for each, keys go from one to the other"""
    page.browser.type(TEXT, "a draft for Ann")
    ben["user"], ben["chat"] = page.world.open_chat("Ben Ito")
    page.wait_group("waiting", ["Ben Ito"])
    page.choose(ben["chat"])
    page.browser.click("[data-test=accept]")
    page.wait_group("mine", ["Ann Lee", "Ben Ito"])
    page.world.say(ann["chat"], ann["user"], "are you there?")
    page.browser.wait("document.title.startsWith('(1) ')", what="the title counts")
    eq(page.unread(ann["chat"]), 1)
    eq(page.js("document.querySelector('#text').value"), "")
    page.browser.js("document.dispatchEvent(new KeyboardEvent('keydown', "
                    "{key: 'ArrowUp', altKey: true, bubbles: true}))")
    page.browser.wait("document.querySelector('[data-test=who]').textContent == 'Ann Lee'",
                      what="the chat above")
    eq(page.unread(ann["chat"]), 0)
    eq(page.js("document.querySelector('#text').value"), "a draft for Ann")
    eq(page.words("customer")[-1], "are you there?")


@tap.test
def reload():
    """a reload shows the same"""
    before = page.words("agent"), page.words("customer")
    page.browser.reload()
    page.wait_group("mine", ["Ann Lee", "Ben Ito"])
    page.choose(ann["chat"])
    eq((page.words("agent"), page.words("customer")), before)
    picture_of("agent", 2)
    end_in_sight()


@tap.test
def customer_leaves():
    """the customer closes his chat"""
    page.world.rest("DELETE", f"chats/{ben['chat']}?userId={ben['user']}")
    page.wait_group("closed", ["Ben Ito"])
    page.choose(ben["chat"])
    eq(page.js("document.querySelector('[data-test=status]').textContent"),
       "closed by the customer")
    eq(page.js("document.querySelector('#form').hidden"), True)


@tap.test
def close():
    """the agent closes his, and makes a ticket of it"""
    page.choose(ann["chat"])
    page.browser.click("[data-test=close]")
    page.wait_group("closed", ["Ben Ito", "Ann Lee"])
    eq(page.js("document.activeElement.dataset.chat"), ann["chat"], "what has the focus")
    eq(page.world.wait_event(ann["chat"], "chats:close")["data"]["userId"], "A1")
    page.browser.click("[data-test=ticket]")
    info = page.world.wait_event(ann["chat"], "system:info")
    ok(info["data"]["data"]["ticketId"] > 0, f"{info}")


def choose_ticket():
    page.browser.click("[data-test=see-ticket]")
    page.browser.wait("document.querySelector('[data-test=who]').textContent == 'Ann Lee, #A-501'",
                      what="the ticket")


@tap.test
def ticket():
    """the ticket has all that was said, and who asked"""
    page.wait_group("tickets", ["Ann Lee, #A-501"])
    choose_ticket()
    said = page.js("document.querySelector('[data-test=history]').innerText")
    for part in ("I want a person", "One moment", "hello <b>you</b>", "Good morning, Ann",
                 "<p>three</p>"):
        ok(part in said, f"{part}: {said}")
    ok("ann@mail.example" in page.js("document.querySelector('[data-test=facts]').innerText"),
       "the facts")
    eq(page.js("document.querySelector('[data-test=plus]').hidden"), True, "files are not for it")


def noted(text):
    page.browser.wait("[...document.querySelectorAll('#thread > .said.agent time')]"
                      f".some(x => x.textContent.endsWith({json.dumps(text)}))", what=text)


@tap.test
def reply():
    """the ticket is answered: the connector is told, again when it refuses"""
    page.world.server.refuses = 1
    page.browser.type(TEXT, "It is **on its way**" + ENTER)
    noted("handed over at try 2")
    (event,) = page.world.server.replies
    eq(event, {"resource": 501,
               "resource_data": {"creator": {"identifier": "ann@mail.example"}},
               "action_data": {"text": "<p>It is <strong>on its way</strong></p>"}})
    eq(page.words("agent"), ["It is on its way"])


@tap.test
def survey():
    """the page of a survey: questions, thanks; the desk shows the answers"""
    _, answer = page.world.rest("GET", "surveys/1?sourceType=ticket&sourceId=501")
    page.browser.go(answer["survey"]["url"])
    page.browser.wait("!document.querySelector('[data-test=form]').hidden", what="the questions")
    page.browser.click("[value=not-helped]")
    page.browser.type("textarea", "A bit more speed")
    page.browser.click("[data-test=send]")
    page.browser.wait("!document.querySelector('[data-test=thanks]').hidden", what="the thanks")
    eq(page.js("document.querySelector('[data-test=thanks]').innerText.trim()"),
       "Thank you for your answers!")
    page.browser.reload()
    page.browser.wait("!document.querySelector('[data-test=thanks]').hidden", what="the thanks")
    page.open("/desk/")
    page.choose("ticket-501")
    shown = page.js("document.querySelector('[data-test=answers]').innerText")
    for part in ("Were we able to help you?", "No, sorry", "A bit more speed"):
        ok(part in shown, f"{part}: {shown}")


def switch(name, on):
    page.browser.click(f"[data-test={name}]")
    page.browser.wait(f"document.querySelector('[data-test={name}]').ariaChecked == '{on}'",
                      what=f"{name} {on}")


@tap.test
def office():
    """hours and surveys have a switch each"""
    switch("open", "false")
    hours = page.world.office.state()["hours"]["weeks"][0]
    eq((hours["queueId"], hours["Monday"], hours["Sunday"]), (1, [], []))
    switch("open", "true")
    eq(page.world.office.state()["hours"]["weeks"][0]["Sunday"], [{"from": "00:00", "to": "24:00"}])
    switch("asking", "false")
    eq(page.world.rest("GET", "surveys/1?sourceType=ticket&sourceId=501")[0], 404)
    switch("asking", "true")


@tap.test
def offline():
    """nobody online: a waiting chat is left alone; the other agent may decline too"""
    chat = page.world.open_chat("Cleo")[1]
    page.wait_group("waiting", ["Cleo"])
    page.browser.click("[data-test=online]")
    page.browser.wait("document.querySelector('[data-test=online]').ariaChecked == 'false'",
                      what="the switch")
    page.world.wait_event(chat, "forever:alone")
    eq(page.world.rest("GET", "agents/online?roomId=1")[1], {"agentsOnline": False})
    page.browser.click("[data-test=online]")
    page.browser.wait("document.querySelector('[data-test=online]').ariaChecked == 'true'",
                      what="the switch")
    page.choose(chat)
    page.browser.click("[data-test=accept]")
    page.wait_group("mine", ["Cleo"])


@tap.test
def queue():
    """queue mode: customers stand in line and hear their place"""
    page.browser.click("[data-test=queue]")
    page.browser.wait("document.querySelector('[data-test=queue]').ariaChecked == 'true'",
                      what="the switch")
    first = page.world.open_chat("Dora", assign=False)[1]
    second = page.world.open_chat("Emil", assign=False)[1]
    page.wait_group("waiting", ["Dora", "Emil"])
    eq(page.world.wait_event(second, "queues:update")["data"]["data"], {"queuePosition": 2})
    page.choose(first)
    page.browser.click("[data-test=accept]")
    eq(page.world.wait_event(second, "queues:update", 2)["data"]["data"], {"queuePosition": 1})


@tap.test
def names():
    """everything that can be pressed has a name"""
    nameless = page.js(
        "[...document.querySelectorAll('button, select, textarea, input')]"
        ".filter(e => !(e.ariaLabel || e.innerText || e.textContent || e.labels?.length))"
        ".map(e => e.id || e.outerHTML)")
    eq(nameless, [])


@tap.test
def small():
    """on a small screen: the list, or the chat and a way back"""
    page.browser.devtools("Emulation.setDeviceMetricsOverride", width=390, height=780,
                          deviceScaleFactor=1, mobile=False)
    page.browser.wait("getComputedStyle(document.querySelector('.side')).display == 'none'",
                      what="the chat alone")
    page.browser.click("#back")
    page.browser.wait("getComputedStyle(document.querySelector('.talk')).display == 'none'",
                      what="the list alone")
    page.browser.devtools("Emulation.setDeviceMetricsOverride", width=1280, height=860,
                          deviceScaleFactor=1, mobile=False)


@tap.test
def side_by_side():
    """the start page shows phone and desk"""
    page.browser.go(page.world.base + "/")
    page.browser.wait(
        "document.querySelector('[data-test=desk]').contentDocument.querySelectorAll('#agent "
        "option').length == 2", what="the desk")
    page.browser.wait(
        "document.querySelector('[data-test=phone]').contentDocument"
        ".querySelector('#contact-name').textContent.includes('Acme')", what="the phone")


def shown(name):
    return page.js("getComputedStyle(document.querySelector(`iframe[data-test=${arguments[0]}]`))"
                   ".visibility", name)


@tap.test
def one_of_two():
    """in a small window it shows one of them, and a mark where the other has something new"""
    eq((shown("phone"), shown("desk")), ("visible", "visible"))
    page.browser.devtools("Emulation.setDeviceMetricsOverride", width=390, height=780,
                          deviceScaleFactor=1, mobile=False)
    page.browser.wait("getComputedStyle(document.querySelector('iframe[data-test=desk]'))"
                      ".visibility == 'hidden'", what="the phone alone")
    eq(page.js("document.querySelector('[data-test=news-desk]').hidden"), True)
    page.world.open_chat("Fay", assign=False)
    page.browser.wait("!document.querySelector('[data-test=news-desk]').hidden",
                      what="the mark at the desk")
    page.browser.click("[data-test=show-desk]")
    eq((shown("phone"), shown("desk")), ("hidden", "visible"))
    eq(page.js("document.querySelector('[data-test=news-desk]').hidden"), True)
    announced = page.js("document.querySelector('[data-test=desk]').contentDocument"
                        ".querySelector('[data-test=announced]').textContent")
    eq(announced, "Fay asks for an agent")
    wide = page.js("document.documentElement.scrollWidth <= innerWidth")
    ok(wide, "the page is wider than its window")


@tap.test
def quiet():
    """no forged event, no leak, no error in the console"""
    eq(page.world.server.forged, [])
    eq(page.world.desk.state()["leaks"], [])
    eq(page.browser.complaints(), [])
    page.close()


tap.main(page.close)
