"""What every item would be answered at requests whose turn is yet to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.choices import Choice
from sim.draws import child, uniform
from sim.world.feedback import Fate

Floats = NDArray[np.float64]
Known = tuple[float, float, bool]
Keys = NDArray[np.uint64]
_NOBODY = 2**62  # lane of the noise of choosing nothing; item ids stay below it


def nobody(keys: Keys) -> Floats:
    """Return the uniforms ``(n,)`` of choosing nothing, of the outcome keys ``(n,)``."""
    return uniform(child(keys, _NOBODY), 0)


@dataclass(frozen=True)
class Outlook:
    """Answers of n requests to each of m items: a few look-ups are left when the slate is known.

    Attributes:
        choice: how the items shown become clicks.
        utility: ``(n, m)`` log odds of a click.
        noise: ``(n, m)`` uniforms of the items.
        nobody: ``(n,)`` outcome keys of the requests.
        if_not: ``(n, m)`` what becomes of an impression that is not clicked.
        if_clicked: ``(n, m)`` what becomes of one that is.
        size: items in a slate.
    """

    choice: Choice
    utility: Floats
    noise: Floats
    nobody: Keys
    if_not: Fate
    if_clicked: Fate
    size: int

    def fates(self) -> Callable[[int, list[int]], list[Known]]:
        """Return how to tell of a request and the positions shown what becomes of each impression.

        That is when the log has it, when nothing more can come, and whether it is a positive.
        """
        if self.size > 1:
            return self._of_slate
        alone = self._alone()
        delivered_at, closes_at, credited = alone.delivered_at.item, alone.closes_at.item, alone.credited.item
        return lambda row, shown: [(delivered_at(row, shown[0]), closes_at(row, shown[0]), credited(row, shown[0]))]

    def _alone(self) -> Fate:
        """Return what becomes of each item when it is all that is shown, ``(n, m)``."""
        n, m = self.utility.shape
        keys = np.repeat(self.nobody, m)
        clicks = self.choice.clicks(self.utility.reshape(-1, 1), self.noise.reshape(-1, 1), lambda: nobody(keys))
        clicked = clicks.reshape(n, m)
        return self.if_not.either(clicked, self.if_clicked)

    def _clicks(self, row: int, shown: list[int]) -> list[bool]:
        utility, noise, keys = self.utility[row, shown], self.noise[row, shown], self.nobody[row : row + 1]
        clicks: list[bool] = self.choice.clicks(utility[None], noise[None], lambda: nobody(keys))[0].tolist()
        return clicks

    def _of_slate(self, row: int, shown: list[int]) -> list[Known]:
        return [
            (self.if_clicked if clicked else self.if_not).at(row, place)
            for clicked, place in zip(self._clicks(row, shown), shown, strict=True)
        ]
