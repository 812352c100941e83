"""What the laws of Criteo's conversions share."""

from __future__ import annotations

from sim.laws.base import Argument, Law
from sim.laws.exponential import Exponential
from sim.laws.mixture import Mixture

_CUT = 30 * 86400.0


def two_exponentials(law: type[Law], arguments: list[Argument], weight: float, fast: float, slow: float) -> Law:
    """Return two exponential laws mixed, cut at 30 days.

    Args:
        law: the law that is asked for, for messages.
        arguments: as parsed; there may be none.
        weight: share of the faster law.
        fast: its mean, seconds.
        slow: the mean of the other one, seconds.

    Raises:
        ValueError: there is an argument.
    """
    if arguments:
        raise ValueError(f"{law.name} takes {law.usage}, not {arguments[0].typed}")
    both = Mixture((weight, round(1.0 - weight, 12)), (Exponential(fast), Exponential(slow)))
    return both.truncate(_CUT)
