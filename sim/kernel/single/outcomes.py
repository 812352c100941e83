"""The outcomes of slates at requests computed ahead.

A few look-ups for each.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.pipeline.scheduled import Known
from sim.world import PotentialOutcomes
from sim.world.potential_outcomes import Known as Columns
from sim.world.potential_outcomes import no_click_noise

OutcomesOf = Callable[[int, list[int]], list[Known]]


def outcomes_of(potential: PotentialOutcomes) -> OutcomesOf:
    """Return a function that looks up the outcomes of impressions.

    It takes a request and the positions shown.

    That is when the log has it, when nothing more can come, its label, and when that is taken back, if it may be.
    """
    if potential.size > 1:
        return lambda row, shown: _of_slate(potential, row, shown)
    alone = _alone(potential)
    if alone.rare:
        return lambda row, shown: [alone.at(row, shown[0])]
    delivered_at, closes_at, label = alone.delivered_at.item, alone.closes_at.item, alone.label.item
    return lambda row, shown: [(delivered_at(row, shown[0]), closes_at(row, shown[0]), label(row, shown[0]))]


def _alone(potential: PotentialOutcomes) -> Columns:
    """Return the outcome of each item shown alone, ``(n, m)``."""
    n, m = potential.utility.shape
    keys = np.repeat(potential.keys, m)
    utility, noise = potential.utility.reshape(-1, 1), potential.noise.reshape(-1, 1)
    clicked = potential.choice.clicks(utility, noise, lambda: no_click_noise(keys)).reshape(n, m)
    return potential.if_not.either(clicked, potential.if_clicked)


def _of_slate(potential: PotentialOutcomes, row: int, shown: list[int]) -> list[Known]:
    return [
        (potential.if_clicked if clicked else potential.if_not).at(row, place)
        for clicked, place in zip(_clicks(potential, row, shown), shown, strict=True)
    ]


def _clicks(potential: PotentialOutcomes, row: int, shown: list[int]) -> list[bool]:
    utility, noise, keys = potential.utility[row, shown], potential.noise[row, shown], potential.keys[row : row + 1]
    clicks: list[bool] = potential.choice.clicks(utility[None], noise[None], lambda: no_click_noise(keys))[0].tolist()
    return clicks
