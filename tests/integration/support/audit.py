# SPDX-License-Identifier: Apache-2.0
"""Reads botline's log as a program would, and as somebody would who must not see too much.

Every line parses, as key=value or as JSON; no name comes twice; each warning and error says
what to do; and no line of any level shows a phone number.
"""

import json
import re

ROOMS = ("base conf http store twilio inbenta hyperchat messenger render bot agent channel "
         "dialog web main ctl sandbox watch php").split()
ALWAYS = ("time", "level", "room", "event")
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_KV = re.compile(rf"({_TIME}) (error|warn|info|debug) ([a-z]+) (.*)$")
_PAIR = re.compile(r'([a-z][a-z_]*)=("(?:[^"\\]|\\.)*"|[^\s"\\=]+)( |$)')
_START = re.compile(rf'{_TIME} (?:error|warn|info|debug) |{{"time":"{_TIME}"')
_PHONE = re.compile(r"(?:\+|%2B|whatsapp:?|twilio-)\d{7,15}(?!\d)", re.I)


def _no_doubles(pairs):
    names = [k for k, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"a name twice: {names}")
    return dict(pairs)


def _parse_kv(line):
    head = _KV.match(line)
    if not head:
        raise ValueError("no line of the log")
    time, level, room, rest = head.groups()
    pairs, at = [("time", time), ("level", level), ("room", room)], 0
    while at < len(rest):
        found = _PAIR.match(rest, at)
        if not found:
            raise ValueError(f"not key=value: {rest[at:at + 60]!r}")
        name, value, _ = found.groups()
        if value.startswith('"'):
            value = json.loads(value)
        elif re.fullmatch(r"-?\d+", value):
            value = int(value)
        pairs.append((name, value))
        at = found.end()
    return _no_doubles(pairs)


def parse(line):
    """The line's members, in order; ValueError says what is wrong with it."""
    if line.startswith("{"):
        return json.loads(line, object_pairs_hook=_no_doubles)
    return _parse_kv(line)


def own(text):
    """botline's lines of a log that others may write into too."""
    out = []
    for line in text.splitlines():
        starts = [m.start() for m in _START.finditer(line)]
        # Behind a line that a kill has cut stands another; the last one is whole.
        if starts:
            out.append(line[starts[-1]:])
    return out


def _faults_of(line):
    try:
        has = parse(line)
    except ValueError as e:
        return [str(e)]
    found = []
    if tuple(has)[:4] != ALWAYS:
        found.append(f"does not begin with {ALWAYS}")
    if has.get("room") not in ROOMS:
        found.append("a room that is none")
    if has.get("level") in ("warn", "error") and len(str(has.get("hint", ""))) < 10:
        found.append("nothing tells what to do")
    return found


def faults(text, numbers=()):
    """What is wrong with a log, each fault once for an event. numbers: phones that were used,
    "+34…"; none of them may be told."""
    known, found = {n.lstrip("+") for n in numbers}, {}
    for line in own(text):
        wrong = _faults_of(line)
        if _PHONE.search(line) or known & set(re.findall(r"\d{7,15}", line)):
            wrong.append("shows a phone number")
        for each in wrong:
            found.setdefault((each, re.sub(r"[\d.]+", "", line)[:60]), line)
    return [f"{what}: {line[:400]}" for (what, _), line in found.items()]
