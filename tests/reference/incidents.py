"""Incidents, one after another."""

from __future__ import annotations

from tests.reference.instants import plus


def out_of(incidents, at):
    """Return when what would happen ``at`` happens: at the end of an incident, unless another one holds then."""
    while ends := [plus(one.at, one.lasts) for one in incidents if one.at <= at < plus(one.at, one.lasts)]:
        at = max(ends)
    return at
