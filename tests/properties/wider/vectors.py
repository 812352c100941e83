"""Own vectors of items and of users, from a file beside the scenario."""

from __future__ import annotations

ROWS = 6  # of each file


def add(random, ticks, scenario):
    users, which = scenario["users"], random.choice(["items", "users", "both"])
    if not users.get("preferences", {}).get("dim"):
        return
    file = f"vectors{users['preferences']['dim']}.csv"
    if which != "users":
        scenario["items"]["features"] = file
    if which != "items" and users["count"] <= ROWS:
        users["tastes"] = file
        users["preferences"] |= {"spread": 0.0, "mean": 0.0}
