# SPDX-License-Identifier: Apache-2.0
"""The table: a constant answer, the floor and botline in turn, cell by cell."""

import collections
import math
import statistics

from programs import PARTS, TURNS, USERS, Exhausted, House, measure

WHO = ("const", "floor", "botline")
Cell = collections.namedtuple("Cell", "way delay_ms clients")
HEAD = ("upstream", "delay", "clients", "who", "turns/s", "of floor", "p50 ms", "p99 ms",
        "CPU us", "all us", "opened", "calls", "PSS MB")


def workers(clients):
    """At once, of botline and of what it is compared with."""
    return max(64, math.ceil(clients * 1.024))


def users(clients):
    """How many speak at a time: a person who waits for an answer says nothing meanwhile."""
    return max(USERS, math.ceil(clients * 1.2 / USERS) * USERS)


def cells(ways, delays, clients):
    return [Cell(w, d, c) for w in ways for d in delays for c in clients]


def _blocks(turns_s, seconds, cell):
    """So many that wrk's threads, one of which may be faster, never come to their end."""
    if cell.delay_ms > 0:
        turns_s = min(turns_s, cell.clients * 1000 / cell.delay_ms)
    most = turns_s * seconds * 1.5 + 2 * PARTS * cell.clients
    return math.ceil(most / (users(cell.clients) * TURNS))


def _first_try(house, who, cell, seconds, before):
    """How many it will answer is not known before; again with more, should it be too fast."""
    guess = max((x["turns_s"] for x in before), default=20000)
    for _ in range(6):
        name = house.sign(_blocks(guess, seconds, cell), users(cell.clients))
        try:
            return measure(house, who, cell.clients, seconds, name)
        except Exhausted as e:
            guess, last = guess * 2, e
    raise last


def _round(house, cell, seconds, rows):
    # Whatever answers without botline's session takes any signed message.
    name = house.sign(1, users(cell.clients))
    house.warm(name, cell.delay_ms, "floor")
    if cell.delay_ms == 0:
        rows["const"].append(_first_try(house, "const", cell, seconds, rows["const"]))
    rows["floor"].append(_first_try(house, "floor", cell, seconds, rows["floor"]))
    reach = max(x["turns_s"] for x in rows["floor"])
    name = house.sign(_blocks(reach, seconds, cell), users(cell.clients))
    house.warm(name, cell.delay_ms)
    rows["botline"].append(measure(house, "botline", cell.clients, seconds, name))


def run_cell(folder, cell, rounds, seconds):
    """The cell's rows: medians of the rounds, each with its ratio to the floor."""
    rows = {who: [] for who in WHO}
    with House(folder, cell.way, workers(cell.clients), cell.clients) as house:
        for _ in range(rounds):
            house.upstream.delay(cell.delay_ms)
            _round(house, cell, seconds, rows)
    out = []
    for who in WHO:
        if not rows[who]:
            continue
        row = {**cell._asdict(), "who": who, "workers": workers(cell.clients),
               "users": users(cell.clients), "rounds": rounds}
        for key in rows[who][0]:
            row[key] = statistics.median(x[key] for x in rows[who])
        # Of neighbours in time: what else the machine does strikes both.
        row["ratio"] = statistics.median(
            x["turns_s"] / y["turns_s"] for x, y in zip(rows[who], rows["floor"]))
        row["p50_over_ms"] = statistics.median(
            x["p50_ms"] - y["p50_ms"] for x, y in zip(rows[who], rows["floor"]))
        out.append(row)
    return out


def head():
    return _line(HEAD)


def line(row):
    return _line((
        row["way"], row["delay_ms"], row["clients"], row["who"], f"{row['turns_s']:.0f}",
        f"{row['ratio']:.2f}", f"{row['p50_ms']:.2f}", f"{row['p99_ms']:.2f}",
        f"{row['cpu_us']:.0f}", f"{row['cpu_all_us']:.0f}", f"{row['opened']:.0f}",
        f"{(row['calls'] + row['others']) / max(row['turns'], 1):.2f}",
        f"{row['pss_mb']:.1f}"))


def _line(words):
    wide = (8, 5, 7, 8)
    return " ".join(f"{w:>{wide[i] if i < len(wide) else 8}}" for i, w in enumerate(words))
