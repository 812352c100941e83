"""Online: every piece of feedback trains at once, in place."""

from __future__ import annotations

from agents.cadences.base import Counted


class Online(Counted):
    """Train on each log entry as it comes; entries of one instant count as one trigger.

    >>> Online().feedbacks, Online().ship
    (1, 'in_place')
    """

    reads = ()
    ship = "in_place"
