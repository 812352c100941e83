"""Sessions: visits of one user close together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, uniform
from sim.scenario.users import Session

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]


class Sessions:
    """Which visits stay in a session, and when.

    Both belong to the user and the number of the visit, so that sessions are as long under every agent.

    Args:
        session: the probability of another visit, and the law of the gap before it.
    """

    def __init__(self, session: Session) -> None:
        self._stay, self._gap = session.stay, session.gap

    def goes_on(self, keys: Keys) -> NDArray[np.bool_]:
        """Return which visits ``(n,)`` go on with a session."""
        return uniform(child(keys, int(Stream.SESSION_STAY)), 0) < self._stay

    def instant(self, keys: Keys, before: Floats) -> Floats:
        """Return the instants ``(n,)`` of visits that do.

        Args:
            keys: ``(n,)`` keys of the visits.
            before: ``(n,)`` instants of the visits before them, seconds.
        """
        return self._gap.course(child(keys, int(Stream.SESSION_GAP)), before)[1]
