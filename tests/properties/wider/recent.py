"""Features from a user's own clicks, as fresh as the log and the instants at which they are computed."""

from __future__ import annotations


def add(random, ticks, scenario):
    if not scenario["users"].get("preferences", {}).get("dim"):
        return
    about = {"half_life": ticks(random.choice([2, 8])), "latency": ticks(random.choice([0, 0, 1, 3]))}
    scenario["users"].setdefault("observed", {})["recent"] = about | {"refresh": ticks(random.choice([0, 0, 1, 3]))}
