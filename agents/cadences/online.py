"""The cadence that trains on each outcome, in place."""

from __future__ import annotations

from agents.cadences.base import Counted


class Online(Counted):
    """Train on each log entry as it comes.

    Entries of the same instant are one trigger.

    >>> Online().feedbacks, Online().ship
    (1, 'in_place')
    """

    reads = ()
    ship = "in_place"
