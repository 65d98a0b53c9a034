#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Configuration that is broken, empty or missing: said at once, with file and line."""

import os
import re
import shutil
import subprocess

from support import tap
from support.phone import answers
from support.stack import Stack, program
from support.tap import eq, ok

EX_CONFIG = 78


class Root:
    """A botline that is not started: its folder and what it says to it."""

    def __init__(self):
        self.stack = Stack("proxy", start=False)

    def __enter__(self):
        self.stack.__enter__()
        return self

    def __exit__(self, *what):
        self.stack.__exit__(*what)

    def file(self, name):
        return self.stack.path("root", name)

    def starts(self):
        """The child, which is expected to end by itself."""
        child = self.stack.start_botline(wait=False)
        return child.wait(20), child.tail(40)

    def check(self):
        out = subprocess.run(
            [program("botline"), "--check", "--root", self.stack.path("root")],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20,
            check=False)
        return out.returncode, out.stdout

    def refuses(self, *patterns):
        """Start and --check both end with 78 and say all of this."""
        for what, (code, said) in (("start", self.starts()), ("check", self.check())):
            eq(code, EX_CONFIG, f"{what}: exit status, after\n{said}\n")
            for p in patterns:
                ok(re.search(p, said), f"{what} does not say {p!r}:\n{said}")


@tap.test
def syntax():
    """a syntax error: exit 78 with file and line"""
    with Root() as r:
        r.stack.put("conf/custom/api.cfg", 'key = "a";\n\nsecret = = "b";\n')
        r.refuses(r"conf/custom/api\.cfg:3")


@tap.test
def all_errors():
    """all errors at once: unknown key with the nearest one, wrong type, out of range"""
    with Root() as r:
        r.stack.put("conf/custom/api.cfg",
                    'key = "a";\nsecret = "b";\ntimeout_sm = 5;\ntimeout_ms = "soon";\n')
        r.stack.put("conf/custom/server.cfg", "workers = -4;\n")
        r.refuses(r"conf/custom/api\.cfg:3.*timeout_ms", r"conf/custom/api\.cfg:4",
                  r"conf/custom/server\.cfg:1")


@tap.test
def encoding():
    """a file that is not UTF-8"""
    with Root() as r:
        r.stack.put("conf/custom/api.cfg", b'key = "caf\xe9";\n')
        r.refuses(r"conf/custom/api\.cfg:1.*UTF-8")


@tap.test
def empty():
    """an empty file: what must be there is missing"""
    with Root() as r:
        r.stack.put("conf/custom/api.cfg", "")
        r.refuses(r"api\.key", r"api\.secret")


@tap.test
def no_custom():
    """no conf/custom at all"""
    with Root() as r:
        shutil.rmtree(r.file("conf/custom"))
        r.refuses(r"api\.key")


@tap.test
def no_default():
    """no conf/default"""
    with Root() as r:
        shutil.rmtree(r.file("conf/default"))
        r.refuses(r"conf/default")


@tap.test
def no_root():
    """a root that does not exist"""
    with Root() as r:
        shutil.rmtree(r.file(""))
        r.refuses(re.escape(r.stack.path("root")))


@tap.test
def no_language():
    """the language file is missing"""
    with Root() as r:
        os.unlink(r.file("lang/en.cfg"))
        r.refuses(r"lang/en\.cfg")


@tap.test
def language_without_file():
    """a language of the list without a file, and one that is not in the list"""
    with Root() as r:
        r.stack.put("conf/custom/conversation.cfg", 'default = { lang = "nl"; };\n')
        os.unlink(r.file("lang/nl.cfg"))
        r.refuses(r"lang/nl\.cfg.*is missing: copy lang/en\.cfg")
        r.stack.put("conf/custom/conversation.cfg", 'default = { lang = "tlh"; };\n')
        r.refuses(r"conversation\.cfg:1.*conversation\.default\.lang must be ca, de")


@tap.test
def poor_language():
    """labels missing in a language: it starts, and a warning says English is read"""
    with Root() as r:
        r.stack.put("conf/custom/conversation.cfg", 'default = { lang = "nl"; };\n')
        r.stack.put("lang/nl.cfg", 'yes = "Ja";\nno = "Nee";\n')
        r.stack.start_botline()
        r.stack.said(r" warn .*lang/nl\.cfg.*bot_unavailable is missing: .*English", count=1)
        code, said = r.check()
        eq(code, 0, said)
        ok("label busy is missing: users will read the English text" in said, said)


@tap.test
def empty_language():
    """the language file is empty"""
    with Root() as r:
        r.stack.put("lang/en.cfg", "")
        r.refuses(r"lang/en\.cfg.*empty")


@tap.test
def missing_labels():
    """labels are missing: it starts, and a warning names each"""
    with Root() as r:
        with open(r.file("lang/en.cfg"), encoding="utf-8") as f:
            lines = [x for x in f if not re.match(r"(bot_unavailable|out_of_range) =", x)]
        r.stack.put("lang/en.cfg", "".join(lines))
        r.stack.start_botline()
        for label in ("bot_unavailable", "out_of_range"):
            r.stack.said(rf" warn .*lang/en\.cfg.*{label}", count=1)
        code, said = r.check()
        eq(code, 0, said)
        ok("bot_unavailable" in said and "out_of_range" in said, said)


@tap.test
def broken_language():
    """the language file is broken"""
    with Root() as r:
        r.stack.put("lang/en.cfg", 'yes = "Yes";\nno = "No\n')
        r.refuses(r"lang/en\.cfg:[23]")


@tap.test
def unreadable():
    """a file that may not be read"""
    with Root() as r:
        if r.stack.user.uid == 0:
            raise tap.Skip("root may read anything")
        os.chmod(r.file("conf/custom/api.cfg"), 0)
        code, said = r.starts()
        eq(code, EX_CONFIG, said)
        ok(re.search(r"conf/custom/api\.cfg", said), said)


@tap.test
def no_secrets_shown():
    """errors show no secret"""
    with Root() as r:
        r.stack.put("conf/custom/api.cfg", 'key = "hush-hush-key";\nsecret = [ "tell-no-one" ];\n')
        code, said = r.starts()
        eq(code, EX_CONFIG, said)
        ok("hush-hush" not in said and "tell-no-one" not in said, said)


def broken_road(road):
    def run():
        with Stack(road) as s:
            s.phone.answer(answers("Hello!"))
            eq(s.twilio.say("hello bot").texts, ["Hello!"])
        with Stack(road) as s:
            with open(s.path("root/conf/custom/api.cfg"), encoding="utf-8") as f:
                good = f.read()
            s.put("conf/custom/api.cfg", good + "\nnonsense = 1;\n")
            reply = s.twilio.say("hello bot")
            # mod_fcgid has its own word for a program that ends at once.
            eq(reply.status, 500 if road == "fcgid" else 503)
            ok(len(reply.body) < 1000 and b"nonsense" not in reply.body, "says too much")
            with open(s.path("log/apache.log"), encoding="utf-8") as f:
                ok("conf/custom/api.cfg" in f.read(), "the log does not say where")
            # The answer is whole, though nobody has read the message.
            fault = s.phone.send("hello bot")["fault"]
            eq(fault["text"], f"the answer has status {reply.status}")
            s.put("conf/custom/api.cfg", good)
            s.phone.answer(answers("Hello!"))
            eq(s.twilio.say("hello bot").texts, ["Hello!"])

    return run


for road in ("fcgid", "cgi"):
    tap.add(f"{road}: broken configuration is an error for Twilio until it is mended",
            broken_road(road))

tap.main()
