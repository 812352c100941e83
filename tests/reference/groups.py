"""The group of one user, found by walking over the shares."""

from __future__ import annotations

import numpy as np

from sim.draws import Stream, root, uniform


class Alone:
    """A group that changes nothing."""

    delay, visits, click_rate = 1.0, 1.0, None


def group_of(scenario, seed, replication, user):
    """Return the group of a user, and for each group 1 if it is that one, else 0."""
    groups = sorted(scenario.users.groups.items())
    if not groups:
        return Alone, []
    place, until = float(uniform(root(seed, replication, Stream.GROUP), user)), 0.0
    for number, (_, group) in enumerate(groups):
        until += group.share
        if place < until or number == len(groups) - 1:
            return group, [float(number == other) for other in range(len(groups))]
    raise AssertionError("there is a last group")


def offset(scenario, group):
    """Return what a group's click rate adds to the utility of each item."""
    if group.click_rate is None:
        return 0.0
    p, base = group.click_rate, scenario.items.click_rate
    if scenario.slate.link == "identity":
        return p - base

    def odds(q):
        return np.log(q) - np.log1p(-q)

    return float(odds(p) - odds(base)) if isinstance(base, float) else float(odds(p))
