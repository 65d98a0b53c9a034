#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The disk is full, or the folder of the conversations cannot be written.

What cannot be kept is not said: 503, so that Twilio turns to its fallback. When there is room
again, the next message is answered, by the same process.
"""

import os

from support import tap
from support.phone import answers
from support.stack import Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid


def small_disk(stack):
    """Words before botline's command that give it a store of 64 kB of its own."""
    store, user = stack.path("store"), stack.user
    own = f"uid={user.uid},gid={user.gid}" if user.switch else "uid=0,gid=0"
    script = f'mount -t tmpfs -o size=64k,mode=0700,{own} none "$0" && exec "$@"'
    space = ["unshare", "-m"] if user.switch else ["unshare", "-r", "-m"]
    return [*space, "sh", "-c", script, store, *user.prefix()]


def fill(folder):
    """Takes all that is left; the file that took it."""
    path = os.path.join(folder, "filler")
    f = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        while True:
            os.write(f, b"x" * 4096)
    except OSError:
        pass
    finally:
        os.close(f)
    return path


def troubled(s, sender, sid=None):
    since = s.mark()
    reply = s.twilio.say("what are your hours?", sender, sid)
    eq(reply.status, 503, "status")
    ok(b"<Message" not in reply.body, "something was said")
    lines = s.said(r" (error|warn) ", since)
    ok(len(lines) == 1, "one clear line:\n" + "\n".join(lines))


def answered(s, sender, text, sid=None):
    s.phone.answer(answers(text))
    eq(s.twilio.say("what are your hours?", sender, sid).texts, [text])


@tap.test
def full_disk():
    """disk full: 503, and all is well once there is room"""
    with Stack("proxy", wrap=small_disk) as s:
        old, new = fresh_number(), fresh_number()
        answered(s, old, "From 9 to 5.")
        pid = s.botline.pid
        # Seen through the process, whose mounts are its own.
        filler = fill(f"/proc/{pid}/root" + s.path("store"))
        sid = fresh_sid()
        s.phone.answer(answers("not kept"), times=-1)
        troubled(s, new, sid)
        os.unlink(filler)
        s.phone.clear_answers()
        answered(s, new, "From 10 to 4.", sid)
        answered(s, old, "Still from 9 to 5.")
        ok(s.botline.alive() and s.botline.pid == pid, "botline lives on")


@tap.test
def full_disk_known_conversation():
    """disk full: a conversation that is known already goes on or gets 503, never half"""
    with Stack("proxy", wrap=small_disk) as s:
        sender = fresh_number()
        answered(s, sender, "From 9 to 5.")
        filler = fill(f"/proc/{s.botline.pid}/root" + s.path("store"))
        s.phone.answer(answers("x" * 1500, "y" * 1500, "z" * 1500), times=-1)
        for n in range(12):  # replies are kept for repeats, so the record grows
            reply = s.twilio.say(f"more please {n}", sender)
            ok(reply.status in (200, 503), f"status {reply.status}")
            if reply.status == 503:
                break
            eq(len(reply.texts), 3)
        os.unlink(filler)
        s.phone.clear_answers()
        answered(s, sender, "Enough.")
        ok(not [x for x in s.log() if "not readable" in x], "a record was damaged")


@tap.test
def unwritable():
    """session folder not writable: 503, and all is well once it is"""
    with Stack("proxy") as s:
        if s.user.uid == 0:
            raise tap.Skip("root may write anywhere")
        sender = fresh_number()
        answered(s, sender, "From 9 to 5.")
        pid = s.botline.pid
        changed = []
        for folder, _, _ in os.walk(s.path("store")):
            changed.append((folder, os.stat(folder).st_mode & 0o777))
        for folder, _ in changed:
            os.chmod(folder, 0o500)
        s.phone.answer(answers("not kept"), times=-1)
        troubled(s, fresh_number())
        for folder, mode in changed:
            os.chmod(folder, mode)
        s.phone.clear_answers()
        answered(s, fresh_number(), "From 10 to 4.")
        answered(s, sender, "Still from 9 to 5.")
        ok(s.botline.pid == pid and s.botline.alive(), "botline lives on")


@tap.test
def token_file():
    """the token's file cannot be written: said without the key, which its name holds"""
    with Stack("cgi") as s:
        s.phone.answer(answers("fine"), times=-1)
        eq(s.twilio.say("hello there").texts, ["fine"])
        name = next(n for n in os.listdir(s.path("store"))
                    if n.startswith("cached-accesstoken-"))
        os.unlink(s.path("store", name))
        os.mkdir(s.path("store", name))
        since = s.mark()
        eq(s.twilio.say("hello again").texts, ["fine"])
        s.said(r"token not saved.*cached-accesstoken-", since)
        os.rmdir(s.path("store", name))


tap.main()
