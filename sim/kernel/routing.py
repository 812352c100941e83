"""Asking several versions, each about its own requests."""

from __future__ import annotations

import numpy as np

from sim.kernel.serving import Said, ask_part, copied, joined, needs_truth, serve
from sim.pipeline import Answering
from sim.ports import Slates
from sim.world import RequestBatch, Served, World


def serve_by(world: World, batch: RequestBatch, answering: Answering) -> Served:
    """Rank a batch under the versions that answer it.

    Raises:
        AgentError: when a policy fails or its slates are not slates of items alive.
    """
    versions, which = answering.versions, answering.which
    if which is None:
        return serve(world, batch, versions[0])
    best = world.best(batch) if any(map(needs_truth, versions)) else None
    said, rows = list[Said](), list[np.ndarray[tuple[int], np.dtype[np.int64]]]()
    for part, observations in batch.parts:
        for place, version in enumerate(versions):
            own = np.flatnonzero(which[part] == place)
            if not len(own):
                continue
            rows.append(own + part.start)
            told = best if needs_truth(version) else None
            said.append(copied(ask_part(version, observations.take(own), batch, rows[-1], told)))
    order = np.argsort(np.concatenate(rows))
    shown, slates, random = joined(said)
    columns = [None if column is None else column[order] for column in (slates.propensity, slates.predicted)]
    return Served(
        batch, best, shown[order], Slates(slates.items[order], *columns), None if random is None else random[order]
    )
