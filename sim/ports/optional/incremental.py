"""The fast path of learners for single requests and examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.ports.observations import Observations

Slate = tuple[list[int], list[float] | None, list[float] | None]
_Method = TypeVar("_Method", bound=Callable[..., Any])


def as_matured(examples: _Method) -> _Method:
    """Mark ``examples`` of a correction that returns what matured, unchanged.

    That is ``Examples.plain(news.matured, news.matured.label)`` where ``news.refit`` is False and nothing was taken
    back. A method that overrides it in a subclass does not have the mark.
    """
    examples.as_matured = True  # type: ignore[attr-defined]
    return examples


class IncrementalPath(Protocol):
    """An optional fast path of learners updated in place.

    It needs no batches of one request and no snapshots. It shares the learner's state, and gives bit for bit the
    results of the learner's policy and `train`. `train` itself is called where several outcomes arrive at one instant.

    If the learner's policies have ``predict(observations, items)``, it must have
    ``predict_one(observations, row, place) -> float``, which does the same for the item at a position in the catalogue;
    if they have none, it must have none. Otherwise the policies are used instead.
    """

    def act_one(self, observations: Observations, row: int) -> Slate:
        """Return the slate for one request of a batch.

        Returns:
            Positions in the catalogue, first position of the slate first; their propensities, NaN or None where
            unknown; their expected outcomes, likewise.
        """

    def learn_one(self, item: int, user_features: NDArray[np.float64], label: float, oldest_item: int) -> None:
        """Learn one example of weight 1.

        Args:
            item: item id.
            user_features: ``(1, p)``, the context included; read only.
            label: as the log has it.
            oldest_item: the lowest id of the items alive (see `Experience`).
        """
