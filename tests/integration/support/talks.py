# SPDX-License-Identifier: Apache-2.0
"""The conversations of conversations/*.talk, through Apache on each of the three roads."""

import os

from . import tap, talk
from .stack import ROADS, Stack

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                      "conversations")


def _made(room, road, one, channel):
    def run():
        if one.private:
            room.close()
        stack = room.get(road, one.conf, agents=one.agents, office=one.office)
        stack.phone.clear_faults()
        stack.phone.clear_answers()
        since = stack.mark()
        try:
            one.run(stack, channel)
        except AssertionError:
            tap.note("\n".join(stack.log(since)))
            if one.private:
                room.close(judge=False)
            raise
        if one.private:
            room.close()

    return run


def main(wanted):
    """Says those for which wanted(talk) is true. Several scripts share them, for their time."""
    room = talk.Roomful(Stack)
    for road in ROADS:
        for one in filter(wanted, talk.load(FOLDER)):
            for channel in one.channels:
                tap.add(f"{road}, {channel}: {one.name}: {one.title}",
                        _made(room, road, one, channel))
        # The end of a stack is a test too: its logs are looked at.
        tap.add(f"{road}: logs without secrets, texts or a sanitizer's words", room.close)
    tap.main(lambda: room.close(judge=False))
