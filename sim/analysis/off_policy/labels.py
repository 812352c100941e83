"""Labels as known at an instant, pending ones included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.draws import child
from sim.errors import unknown
from sim.laws import Law
from sim.scenario import Scenario

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PENDING = ("no", "drop", "age", "km")
_DRAWS = 4096  # of ingest and click delay, where they are random
_LEAST = 0.05  # chance below which an impression is too young
_GRID = 1025  # ages at which the chance is computed; between them it is interpolated
_KEY = 2**63 + 1  # of the draws of this module alone


@dataclass(frozen=True)
class Known:
    """Labels of impressions as known at an instant, ``(n, size)``.

    Attributes:
        label: what counts as the outcome.
        plain: its value for a positive in the log, else 0.
        kept: whether the impression counts.
        share: mean of ``plain`` over that of ``label``, in expectation.
    """

    label: Floats
    plain: Floats
    kept: Bools
    share: float


def known(rule: str, at: float, request_at: Floats, delivered_at: Floats, label: Floats, chance: Chance) -> Known:
    """Return labels as known at an instant, by a rule.

    * ``no``: what has not come counts as a no.
    * ``drop``: what is pending is left out.
    * ``age``: a positive counts 1/F, F being the chance that a positive of its age is in the log. Impressions so young
      that F is below 5 % are left out, whatever came of them: their weights would have no bound.
    * ``km``: the same, with F estimated from the log.

    Args:
        rule: one of `PENDING`.
        at: the instant, seconds.
        request_at: ``(n,)`` seconds.
        delivered_at: ``(n, size)`` when the log has the positive or the closing.
        label: ``(n, size)`` what the log then says, and 0 if it has taken that back by now.
        chance: F, by age in seconds.
    """
    if rule not in PENDING:
        raise unknown("pending", rule, PENDING)
    there = delivered_at <= at
    plain = np.where(there, label, 0.0)
    if rule in ("age", "km"):
        share = np.broadcast_to(chance(at - request_at)[:, None], plain.shape)
        old = share >= _LEAST
        weighted = np.divide(plain, share, out=np.zeros(plain.shape), where=old)
        return Known(weighted, plain, old, float(share[old].mean()) if old.any() else 1.0)
    kept = there if rule == "drop" else np.ones(plain.shape, dtype=bool)
    return Known(plain, plain, kept, 1.0)


def not_by_age(scenario: Scenario) -> str | None:
    """Return why age does not tell what is known.

    None where it does.
    """
    if any(group.delay != 1.0 for group in scenario.users.groups.values()):
        return "delays depend on users.groups"
    kinds = (scenario.feedback.click, scenario.feedback.conversion)
    parts = {part.name for kind in kinds if kind is not None for part in kind.delay.parts()}
    more = sorted(parts & {"by_utility", "shifting"})
    return f"delays depend on more than a law: {more[0]}" if more else None


Chance = Callable[[Floats], Floats]


def arrival(scenario: Scenario, longest: float) -> Chance:
    """Return the chance, by age, that a positive is known.

    It is that of the scenario's own laws: delay, window and ingest, of the click and, where conversions are learnt, of
    the conversion after it. Random ingest and click delays enter by 4,096 draws (error below .01), the law that is
    learnt from by its own distribution function.

    Args:
        scenario: the world.
        longest: the greatest age, seconds.
    """
    feedback, ingest = scenario.feedback, scenario.platform.ingest
    before = _durations(ingest, 0)
    law, window, reaches = feedback.click.delay, feedback.click.window, 1.0
    if feedback.learn_from == "conversion" and feedback.conversion is not None:
        click = _durations(law, 1, window)
        reaches = 1.0 if window is None else float(law.cdf(np.array(window)))
        pairs = min(len(before), len(click)) if min(len(before), len(click)) > 1 else None
        before = before[:pairs] + click[:pairs]
        law, window = feedback.conversion.delay, feedback.conversion.window
    most = 1.0 if window is None else float(law.cdf(np.array(window)))

    def exact(age: Floats) -> Floats:
        left = age[:, None] - before
        share = np.where(left < 0, 0.0, np.minimum(law.delivered_cdf(np.maximum(left, 0.0)), most))
        return np.asarray(reaches * share.mean(axis=1))

    if len(before) == 1:
        return exact
    ages = longest * np.linspace(0.0, 1.0, _GRID) ** 2
    values = np.concatenate([exact(part) for part in np.array_split(ages, 16)])
    return lambda age: np.interp(age, ages, values)


def _durations(law: Law, lane: int, most: float | None = None) -> Floats:
    """Return a sample of a law: one value if constant."""
    if law.certain is not None:
        return np.array([law.certain])
    keys = child(child(np.uint64(_KEY), lane), np.arange(_DRAWS))
    drawn = law.duration(keys, np.zeros(_DRAWS))
    return drawn if most is None else drawn[drawn <= most]
