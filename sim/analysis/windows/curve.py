"""A score against attribution windows."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.paired.decisions import NO


@dataclass(frozen=True)
class WindowRow:
    """A window of one agent.

    Attributes:
        window: seconds; infinite without a limit.
        text: as the scenario has it.
        score: what agents are compared on, mean; less is better.
        more: mean paired difference of the score to the longest window.
        half: half-width of its 95 % t-interval; None with fewer than two pairs.
        p: two-sided p-value of the paired t-test, Holm's correction over the windows; None for the longest.
        may_be_best: ``yes``, ``no`` or ``undecided``, see `sim.analysis.paired.decisions.best_of`.
        credited: share of the positives that come within the window.
        label_age: mean age of the labels behind what serves, seconds.
        own: whether the scenario itself has this window.
    """

    window: float
    text: str
    score: float
    more: float | None
    half: float | None
    p: float | None
    may_be_best: str
    credited: float | None
    label_age: float | None
    own: bool = False

    @property
    def flat(self) -> bool:
        """Whether it lies in the flat region: not known worse."""
        return self.may_be_best != NO

    @property
    def marked(self) -> str:
        """Its text, marked if it is the scenario's own."""
        return f"{self.text} (own)" if self.own else self.text


@dataclass(frozen=True)
class WindowCurve:
    """An agent in a world under several windows.

    Attributes:
        name: what sets it apart from other curves; empty if it is the only one.
        rows: the shortest window first.
        pairs: replications that the windows share.
        least: position of the window with the least score.
    """

    name: str
    rows: tuple[WindowRow, ...]
    pairs: int
    least: int
