"""The windows that are worth a try in a scenario."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sim.errors import LabError
from sim.laws.durations import text
from sim.laws.quantiles import quantile
from sim.scenario import Scenario

SHARES = (0.1, 0.3, 0.6, 0.9, 0.99)  # of the positives that come: the window credits about as many
STEP = 6.0  # windows further apart have others between them
PART = 3.0  # of the horizon: the longest window
_ROUND = {
    1.0: (1, 2, 3, 5, 10, 15, 20, 30, 45),
    60.0: (1, 2, 3, 5, 7, 10, 15, 20, 30, 45),
    3600.0: (1, 2, 3, 4, 6, 8, 12, 18),
    86400.0: (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90),
}
_DURATIONS = sorted(unit * count for unit, counts in _ROUND.items() for count in counts)


@dataclass(frozen=True)
class WindowGrid:
    """Windows to try.

    Attributes:
        key: the setting, dotted.
        windows: seconds, the shortest first.
    """

    key: str
    windows: tuple[float, ...]

    @property
    def texts(self) -> list[str]:
        """The windows as a scenario has them."""
        return [text(one) for one in self.windows]

    @property
    def settled(self) -> str:
        """The instant from which on each window has closed once."""
        return text(self.windows[-1])


def window_grid(scenario: Scenario) -> WindowGrid:
    """Return windows by the delay law, and longer ones.

    They credit `SHARES` of what comes; the longest is a third of the horizon, where noes come late. The scenario's own
    window is among them, unless it is longer.

    Raises:
        LabError: there are no two such windows.
    """
    kind, own, longest = scenario.feedback.learn_from, scenario.feedback.learnt.window, scenario.horizon / PART
    law = scenario.feedback.learnt.delay
    ends = [end for share in SHARES if (end := quantile(law, share)) is not None and 0.0 < end < longest]
    windows = sorted({near for one in _filled([*ends, longest]) if (near := rounded(one)) <= longest})
    if len(windows) < 2:
        raise LabError(
            f"decision: attribution_window: there are no two windows to compare within a third of the horizon "
            f"({text(scenario.horizon)}); a longer scenario.horizon, or windows of your own: "
            f"scenario.feedback.{kind}.window=…"
        )
    if own is not None and own <= longest:
        windows = sorted({*windows, own})
    return WindowGrid(f"scenario.feedback.{kind}.window", tuple(windows))


def _filled(ends: list[float]) -> Iterator[float]:
    """Yield instants, at most `STEP` from one to the next."""
    for low, high in pairwise(ends):
        count = math.ceil(math.log(high / low) / math.log(STEP))
        yield from (low * (high / low) ** (n / count) for n in range(count))
    yield ends[-1]


def rounded(seconds: float) -> float:
    """Return the nearest duration that people would write.

    >>> rounded(23.7), rounded(3000.0), rounded(200000.0)
    (20.0, 2700.0, 172800.0)
    """
    return min(_DURATIONS, key=lambda one: abs(math.log(one / seconds)))
