"""Incidents, one after another."""

from __future__ import annotations

import numpy as np

from sim.draws import Stream, uniform
from tests.reference.instants import plus


def out_of(incidents, at):
    """Return when what would happen ``at`` happens: at the end of an incident, unless another one holds then."""
    while ends := [plus(one.at, one.lasts) for one in incidents if holds(one, at)]:
        at = max(ends)
    return at


def holds(one, at):
    return one.at <= at < plus(one.at, one.lasts)


def of_kind(scenario, kind):
    return [one for one in scenario.incidents if one.kind == kind]


def disturb(scenario, fate, key, reversed_at=np.inf):
    """Return the fate of one impression as the log has it; ``key`` returns the key of its draws, by stream."""
    event_at, due_at, closing_at, credited = fate
    outages = of_kind(scenario, "label_outage")
    held = [one for one in outages if one.backfill]
    delivered_at, closes_at = out_of(held, due_at), out_of(held, closing_at)
    lost = credited and any(
        holds(one, delivered_at) and not getattr(one, "backfill", False) and happens(one, n, key(Stream.LABEL_LOSS))
        for kind in ("label_loss", "label_outage")
        for n, one in enumerate(of_kind(scenario, kind))
    )
    if lost:
        credited = False
        if scenario.feedback.learnt.window is None:
            due_at = delivered_at = closes_at = np.inf
        else:
            due_at, delivered_at = closing_at, closes_at
    copied = delivered_at < np.inf and any(
        holds(one, delivered_at) and happens(one, n, key(Stream.LABEL_DUPLICATES))
        for n, one in enumerate(of_kind(scenario, "label_duplicates"))
    )
    fate = {"event_at": event_at, "delivered_at": delivered_at, "closes_at": closes_at, "credited": credited}
    back = {"reversed_at": np.inf if lost else out_of(held, reversed_at)}
    return fate | back | {"due_at": due_at, "lost": lost, "copied": copied}


def happens(one, lane, key):
    """Say whether an incident that holds touches an entry."""
    return one.kind == "label_outage" or bool(uniform(key, lane) < one.share)
