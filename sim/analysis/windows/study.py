"""Regret by attribution window, paired, and what each window credits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.paired.contenders import Contender, telling
from sim.analysis.paired.decisions import best_of, decide, standings
from sim.analysis.score import LASTING_WORDS, WORDS
from sim.analysis.settings import display_value, magnitude
from sim.analysis.windows.curve import WindowCurve, WindowRow
from sim.analysis.windows.sentences import answer
from sim.lazy import pd

CREDITED, LABEL_AGE = "feedback/credited", "staleness/label_age/mean"
NO_LIMIT = "no limit"


@dataclass(frozen=True)
class WindowStudy:
    """Curves of score against window.

    Attributes:
        kind: ``click`` or ``conversion``: what is learnt.
        curves: one for each agent and world.
        words: what the score is called.
        own: the window that the scenario itself has, seconds; None: it has none, or it is not known.
    """

    kind: str
    curves: tuple[WindowCurve, ...]
    words: str
    own: float | None = None

    @property
    def answer(self) -> tuple[str, ...]:
        """After how long silence counts as no, in sentences."""
        return answer(self.curves, self.words, self.own)

    @property
    def table(self) -> pd.DataFrame:
        """A row per curve and window."""
        rows = [
            {
                "curve": curve.name,
                "window": row.text,
                "window/seconds": row.window,
                "own": row.own,
                "score": row.score,
                "more": row.more,
                "more/low": _end(row, -1.0),
                "more/high": _end(row, 1.0),
                "pairs": curve.pairs,
                "p/holm": row.p,
                "may_be_best": row.may_be_best,
                CREDITED: row.credited,
                LABEL_AGE: row.label_age,
            }
            for curve in self.curves
            for row in curve.rows
        ]
        return pd.DataFrame(rows)


def window_study(found: Sequence[Contender], looks: int = 1, own: float | None = None) -> WindowStudy | None:
    """Return the curves of some contenders.

    The longest window is the baseline, named beforehand; which windows may be the best is the set of
    `sim.analysis.paired.decisions.best_of`.

    Args:
        found: contenders that differ in the window of what they learn from, and perhaps in other settings.
        looks: number of interim analyses.
        own: the window that the scenario itself has, seconds.

    Returns:
        None where no agent has two windows.
    """
    groups: dict[tuple[object, ...], list[Contender]] = {}
    names = telling(found)
    for one in found:
        key = window_key(one.settings)
        others = [name for name in names if name != key]
        groups.setdefault((one.world, *(display_value(one.settings, name) for name in others)), []).append(one)
    several = [group for group in groups.values() if len(group) > 1]
    if not several:
        return None
    apart = [name for name in names if name != window_key(several[0][0].settings)] if len(several) > 1 else []
    curves = tuple(_curve(group[0].label(apart) if apart else "", group, looks, own) for group in several)
    first = several[0][0]
    words = LASTING_WORDS + " that is missing" if first.by_reward else WORDS
    return WindowStudy(str(first.settings["scenario.feedback.learn_from"]), curves, words, own)


def window_key(settings: Mapping[str, object]) -> str:
    """Return the key of the window of what is learnt."""
    return f"scenario.feedback.{settings['scenario.feedback.learn_from']}.window"


def _curve(name: str, group: Sequence[Contender], looks: int, own: float | None) -> WindowCurve:
    ordered = sorted(group, key=_seconds)
    scores = [one.regret for one in ordered]
    decisions = decide(scores, len(ordered) - 1, looks)
    best = best_of(scores, looks)
    means = standings(scores, [one.mean for one in ordered])
    rows = tuple(
        WindowRow(
            window=_seconds(one),
            text=_text(one),
            score=one.mean,
            more=decision.behind,
            half=decision.half,
            p=decision.adjusted,
            may_be_best=inside,
            credited=one.scores.credited,
            label_age=one.scores.label_age,
            own=_seconds(one) == own,
        )
        for one, decision, inside in zip(ordered, decisions, best, strict=True)
    )
    return WindowCurve(name, rows, min(map(len, scores)), int(np.argmin(means)))


def _seconds(one: Contender) -> float:
    value = one.settings.get(window_key(one.settings))
    return math.inf if value is None else magnitude(str(value))


def _text(one: Contender) -> str:
    value = one.settings.get(window_key(one.settings))
    return NO_LIMIT if value is None else str(value)


def _end(row: WindowRow, sign: float) -> float | None:
    return None if row.more is None or row.half is None else row.more + sign * row.half
