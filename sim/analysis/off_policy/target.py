"""What a target would show at logged requests."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.draws import child
from sim.kernel.serving import serve
from sim.pipeline import Version
from sim.ports import Policy
from sim.world import RequestBatch, Served, World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_ITEMS = 64  # of a catalogue whose items are all gone through
_LANE = 2**61  # of the target's draws, which are not those of the log


@dataclass(frozen=True)
class Options:
    """Slates that a target may show at n requests.

    Attributes:
        item: ``(n, k, size)`` ids.
        chance: ``(n, k)``, 1 in sum.
        propensity: ``(n, size)`` of the items in the log, at their positions.
        slate: ``(n,)`` of the whole slates in the log.
        truth: ``(n,)`` expected reward of the target, in the users' states at these requests.
    """

    item: Ints
    chance: Floats
    propensity: Floats
    slate: Floats
    truth: Floats


def options(world: World, served: Served, policy: Policy, number: int, draws: int) -> Options:
    """Return what a policy would show, and its worth.

    A policy that states propensity 1 of all that it shows is taken as it is. One with ``propensity`` and slates of one
    item is computed exactly, over all items. Others are drawn from: their expectations are means over the draws, and
    without ``propensity`` theirs is the share of draws with the item at its position, which has no bias but adds
    variance; likewise for whole slates and ``slate_propensity``.

    Args:
        world: the world, in which these requests are.
        served: the requests as they were.
        policy: the target's.
        number: of its version, for messages.
        draws: slates drawn for each request.
    """
    batch, version = served.batch, Version(number, float(served.batch.at[0]), 0, policy)
    first = _drawn(world, batch, version, 0)
    stated = first.slates.propensity
    if getattr(policy, "needs_truth", False) or (stated is not None and (np.asarray(stated) == 1.0).all()):
        shown, own = first.shown[:, None, :], (first.shown == served.shown).astype(float)
        return _options(world, batch, shown, np.ones((len(batch.at), 1)), own, own.all(axis=1))
    exact = callable(getattr(policy, "propensity", None))
    count = batch.alive.count
    if exact and batch.size == 1 and count <= MOST_ITEMS:
        n = len(batch.at)
        chance = np.hstack([_propensity(policy, batch, np.full((n, 1), place)) for place in range(count)])
        shown = np.broadcast_to(np.arange(count)[None, :, None], (n, count, 1))
        own = np.take_along_axis(chance, served.shown, axis=1)
        return _options(world, batch, shown, chance, own, own[:, 0])
    more = [_drawn(world, batch, version, lane).shown for lane in range(1, draws)]
    shown = np.stack([first.shown, *more], axis=1)
    same = shown == served.shown[:, None, :]
    own = _propensity(policy, batch, served.shown) if exact else same.mean(axis=1)
    whole = callable(getattr(policy, "slate_propensity", None))
    slate = _slate_propensity(policy, batch, served.shown) if whole else same.all(axis=2).mean(axis=1)
    return _options(world, batch, shown, np.full(shown.shape[:2], 1.0 / draws), own, slate)


def _drawn(world: World, batch: RequestBatch, version: Version, lane: int) -> Served:
    """Return a policy's answer with draws of its own."""
    return serve(world, replace(batch, policy_keys=child(batch.policy_keys, _LANE + lane)), version)


def _propensity(policy: Policy, batch: RequestBatch, shown: Ints) -> Floats:
    """Return the propensity of items at their positions, ``(n, size)``."""
    item, out = batch.alive.ids_at(shown), np.empty(shown.shape)
    for rows, observations in batch.parts:
        out[rows] = policy.propensity(observations, item[rows])  # type: ignore[attr-defined]
    return out


def _slate_propensity(policy: Policy, batch: RequestBatch, shown: Ints) -> Floats:
    """Return the propensity of whole slates, ``(n,)``."""
    item, out = batch.alive.ids_at(shown), np.empty(len(shown))
    for rows, observations in batch.parts:
        out[rows] = policy.slate_propensity(observations, item[rows])  # type: ignore[attr-defined]
    return out


def _options(world: World, batch: RequestBatch, shown: Ints, chance: Floats, own: Floats, slate: Floats) -> Options:
    k = shown.shape[1]
    item = np.stack([batch.alive.ids_at(shown[:, option]) for option in range(k)], axis=1)
    worth = np.stack([world.worth(batch, shown[:, option]) for option in range(k)], axis=1)
    return Options(item, chance, own, np.asarray(slate, dtype=np.float64), np.sum(chance * worth, axis=1))
