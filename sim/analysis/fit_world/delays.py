"""How late clicks and conversions come."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from sim.analysis.fit.families import SCALE
from sim.analysis.fit.fits import Fitted, fit_all
from sim.analysis.fit.sentences import doubts
from sim.analysis.fit.write import Number, duration, plain, told
from sim.analysis.fit_world.found import Estimate, Floats, Part, Unknown
from sim.laws import Law, parse_law

_NEVER = re.compile(r"never\(p=[^,]+, else=(.*)\)")


@dataclass(frozen=True)
class Delay:
    """The law of a delay.

    Attributes:
        law: of those that ever come; None where it is not known, and then all are taken to be known at once.
        part: what is found.
    """

    law: Law | None
    part: Part

    def come(self, watched: Floats) -> Floats:
        """Return the share of all answers that has come.

        Args:
            watched: ``(n,)`` seconds.
        """
        return np.ones(len(watched)) if self.law is None else self.law.cdf(watched)


def delay_part(kind: str, delay: Floats, watched: Floats, steps: tuple[float, float], window: float) -> Delay:
    """Fit the delays of a kind of feedback.

    Rows without an answer by the end of the log count as watched until then, with a share that never answers.

    Args:
        kind: ``click`` or ``conversion``.
        delay: ``(n,)`` seconds; NaN where no answer has come by the end.
        watched: ``(n,)`` seconds from its beginning to the end of the log.
        steps: resolution of the two clocks, seconds.
        window: seconds beyond which none is recorded; inf: no limit.
    """
    key = f"feedback.{kind}.delay"
    try:
        found = fit_all(delay, watched, steps=steps, window=window)
    except ValueError as error:
        return Delay(None, Part(unknown=(Unknown(key, f"{error}."),)))
    best = found.fits[0]
    own = _NEVER.fullmatch(best.law)
    law = own[1] if own else best.law
    numbers = [one for one in best.numbers if one.name != "ever answers"]
    notes = tuple(f"{key}: {line}" for line in doubts(found))
    return Delay(parse_law(law), Part((_estimate(key, law, numbers, found),), notes=notes))


def _estimate(key: str, law: str, numbers: list[Number], found: Fitted) -> Estimate:
    """Return a law and its ends.

    These are the laws of the ends of its scale.
    """
    others = "; ".join(f"{one.name} {_end(one, one.low)} to {_end(one, one.high)}" for one in numbers)
    note = f"{others}; {found.answered:,} came" if others else f"{found.answered:,} came"
    scale = next((one for one in numbers if one.kind == SCALE), None)
    if scale is None or (now := f"{scale.name}={told(scale)}") not in law or not np.isfinite(scale.error):
        return Estimate(key, law, None, None, lambda text, _: str(text), note)
    low, high = (law.replace(now, f"{scale.name}={_end(scale, end)}", 1) for end in (scale.low, scale.high))
    return Estimate(key, law, low, high, lambda text, _: str(text), note)


def _end(number: Number, value: float) -> str:
    if number.kind == SCALE:
        return duration(value, number.error)
    return plain(value, number.error)
