"""Asking the serving policy, and not believing it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.pipeline import Version
from sim.pipeline.platform import AgentError
from sim.ports import Catalogue, Slates
from sim.world import Answers, Wave, World

Ints = NDArray[np.int64]


def answer(world: World, wave: Wave, version: Version) -> Answers:
    """Rank a wave under a version and let the users answer.

    Raises:
        AgentError: when the policy fails or its slates are not slates of items alive.
    """
    best = world.best(wave)
    observations = wave.observations
    if getattr(version.policy, "needs_truth", False):
        observations = replace(observations, best=observations.catalogue.ids[best])
    try:
        said = version.policy.act(observations)
        slates = said if isinstance(said, Slates) else Slates(np.asarray(said))
        shape = (len(wave.user), observations.size)
        shown = _positions(observations.catalogue, np.asarray(slates.items), shape)
        _check_said(slates, shape)
    except Exception as error:
        name = type(version.policy).__name__
        span = f"{wave.at[0]:g} s" if len(wave.at) == 1 else f"{wave.at[0]:g}-{wave.at[-1]:g} s"
        raise AgentError(f"{name} failed to answer as version {version.number} at {span}: {error!r}") from error
    return world.respond(wave, best, shown, slates)


def _check_said(slates: Slates, shape: tuple[int, int]) -> None:
    for name in ("propensity", "predicted"):
        said = getattr(slates, name)
        if said is not None and np.shape(said) != shape:
            raise ValueError(f"{name} has shape {np.shape(said)}, expected (n_requests, size) = {shape}")
    said = slates.propensity
    if said is not None and ((said < 0) | (said > 1)).any():
        raise ValueError("a propensity is not a probability: 0 to 1 is allowed, NaN where unknown")


def _positions(catalogue: Catalogue, items: NDArray[np.generic], shape: tuple[int, int]) -> Ints:
    if items.shape != shape:
        raise ValueError(f"slates have shape {items.shape}, expected (n_requests, size) = {shape}")
    if items.dtype.kind not in "iu":
        raise ValueError(f"slates hold {items.dtype}, expected whole item ids")
    ids = catalogue.ids
    at = np.minimum(np.searchsorted(ids, items), len(ids) - 1)
    if (wrong := ids[at] != items).any():
        raise ValueError(f"item {items[wrong][0]} is not alive")
    if shape[1] > 1:
        in_order = np.sort(at, axis=1)
        if (in_order[:, 1:] == in_order[:, :-1]).any():
            raise ValueError("an item is shown twice in one slate")
    return at
