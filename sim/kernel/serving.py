"""Asking the serving policy, and not believing it."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, isinf, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.predicting import predict
from sim.pipeline import Version
from sim.pipeline.agent_error import REAL, AgentError, Breach, failed
from sim.ports import Catalogue, Observations, Slates
from sim.world import Answers, RequestBatch, Served, World
from sim.world.merging import filled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Said = tuple[Ints, Slates, Floats | None]  # places, what was said of them and of the random items
Shown = tuple[list[int], list[float], list[float]]  # positions in the catalogue, propensities, predictions


def answer(world: World, batch: RequestBatch, version: Version) -> Answers:
    """Rank a batch under a version and simulate the answers.

    Raises:
        AgentError: when the policy fails or its slates are not slates of items alive.
    """
    return world.respond(serve(world, batch, version))


def serve(world: World, batch: RequestBatch, version: Version) -> Served:
    """Rank a batch under a version, catalogue by catalogue.

    Raises:
        AgentError: when the policy fails or its slates are not slates of items alive.
    """
    best = world.best(batch) if needs_truth(version) else None
    parts = batch.parts
    if len(parts) == 1:
        return Served(batch, best, *ask_part(version, parts[0][1], batch, parts[0][0], best))
    said = [copied(ask_part(version, observations, batch, rows, best)) for rows, observations in parts]
    return Served(batch, best, *joined(said))


def ask_part(
    version: Version, observations: Observations, batch: RequestBatch, rows: slice | Ints, best: Ints | None
) -> Said:
    """Ask about some rows of a batch, of one catalogue."""
    if best is not None:
        observations = replace(observations, best=observations.catalogue.ids[best[rows]])
    slates, shown = ask(version, observations)
    return shown, slates, predict(version, observations, batch.random[rows])


def copied(said: Said) -> Said:
    """Return a copy of what a policy said.

    It may use its arrays again for the next catalogue.
    """
    shown, slates, random = said
    return shown, Slates(np.array(slates.items), _copy(slates.propensity), _copy(slates.predicted)), _copy(random)


def _copy(column: Floats | None) -> Floats | None:
    return None if column is None else np.array(column)


def joined(said: list[Said]) -> Said:
    """Return what was said, one part after another."""
    shown, slates, random = zip(*said, strict=True)
    sizes = [len(rows) for rows in shown]
    columns = (filled([getattr(part, name) for part in slates], sizes) for name in ("propensity", "predicted"))
    items = np.concatenate([part.items for part in slates])
    return np.concatenate(shown), Slates(items, *columns), filled(list(random), sizes)


def needs_truth(version: Version) -> bool:
    """Say whether a version's policy is handed the best slates."""
    return bool(getattr(version.policy, "needs_truth", False))


def ask(version: Version, observations: Observations) -> tuple[Slates, Ints]:
    """Return a version's slates and their catalogue positions, ``(n, size)``.

    Raises:
        AgentError: when the policy fails or its slates are not slates of items alive.
    """
    try:
        return _checked(_slates(version.policy.act(observations)), observations)
    except BaseException as error:
        raise _failed(version, observations, error) from error


def ask_one(version: Version, observations: Observations) -> Shown:
    """Return a version's answer to one request.

    NaN where the policy does not give a number.

    Raises:
        AgentError: when the policy fails or its slate is not a slate of items alive.
    """
    try:
        slates = _slates(version.policy.act(observations))
        if (slate := _sound(slates, observations)) is not None:
            return slate
        slates, shown = _checked(slates, observations)
        propensity, predicted = (_known(said, shown.shape) for said in (slates.propensity, slates.predicted))
        return shown[0].tolist(), propensity, predicted
    except BaseException as error:
        raise _failed(version, observations, error) from error


def _slates(said: Any) -> Slates:
    return said if isinstance(said, Slates) else Slates(np.asarray(said))


def _failed(version: Version, observations: Observations, error: BaseException) -> AgentError:
    name, at = type(version.policy).__name__, observations.at
    span = f"{at[0]:g} s" if len(at) == 1 else f"{at[0]:g}-{at[-1]:g} s"
    return failed(f"{name} failed to answer as version {version.number} at {span}", error)


def _sound(slates: Slates, observations: Observations) -> Shown | None:
    """Return the only slate of a sound answer, else None.

    The check is quick: None asks for a closer look.
    """
    items, shape = slates.items, (1, observations.size)
    if type(items) is not np.ndarray or items.shape != shape or items.dtype.kind != "i":
        return None
    places = list(map(observations.catalogue.place.get, items[0].tolist()))
    if None in places or (len(places) > 1 and len(set(places)) < len(places)):
        return None
    p, y = _numbers(slates.propensity, shape), _numbers(slates.predicted, shape)
    if p is None or y is None:
        return None
    if slates.propensity is not None and not (min(p) >= 0.0 and max(p) <= 1.0):
        return None
    if slates.predicted is not None and not isfinite(sum(y)) and any(map(isinf, y)):
        return None
    return places, p, y  # type: ignore[return-value]  # None is not among them


def _numbers(said: Floats | None, shape: tuple[int, int]) -> list[float] | None:
    """Return a policy's numbers for one slate.

    NaN where it gave nothing; None if it did not give an array of numbers.
    """
    if said is None:
        return [nan] * shape[1]
    if type(said) is not np.ndarray or said.shape != shape or said.dtype.kind not in REAL:
        return None
    numbers: list[float] = said[0].tolist()
    return numbers


def _known(said: Floats | None, shape: tuple[int, ...]) -> list[float]:
    known: list[float] = (np.full(shape, nan) if said is None else np.asarray(said, np.float64))[0].tolist()
    return known


def _checked(slates: Slates, observations: Observations) -> tuple[Slates, Ints]:
    shape = (len(observations), observations.size)
    shown = _positions(observations.catalogue, np.asarray(slates.items), shape)
    _check_said(slates, shape)
    return slates, shown


def _check_said(slates: Slates, shape: tuple[int, int]) -> None:
    for name in ("propensity", "predicted"):
        if (said := getattr(slates, name)) is None:
            continue
        if np.shape(said) != shape:
            raise Breach(f"{name} has shape {np.shape(said)}, expected (n_requests, size) = {shape}")
        if (kind := np.asarray(said).dtype).kind not in REAL:
            raise Breach(f"{name} holds {kind}, expected real numbers")
    if slates.propensity is not None and not _probable(np.asarray(slates.propensity)):
        raise Breach("a propensity is not a probability: 0 to 1 is allowed, NaN where unknown")
    if (said := slates.predicted) is not None and not isfinite(np.vdot(said, said)) and np.isinf(said).any():
        raise Breach("a predicted outcome is not a finite number; NaN is allowed where it is unknown")


def _probable(propensity: NDArray[np.float64]) -> bool:
    return not ((propensity < 0) | (propensity > 1)).any()


def _positions(catalogue: Catalogue, items: NDArray[np.generic], shape: tuple[int, int]) -> Ints:
    if items.shape != shape:
        raise Breach(f"slates have shape {items.shape}, expected (n_requests, size) = {shape}")
    if items.dtype.kind not in "iu":
        raise Breach(f"slates hold {items.dtype}, expected whole item ids")
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
