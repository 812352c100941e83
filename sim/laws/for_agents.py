"""Delay laws for agents that are told one."""

from __future__ import annotations

from sim.laws.base import Law
from sim.laws.language import parse_law

_MORE = {
    "by_utility": "an agent is not told how much an item is liked",
    "shifting": "an agent is told one law for all requests",
}


def delay_law(text: str) -> Law:
    """Return the delay law that a line of text describes.

    It is a pure function of time, with nothing of a scenario: ``cdf(x)`` is the share of delays up to x seconds,
    ``delivered_cdf(x)`` the share that has arrived by then where a law holds events back.

    Args:
        text: as in a scenario, such as ``exponential(mean=1d)``; files cannot be named.

    Raises:
        ValueError: the text is wrong, or the law is none of time alone; the message says what is allowed.

    >>> import numpy as np
    >>> delay_law("exponential(mean=1d)").cdf(np.array([0.0, 86400.0])).round(3).tolist()
    [0.0, 0.632]
    """
    law = parse_law(text)
    for part in law.parts():
        if part.name in _MORE:
            raise ValueError(f"{part.name}: {_MORE[part.name]}; name one law of time alone, such as its own law")
    return law
