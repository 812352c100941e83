"""Asking the serving policy, and not believing it."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from sim.pipeline import Version
from sim.pipeline.guard import Breach, failed
from sim.ports import Catalogue, Observations, Slates
from sim.world import Answers, Wave, World

Ints = NDArray[np.int64]


def answer(world: World, wave: Wave, version: Version) -> Answers:
    """Rank a wave under a version and let the users answer.

    Raises:
        AgentError: when the policy fails or its slates are not slates of items alive.
    """
    best, observations = None, wave.observations
    if needs_truth(version):
        best = world.best(wave)
        observations = replace(observations, best=observations.catalogue.ids[best])
    slates, shown = ask(version, observations)
    return world.respond(wave, best, shown, slates)


def needs_truth(version: Version) -> bool:
    """Say whether a version's policy is handed the best slates."""
    return bool(getattr(version.policy, "needs_truth", False))


def ask(version: Version, observations: Observations) -> tuple[Slates, Ints]:
    """Return a version's slates, and the positions in the catalogue ``(n, size)`` of what they show.

    Raises:
        AgentError: when the policy fails or its slates are not slates of items alive.
    """
    try:
        said = version.policy.act(observations)
        slates = said if isinstance(said, Slates) else Slates(np.asarray(said))
        shape = (len(observations), observations.size)
        shown = _positions(observations.catalogue, np.asarray(slates.items), shape)
        _check_said(slates, shape)
    except Exception as error:
        name, at = type(version.policy).__name__, observations.at
        span = f"{at[0]:g} s" if len(at) == 1 else f"{at[0]:g}-{at[-1]:g} s"
        raise failed(f"{name} failed to answer as version {version.number} at {span}", error) from error
    return slates, shown


def _check_said(slates: Slates, shape: tuple[int, int]) -> None:
    for name in ("propensity", "predicted"):
        said = getattr(slates, name)
        if said is not None and np.shape(said) != shape:
            raise Breach(f"{name} has shape {np.shape(said)}, expected (n_requests, size) = {shape}")
    if slates.propensity is not None and not _probable(slates.propensity):
        raise Breach("a propensity is not a probability: 0 to 1 is allowed, NaN where unknown")
    if (said := slates.predicted) is not None and not isfinite(np.vdot(said, said)) and not np.isfinite(said).all():
        raise Breach("a predicted outcome is not a finite number; None is allowed where nothing is predicted")


def _probable(propensity: NDArray[np.float64]) -> bool:
    if len(propensity) == 1:
        return not any(p < 0 or p > 1 for p in propensity[0].tolist())
    return not ((propensity < 0) | (propensity > 1)).any()


def _positions(catalogue: Catalogue, items: NDArray[np.generic], shape: tuple[int, int]) -> Ints:
    if items.shape != shape:
        raise Breach(f"slates have shape {items.shape}, expected (n_requests, size) = {shape}")
    if items.dtype.kind not in "iu":
        raise Breach(f"slates hold {items.dtype}, expected whole item ids")
    if shape[0] == 1 and (places := _places(catalogue, items[0].tolist())):
        return np.array([places])
    ids = catalogue.ids
    if ids[-1] - ids[0] == len(ids) - 1:  # nobody is missing between the first and the last
        at: Ints = np.clip(items, ids[0], ids[-1]).astype(np.int64, copy=False) - ids[0]
        wrong = at + ids[0] != items
    else:
        at = np.minimum(np.searchsorted(ids, items), len(ids) - 1)
        wrong = ids[at] != items
    if wrong.any():
        raise Breach(f"item {items[wrong][0]} is not alive")
    if shape[1] > 1:
        in_order = np.sort(at, axis=1)
        if (in_order[:, 1:] == in_order[:, :-1]).any():
            raise Breach("an item is shown twice in one slate")
    return at


def _places(catalogue: Catalogue, items: list[int]) -> list[int] | None:
    """Return the positions of the items of one slate, None where something is wrong with them."""
    places = [catalogue.place.get(item, -1) for item in items]
    return None if -1 in places or len(set(places)) < len(places) else places
