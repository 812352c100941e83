"""What happened at requests, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Answer:
    """What happened at n requests.

    Attributes:
        expected: ``(n,)`` expected reward of the slate shown.
        regret: ``(n,)`` that of the best slate less that.
        gap: ``(n,)`` that of the best slate less that of a uniformly random one.
        item: ``(n, size)`` ids shown.
        propensity: ``(n, size)``, NaN where the policy gave none.
        predicted: ``(n, size)``, NaN where the policy gave none.
        probability: ``(n, size)`` of the outcome, given the state, the position and the items above.
        random_predicted: ``(n,)`` what the policy expects of the random item, NaN where it does not say.
        random_probability: ``(n,)`` of the outcome of the random item, were it shown alone.
        clicked: ``(n, size)``.
        outcome: ``(n, size)`` the ``learn_from`` outcome.
        event_at: ``(n, size)`` when feedback happens; infinite for never.
        delivered_at: ``(n, size)`` when the log has it or the closing; infinite for never.
        closes_at: ``(n, size)`` when nothing more can come.
        credited: ``(n, size)`` whether it is a positive within its window.
        label: ``(n, size)`` what the log says once it has the outcome, before it is taken back.
        value: ``(n, size)`` what the outcome counts, 0 where there is none; None where each counts 1.
        reversed_at: ``(n, size)`` when the log takes a positive back; infinite for never, None where that never is.
        worth: ``(n, size)`` the mean value of an outcome; None where that is 1.
        random_worth: ``(n,)`` the same of the random item.
        click_logged_at: ``(n, size)`` when the log has a click, infinite for never; None where clicks are the outcomes.
        due_at: ``(n, size)`` see `DisturbedTimes`; None where no incident touches labels, as the next two.
        lost: ``(n, size)``.
        copied: ``(n, size)``.
    """

    expected: Floats
    regret: Floats
    gap: Floats
    item: Ints
    propensity: Floats
    predicted: Floats
    probability: Floats
    random_predicted: Floats
    random_probability: Floats
    clicked: NDArray[np.bool_]
    outcome: NDArray[np.bool_]
    event_at: Floats
    delivered_at: Floats
    closes_at: Floats
    credited: NDArray[np.bool_]
    label: NDArray[Any]
    value: Floats | None
    reversed_at: Floats | None
    worth: Floats | None
    random_worth: Floats | None
    click_logged_at: Floats | None = None
    due_at: Floats | None = None
    lost: NDArray[np.bool_] | None = None
    copied: NDArray[np.bool_] | None = None

    def take(self, rows: NDArray[np.intp] | slice) -> Answer:
        """Return some rows."""
        columns: dict[str, Any] = {name: own if own is None else own[rows] for name, own in vars(self).items()}
        return Answer(**columns)

    @property
    def values(self) -> Floats:
        """What outcomes count, ``(n, size)``."""
        return self.outcome.astype(np.float64) if self.value is None else self.value

    def label_at(self, now: float) -> Floats:
        """Return the labels as the log knows them, ``(n, size)``."""
        known = np.where(self.delivered_at <= now, self.label, 0.0)
        return known if self.reversed_at is None else np.where(self.reversed_at <= now, 0.0, known)
