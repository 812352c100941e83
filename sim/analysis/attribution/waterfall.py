"""An attribution as the bars of a waterfall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.analysis.attribution.attribute import Attribution
from sim.analysis.attribution.decomposition import Estimate
from sim.analysis.attribution.sentences import places
from sim.analysis.attribution.twins import CAUSES
from sim.analysis.units import estimated

WHOLE, COST, GAIN, REST = "whole", "cost", "gain", "rest"  # what a bar is


@dataclass(frozen=True)
class Bar:
    """A bar from ``start``, as long as ``size``.

    Attributes:
        name: its row.
        kind: `WHOLE`, `COST`, `GAIN` or `REST`.
        start: where it starts, in units of the score.
        size: its signed length.
        at: the end that moves with the size, where its interval is.
        text: its size in words.
        above: where the bar above ends; None: it is the first.
        alone: where it would end if only this were fixed; None: nothing changes.
    """

    name: str
    kind: str
    start: float
    size: Estimate
    at: float
    text: str
    above: float | None = None
    alone: float | None = None

    @property
    def right(self) -> float:
        """Its right end, with the interval."""
        return max(self.start, self.start + self.size.mean, self.at + (self.size.half or 0.0))


def bars(found: Attribution) -> Iterator[Bar]:
    """Yield the run, what each delay adds, and the rest."""
    measure, digits = found.split, places(found.score)
    left, rest = measure.regret.mean, measure.learning
    yield Bar("the run", WHOLE, 0.0, measure.regret, left, estimated(measure.regret, digits))
    for cause in CAUSES:
        part, above = measure.parts[cause], left
        left -= part.mean
        alone = above - measure.alone[cause].mean if part.mean or part.half else None
        name, kind = cause.replace("_", " "), COST if part.mean >= 0 else GAIN
        yield Bar(name, kind, left, part, left, estimated(part, digits), above, alone)
    yield Bar("learning", REST, 0.0, rest, rest.mean, estimated(rest, digits), left)
