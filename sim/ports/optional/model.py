"""The learner's predictions, for corrections that need them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.ports.impressions import Impressions


class Model(Protocol):
    """The learner's predictions, as corrections get them."""

    def predict(self, rows: Impressions) -> NDArray[np.float64]:
        """Return the expected outcomes of impressions.

        By the learner as it is before the training that the examples are for; in a refit too, which starts over only
        after it. NaN where the learner knows nothing of an item: a correction needs a rule for these.

        Returns:
            ``(r,)`` without any bonus or draw.

        Raises:
            AgentError: the learner failed, or what it said are not r numbers.
        """
