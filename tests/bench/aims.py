# SPDX-License-Identifier: Apache-2.0
"""What botline is to reach, and whether it did. Said, not asserted: figures of a busy machine
are no fault."""

FLAT = 1.10  # what counts as the same cost: no more than the noise of a quiet machine


def _row(result, delay_ms, clients):
    return next((r for r in result["rows"] if r["who"] == "botline" and r["way"] == "plain"
                 and r["delay_ms"] == delay_ms and r["clients"] == clients), {})


def _most(result, key):
    found = [key(r) for r in result["rows"] if r["who"] == "botline"]
    return max(found) if found else None


def _aim(name, figure, limit, at_least=False):
    reached = None
    if figure is not None:
        reached = figure >= limit if at_least else figure <= limit
    return {"aim": name, "figure": figure, "limit": limit,
            "is": "at least" if at_least else "at most", "reached": reached}


def judge(result):
    """A row for each aim; figure and reached are None when it was not measured."""
    parts = result["parts"]
    in_flight = _row(result, 300, 1000)

    def part(name, key):
        return parts.get(name, {}).get(key)

    def ratio(delay_ms, clients, limit):
        return _aim(f"turns of the floor, {delay_ms} ms, {clients} clients",
                    _row(result, delay_ms, clients).get("ratio"), limit, at_least=True)

    return [
        ratio(0, 16, 0.70), ratio(0, 64, 0.70), ratio(100, 64, 0.95), ratio(300, 1000, 0.95),
        _aim("p50 over the floor at one client, ms", _row(result, 0, 1).get("p50_over_ms"), 0.3),
        _aim("upstream calls of a plain turn",
             _most(result, lambda r: (r["calls"] + r["others"]) / max(r["turns"], 1)), 1),
        _aim("new connections of plain turns", _most(result, lambda r: r["opened"]), 0),
        _aim("PSS of 64 idle workers, MB", part("memory", "idle_mb"), 12),
        _aim(f"PSS with {in_flight.get('most', 0):.0f} turns in flight, MB",
             in_flight.get("pss_mb"), 110),
        _aim("CPU with many stored sessions by that with 100", part("sessions", "ratio"), FLAT),
        _aim("CPU with 10,000 queued jobs by that with 10", part("jobs", "ratio"), FLAT),
        _aim("start to first answer, ms", part("start", "cold_ms"), 50),
    ]


def text(aim):
    """In a line, for people."""
    word = {True: "reached", False: "MISSED", None: "not measured"}[aim["reached"]]
    figure = "-" if aim["figure"] is None else f"{aim['figure']:.2f}"
    return f"{word:<12} {aim['aim']}: {figure} ({aim['is']} {aim['limit']:g})"
