"""How clicks fall with the position.

Where every position was left to chance with known propensities p, an item that is shown weighs 1 / p: so at each
position the weighted items are all that could have stood there, whoever asked, and the weighted click rates differ by
examination alone (inverse propensity weighting, Horvitz and Thompson 1952; for clicks Joachims et al. 2017,
https://doi.org/10.1145/3018661.3018699).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.fit.write import plain
from sim.analysis.fit_world.found import WIDE, Estimate, Floats, Ints, Part, Unknown, cell_sums
from sim.analysis.fit_world.log import Log
from sim.analysis.units import counted

KEY = "slate.choice"
_LEAST_DRAWN = 0.02  # share of the requests that must have been left to chance
_FEWEST = 10  # clicks at each position
_SUPPORT, _SURE = 0.9, 3.0  # relative numbers of items that could stand at each position, standard errors
_MISSING_PAIRS = 5.0  # requests with two clicks that would be there if positions did not depend on each other


@dataclass(frozen=True)
class Ratios:
    """Click rates relative to one position.

    Attributes:
        value: ``(size,)``, 1 there.
        low: lower ends of 95 % intervals.
        high: upper ends.
    """

    value: Floats
    low: Floats
    high: Floats


def fit_ratios(clicked: NDArray[np.bool_], position: Ints, user: Ints, weight: Floats, reference: int = 0) -> Ratios:
    """Compare the weighted click rates of positions.

    The intervals are of the logarithm of the ratio, linearised, with users as clusters.

    Args:
        clicked: ``(n,)``.
        position: ``(n,)`` from 0, each with a click.
        user: ``(n,)``; rows of one user may depend on each other.
        weight: ``(n,)`` one over propensities, where they are known.
        reference: the position whose click rate is 1.
    """
    total, clicks = np.bincount(position, weight), np.bincount(position, weight * clicked)
    rates = clicks / total
    scores = weight * (clicked - rates[position]) / clicks[position]  # of the logarithm of each position's rate
    errors = np.zeros(len(rates))
    for k in set(range(len(rates))) - {reference}:
        some = (position == reference) | (position == k)
        sums = cell_sums(np.where(position == k, scores, -scores)[some], user[some])
        errors[k] = np.sqrt((sums**2).sum() * len(sums) / max(len(sums) - 1, 1))
    value, spread = rates / rates[reference], np.exp(WIDE * errors)
    return Ratios(value, value / spread, value * spread)


def positions_part(log: Log) -> Part:
    """Return the choice model that the log supports."""
    size = Estimate("slate.size", log.size, None, None, lambda value, _: str(value))
    if log.size == 1:
        return Part((size,), (Unknown(KEY, "one item is shown at a time: there is no position to compare."),))
    if (why := _not_comparable(log)) is not None:
        return Part((size,), (Unknown(KEY, why + _within(log)),))
    rows = log.take(log.drawn)
    found, reference = _compared(rows)
    note = f"clicks at each position, in units of position {reference}"
    value, low, high = (np.minimum(one, 1.0) for one in (found.value, found.low, found.high))
    if others := _others(log, rows):  # an interval of a model that does not hold is none
        return Part((size, Estimate(KEY, value, None, None, examination, "doubtful: see below")), others)
    return Part((size, Estimate(KEY, value, low, high, examination, note)))


def _compared(rows: Log) -> tuple[Ratios, int]:
    """Return click rates relative to the most examined position.

    That is the first, unless another one is known to be examined more.
    """
    data = rows.clicked, rows.place, rows.user, 1.0 / rows.propensity
    found = fit_ratios(*data)
    known = found.low > 1.0
    if not known.any():
        return found, 0
    reference = int(np.where(known, found.value, 0.0).argmax())
    return fit_ratios(*data, reference), reference


def examination(values: Floats, error: float) -> str:
    """Write a position-based model."""
    return f"position_based(examination=[{', '.join(_digits(value) for value in values)}])"


def _digits(value: float) -> str:
    return plain(float(value), 0.05 * float(value))


def _not_comparable(log: Log) -> str | None:
    """Return why positions cannot be compared."""
    if log.position is None:
        return "the log has no column position."
    if not (log.propensity > 0.0).any():
        return "the log has no propensities, so it does not say that positions were left to chance."
    drawn = log.drawn
    if (share := float(drawn.mean())) < _LEAST_DRAWN:
        return (
            f"{'no request was' if share == 0.0 else f'{share:.2%} of the requests were'} left to chance (propensities"
            " of 1): the policy chose who is shown what where."
        )
    rows = log.take(drawn)
    clicks = np.bincount(rows.place, rows.clicked, log.size)
    if clicks.min() < _FEWEST:
        return (
            f"position {int(clicks.argmin())} has {counted(int(clicks.min()), 'click')}; at least {_FEWEST} are needed."
        )
    return _unequal_support(rows)


def _unequal_support(rows: Log) -> str | None:
    """Return why items at different positions are others.

    The mean of 1 / p is the number of items that could stand at a position.
    """
    count = np.bincount(rows.place)
    items = np.bincount(rows.place, 1.0 / rows.propensity) / count
    spread = np.bincount(rows.place, (1.0 / rows.propensity - items[rows.place]) ** 2) / count**2
    most = int(items.argmax())
    less = items < _SUPPORT * items[most]
    less &= items[most] - items > _SURE * np.sqrt(spread + spread[most])
    if not less.any():
        return None
    return (
        f"by the propensities about {items[most]:.0f} items can stand at position {most}, and about"
        f" {items[less].min():.0f} at position {int(np.where(less, items, np.inf).argmin())}: these are not the same."
    )


def _within(log: Log) -> str:
    """Return what items shown at several positions would say."""
    if log.position is None:
        return ""
    places = np.bincount(np.unique(np.stack([log.item, log.place]), axis=1)[0])
    if not (places > 1).any():
        return " Each item has one position only."
    found = _within_items(log)
    if found is None:
        return ""
    return f" If positions were shuffled, whoever asked, the same items say {examination(np.minimum(found, 1.0), 0.0)}."


def _within_items(log: Log) -> Floats | None:
    """Return click rates by position, of the same items.

    The fit of ``clicks = attraction of the item * examination`` by Poisson likelihood, in turns.
    """
    cells = log.item * log.size + log.place
    shape = (int(log.item.max()) + 1, log.size)
    shown = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(float)
    clicks = np.bincount(cells, log.clicked, shape[0] * shape[1]).reshape(shape)
    if clicks.sum(0).min() < _FEWEST:
        return None
    seen = np.ones(log.size)
    for _ in range(200):
        attraction = clicks.sum(1) / np.maximum(shown @ seen, 1e-12)
        seen = clicks.sum(0) / np.maximum(attraction @ shown, 1e-12)
        seen = seen / seen[0]
    return np.asarray(seen)


def _others(log: Log, rows: Log) -> tuple[Unknown, ...]:
    """Say what speaks against positions that are independent."""
    clicks = np.bincount(rows.request, rows.clicked)
    clicks = clicks[np.bincount(rows.request) == log.size]
    rates = np.bincount(rows.place, rows.clicked) / np.bincount(rows.place)
    pairs = len(clicks) * 0.5 * (rates.sum() ** 2 - (rates**2).sum())
    if pairs < _MISSING_PAIRS or (clicks > 1).any():
        return ()
    why = (
        f"no request has two clicks, where independent positions would give about {pairs:.0f}: rather cascade or"
        " multinomial, for which the examinations above do not hold."
    )
    return (Unknown(KEY, why),)
