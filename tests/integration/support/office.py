# SPDX-License-Identifier: Apache-2.0
"""The sandbox's Messenger, as tests arrange and look at it.

    office = Office(stack.phone)
    office.set(tickets="at_once", hours="closed", people=[{"address": "ann@mail.example"}])
    office.reply([{"ticket": 501, "text": "It is on its way"}], signature="wrong")
"""

import re


def made_ticket(stack):
    """The newest ticket's id; 0: there is none."""
    tickets = Office(stack.phone).state()["tickets"]
    return tickets[-1]["id"] if tickets else 0


class Office:
    def __init__(self, phone):
        self.phone = phone

    # --- arranging ----------------------------------------------------------------------

    def set(self, **what):
        """tickets="first", late_ms=, people=[…], hours=, surveys=, put_takes=, tries="""
        self.phone.call("POST", "/sandbox/messenger", what)

    def reset(self):
        self.phone.call("DELETE", "/sandbox/messenger")

    def reply(self, events, **more):
        """One webhook of {"ticket", "text", "to"?} or whole events: {"statuses", "body"}.

        signature: good, wrong, none, or the text itself; times; body: sent as it is
        """
        return self.phone.call("POST", "/sandbox/messenger/reply", {"events": events, **more})

    def challenge(self, **more):
        """{"ok", "status", "body", "type"}"""
        return self.phone.call("POST", "/sandbox/messenger/challenge", more)

    # --- looking ------------------------------------------------------------------------

    def state(self):
        """{"people", "tickets", "answers", "hours", "surveys", …}"""
        return self.phone.call("GET", "/sandbox/messenger")

    def person(self, address):
        """Whoever has it; of several the first. None: nobody."""
        return next((p for p in self.state()["people"] if p["address"] == address), None)

    def look(self, what, argument=None):
        """What a talk compares: a person by address, the newest ticket, the last answers."""
        state = self.state()
        if what == "person":
            return self.person(argument)
        if what == "ticket":
            return _timeless(state["tickets"][-1]) if state["tickets"] else None
        if what == "answers":
            return state["answers"][-1]["answers"] if state["answers"] else None
        return {"people": len(state["people"]), "tickets": len(state["tickets"]),
                "begun": state["starts"], "answered": len(state["answers"])}[what]


def _timeless(ticket):
    """The ticket, with $TIME for the moment at the end of each line."""
    lines = [{**x, "message": re.sub(r"<small>[^<]*</small>", "<small>$TIME</small>",
                                     x["message"])} for x in ticket["history"]]
    return {**ticket, "history": lines}
